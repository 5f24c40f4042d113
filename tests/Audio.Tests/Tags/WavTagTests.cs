using System.Text;
using Spotify.Audio.Tags;
using static Spotify.Audio.Tests.Tags.TagFixture;

namespace Spotify.Audio.Tests.Tags;

public sealed class WavTagTests
{
    [Fact]
    public void InfoIsRead()
    {
        var tags = Read(Wav(Chunk("data", new byte[99]), Info(
            Chunk("INAM", Encoding.UTF8.GetBytes("Títle\0")), Chunk("IART", Encoding.Latin1.GetBytes("Björk")),
            Chunk("IPRD", "Album"u8.ToArray()), Chunk("IPRT", "4"u8.ToArray()), Chunk("ICRD", "2004-02"u8.ToArray()),
            Chunk("IGNR", "Folk"u8.ToArray()), Chunk("ISFT", "x"u8.ToArray()))));
        Assert.Equal("Títle", tags.Title);
        Assert.Equal(["Björk"], tags.Artists);
        Assert.Equal(("Album", 4, "2004-02"), (tags.Album, tags.TrackNumber, tags.Date));
        Assert.Equal(["Folk"], tags.Genres);
    }

    [Theory]
    [InlineData("id3 ")]
    [InlineData("ID3 ")]
    public void Id3TakesPrecedenceOverInfo(string chunk)
    {
        var tags = Read(Wav(
            Info(Chunk("INAM", "Cut"u8.ToArray()), Chunk("IART", "A"u8.ToArray())),
            Chunk("data", new byte[10]),
            Chunk(chunk, Id3(4, 0, Frame24("TIT2", Utf8("Cut off"))))));
        Assert.Equal("Cut off", tags.Title);
        Assert.Equal(["A"], tags.Artists);
    }

    [Fact]
    public void SamplesOfUnknownLengthAreTheLastChunk()
    {
        var file = ByteWriter.Concat(Wav(Info(Chunk("INAM", "T"u8.ToArray()))), [.. "data"u8, 255, 255, 255, 255], new byte[100]);
        var tags = Read(file);
        Assert.Equal("T", tags.Title);
        Assert.Empty(tags.Ignored);
    }

    [Fact]
    public void ChunksThatExtendPastTheEndAreIgnored()
    {
        var tags = Read(ByteWriter.Concat(Wav(Info(Chunk("INAM", "T"u8.ToArray()), [.. "IART"u8, 255, 255, 255, 127]))));
        Assert.Equal("T", tags.Title);
        Assert.Contains("'IART' of 2147483647 bytes extends past the end", Assert.Single(tags.Ignored));
    }

    private static AudioTags Read(byte[] file) => AudioTagReader.Read(new MemoryStream(file));
}
