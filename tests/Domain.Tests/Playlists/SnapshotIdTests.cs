using Spotify.Domain.Playlists;

namespace Spotify.Domain.Tests.Playlists;

public sealed class SnapshotIdTests
{
    private static readonly string Playlist = SpotifyId.FromName("playlist");

    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(long.MaxValue)]
    public void Versions_round_trip(long version)
    {
        Assert.True(SnapshotId.TryParse(SnapshotId.Format(Playlist, version), Playlist, out var read));
        Assert.Equal(version, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("AAAAAAAAAAAAAAAA")]
    [InlineData("not base64 !!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA")]
    public void Invalid_ids_are_rejected(string text) => Assert.False(SnapshotId.TryParse(text, Playlist, out _));

    [Fact]
    public void Another_playlists_snapshot_is_rejected() =>
        Assert.False(SnapshotId.TryParse(SnapshotId.Format(SpotifyId.FromName("another"), 1), Playlist, out _));
}
