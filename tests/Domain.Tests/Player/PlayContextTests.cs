using Spotify.Player;

namespace Spotify.Domain.Tests.Player;

public sealed class PlayContextTests
{
    [Theory]
    [InlineData("spotify:album:4iV5W9uYEdYUVa79Axb7Rh", "album")]
    [InlineData("spotify:artist:4iV5W9uYEdYUVa79Axb7Rh", "artist")]
    [InlineData("spotify:audiobook:4iV5W9uYEdYUVa79Axb7Rh", "audiobook")]
    [InlineData("spotify:playlist:4iV5W9uYEdYUVa79Axb7Rh", "playlist")]
    [InlineData("spotify:show:4iV5W9uYEdYUVa79Axb7Rh", "show")]
    [InlineData("spotify:user:ada:collection", "collection")]
    public void Contexts_are_parsed(string uri, string type)
    {
        Assert.True(PlayContext.TryParse(uri, "ada", out var context));
        Assert.Equal(new PlayContext(uri, type), context);
    }

    [Fact]
    public void The_liked_songs_have_one_URI()
    {
        Assert.True(PlayContext.TryParse("spotify:collection", "ada", out var context));
        Assert.Equal(new PlayContext("spotify:user:ada:collection", "collection"), context);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("spotify:track:4iV5W9uYEdYUVa79Axb7Rh")]
    [InlineData("spotify:episode:4iV5W9uYEdYUVa79Axb7Rh")]
    [InlineData("spotify:chapter:4iV5W9uYEdYUVa79Axb7Rh")]
    [InlineData("spotify:user:ada")]
    [InlineData("spotify:album:short")]
    [InlineData("spotify:album:4iV5W9uYEdYUVa79Axb7Rh:x")]
    [InlineData("spotify:user:eve:collection")]
    [InlineData("spotify:user::collection")]
    [InlineData("spotify:Collection")]
    [InlineData("album:4iV5W9uYEdYUVa79Axb7Rh")]
    public void Other_URIs_are_no_contexts(string? uri) => Assert.False(PlayContext.TryParse(uri, "ada", out _));
}
