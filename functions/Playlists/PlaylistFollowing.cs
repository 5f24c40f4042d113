using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Playlists;

/// <summary>
/// A service that adds playlists to users' lists and removes them. An owner follows the playlist from the start but does not count as a
/// follower. If the owner unfollows it, it is only removed from the owner's list.
/// </summary>
public sealed class PlaylistFollowing(IDatabase database, TimeProvider time)
{
    /// <summary>Follows a playlist. Everyone who has the id of a collaborative playlist can follow and thereby edit it.</summary>
    /// <param name="id">The playlist's id.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="isPublic">Whether the user's profile shows it; null keeps the current value, or shows it if it is new.</param>
    /// <param name="ct">Cancels the change.</param>
    /// <exception cref="ApiException">404: the playlist does not exist or the user may not follow it.</exception>
    public Task FollowAsync(string id, string userId, bool? isPublic, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return database.TransactAsync(async transaction =>
        {
            var playlist = await Playlist.FindAsync(transaction.ReadAsync, id, userId);
            if (!playlist.IsVisible && !playlist.Collaborative) throw ApiException.NotFound();
            var values = new List<(string, object?)> { ("PlaylistId", id), ("UserId", userId) };
            if ((isPublic ?? (playlist.Followed ? (bool?)null : true)) is { } shown) values.Add(("Public", shown));

            // A user who followed the playlist before it was collaborative becomes a collaborator by following it again.
            var becomesCollaborator = playlist.Collaborative && playlist.Role == PlaylistRole.Follower;
            if (!playlist.Followed || becomesCollaborator) values.Add(("FollowedAt", now));
            transaction.Add(playlist.Followed
                ? Mutation.Update(Playlist.FollowersTable, values)
                : Mutation.Insert(Playlist.FollowersTable, values));
            if (!playlist.Followed) Count(transaction, playlist, 1);
            return true;
        }, ct);
    }

    /// <summary>Unfollows a playlist. Does nothing if the user does not follow it.</summary>
    /// <exception cref="ApiException">404: the playlist does not exist, or the user neither sees nor follows it.</exception>
    public Task UnfollowAsync(string id, string userId, CancellationToken ct) => database.TransactAsync(async transaction =>
    {
        var playlist = await Playlist.FindAsync(transaction.ReadAsync, id, userId);
        if (!playlist.IsVisible && !playlist.Followed) throw ApiException.NotFound();
        if (!playlist.Followed) return true;
        transaction.Add(Mutation.Delete(Playlist.FollowersTable, new Key(id, userId)));
        Count(transaction, playlist, -1);
        return true;
    }, ct);

    /// <summary>Returns whether the user follows a playlist.</summary>
    /// <exception cref="ApiException">404: the playlist does not exist or the user may not see it.</exception>
    public async Task<bool> FollowsAsync(string id, string userId, CancellationToken ct)
    {
        var playlist = await Playlist.FindAsync((table, key) => database.ReadAsync(table, key, null, ct), id, userId);
        return playlist.IsVisible ? playlist.Followed : throw ApiException.NotFound();
    }

    private static void Count(ITransaction transaction, Playlist playlist, int change)
    {
        if (playlist.Role == PlaylistRole.Owner) return;
        transaction.Add(Mutation.Update(Playlist.Table, ("PlaylistId", playlist.Id), ("Followers", playlist.Followers + change)));
    }
}
