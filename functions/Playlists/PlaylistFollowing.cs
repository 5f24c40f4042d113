using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Playlists;

/// <summary>
/// Who has a playlist in their lists. Owners have theirs from the start and do not count among its followers; unfollowing one's own
/// takes it out of one's lists and changes nothing else.
/// </summary>
public sealed class PlaylistFollowing(IDatabase database, TimeProvider time)
{
    /// <summary>Follows a playlist; a collaborative one can be followed, and thereby edited, by whoever has its link.</summary>
    /// <param name="isPublic">Whether it shows in the user's profile; null: as it does, or else it does.</param>
    /// <exception cref="ApiException">404: there is none that the user may follow.</exception>
    public Task FollowAsync(string id, string userId, bool? isPublic, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return database.TransactAsync(async transaction =>
        {
            var playlist = await Playlist.FindAsync(transaction.ReadAsync, id, userId);
            if (!playlist.IsVisible && !playlist.Collaborative) throw ApiException.NotFound();
            var values = new List<(string, object?)> { ("PlaylistId", id), ("UserId", userId) };
            if ((isPublic ?? (playlist.Followed ? (bool?)null : true)) is { } shown) values.Add(("Public", shown));

            // Who followed it before it was collaborative accepts the invitation by following it again.
            if (!playlist.Followed || (playlist.Collaborative && playlist.Role == PlaylistRole.Follower)) values.Add(("FollowedAt", now));
            transaction.Add(playlist.Followed ? Mutation.Update(Playlist.FollowersTable, values) : Mutation.Insert(Playlist.FollowersTable, values));
            if (!playlist.Followed) Count(transaction, playlist, 1);
            return true;
        }, ct);
    }

    /// <summary>Unfollows a playlist. One that is not followed stays so.</summary>
    /// <exception cref="ApiException">404: there is none that the user may know of.</exception>
    public Task UnfollowAsync(string id, string userId, CancellationToken ct) => database.TransactAsync(async transaction =>
    {
        var playlist = await Playlist.FindAsync(transaction.ReadAsync, id, userId);
        if (!playlist.IsVisible && !playlist.Followed) throw ApiException.NotFound();
        if (!playlist.Followed) return true;
        transaction.Add(Mutation.Delete(Playlist.FollowersTable, new Key(id, userId)));
        Count(transaction, playlist, -1);
        return true;
    }, ct);

    /// <summary>Whether the user has the playlist in their lists.</summary>
    /// <exception cref="ApiException">404: there is none that the user may know of.</exception>
    public async Task<bool> FollowsAsync(string id, string userId, CancellationToken ct)
    {
        var playlist = await Playlist.FindAsync((table, key) => database.ReadAsync(table, key, ct), id, userId);
        return playlist.IsVisible ? playlist.Followed : throw ApiException.NotFound();
    }

    private static void Count(ITransaction transaction, Playlist playlist, int change)
    {
        if (playlist.Role == PlaylistRole.Owner) return;
        transaction.Add(Mutation.Update(Playlist.Table, ("PlaylistId", playlist.Id), ("Followers", playlist.Followers + change)));
    }
}
