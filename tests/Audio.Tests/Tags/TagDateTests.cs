using Spotify.Audio.Tags;

namespace Spotify.Audio.Tests.Tags;

public sealed class TagDateTests
{
    [Theory]
    [InlineData("1999", "1999")]
    [InlineData("1999-07", "1999-07")]
    [InlineData("1999-07-05", "1999-07-05")]
    [InlineData("1999/07/05 10:00", "1999-07-05")]
    [InlineData("19990705", "1999-07-05")]
    [InlineData("1999-07-05T10:00:00Z", "1999-07-05")]
    [InlineData("1999-00-00", "1999")]
    [InlineData("1999-13", "1999")]
    [InlineData("2023-02-29", "2023-02")]
    [InlineData("2024-02-29", "2024-02-29")]
    [InlineData("1999-7-5", "1999")]
    [InlineData("0000", null)]
    [InlineData("12345", null)]
    [InlineData("July 1999", null)]
    [InlineData("99", null)]
    public void DatesAreReducedToTheirValidPart(string written, string? expected) => Assert.Equal(
        expected,
        AudioTagReader.Read(new MemoryStream(TagFixture.Flac(FlacFixture.Block(4, OggFixture.CommentBlock($"DATE={written}"))))).Date);
}
