namespace Spotify.Domain.Tests;

public sealed class SpotifyIdTests
{
    [Theory]
    [InlineData("0000000000000000000000")]
    [InlineData("0000000000000000000001")]
    [InlineData("4uLU6hMCjMI75M1A2tKUQC")]
    [InlineData("7N42dgm5tFLK9N8MT7fHC7")]
    public void Ids_are_numbers(string id)
    {
        Assert.True(SpotifyId.TryParse(id, out var number));
        Assert.Equal(id, SpotifyId.Format(number));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4uLU6hMCjMI75M1A2tKUQ")]
    [InlineData("4uLU6hMCjMI75M1A2tKUQ-")]
    [InlineData("7N42dgm5tFLK9N8MT7fHC8")]
    [InlineData("ZZZZZZZZZZZZZZZZZZZZZZ")]
    public void Other_texts_are_not(string id) => Assert.False(SpotifyId.TryParse(id, out _));

    [Fact]
    public void New_ids_are_numbers() => Assert.True(SpotifyId.TryParse(SpotifyId.New(), out _));
}
