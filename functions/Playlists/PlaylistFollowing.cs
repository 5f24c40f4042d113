using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Playlists;

/// <summary>A playlist that a user follows.</summary>
/// <param name="Id">The playlist's id.</param>
/// <param name="FollowedAt">When the user followed it.</param>
/// <param name="IsShown">Whether the user's profile shows that.</param>
public readonly record struct FollowedPlaylist(string Id, DateTimeOffset FollowedAt, bool IsShown)
{
    /// <summary>The URI of the playlist.</summary>
    public SpotifyUri Uri => new(EntityType.Playlist, Id);
}

/// <summary>
/// A service that adds playlists to users' lists and removes them. An owner follows the playlist from the start but does not count as a
/// follower. If the owner unfollows it, it is only removed from the owner's list.
/// </summary>
/// <remarks>
/// Following reads and writes neither the version of the playlist nor a row that all followers share, so it conflicts neither with edits
/// nor, except for followers in the same shard, with itself.
/// </remarks>
public sealed class PlaylistFollowing(IDatabase database, TimeProvider time)
{
    /// <summary>The maximum number of playlists in a call.</summary>
    public const int MaxPlaylists = PlaylistSearch.MaxPlaylists;

    private static readonly Statement ById = new(
        $"""
        SELECT Playlists.PlaylistId, Playlists.OwnerId, Playlists.Name, Playlists.Public, Playlists.Collaborative,
          Playlists.CollaborativeSince, PlaylistFollowers.FollowedAt, PlaylistFollowers.Public AS IsShown, FollowerCounts.Followers
        FROM Playlists
        LEFT JOIN PlaylistFollowers ON PlaylistFollowers.UserId = @user AND PlaylistFollowers.PlaylistId = Playlists.PlaylistId
        LEFT JOIN FollowerCounts
          ON FollowerCounts.Type = 'playlist' AND FollowerCounts.TargetId = Playlists.PlaylistId AND FollowerCounts.Shard = @shard
        WHERE Playlists.PlaylistId IN ({Statement.List("id", MaxPlaylists)})
        """,
        [("user", ColumnType.String), ("shard", ColumnType.Int64), .. Statement.ListParameters("id", MaxPlaylists, ColumnType.String)]);

    /// <summary>Follows a playlist. Everyone who has the id of a collaborative playlist can follow and thereby edit it.</summary>
    /// <param name="id">The playlist's id.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="isPublic">Whether the user's profile shows it.</param>
    /// <param name="ct">Cancels the change.</param>
    /// <exception cref="ApiException">
    /// 404: the playlist does not exist or the user may not follow it. 403: the caller has no user, or not the scope.
    /// </exception>
    public async Task<FollowedPlaylist> FollowAsync(string id, Caller caller, bool isPublic, CancellationToken ct)
    {
        var userId = caller.RequireUser();
        caller.Require(PlaylistScopes.ToModify(isPublic));
        return (await FollowAsync([id], userId, isPublic, found => found.Count > 0 ? found : throw ApiException.NotFound(), ct)).Single();
    }

    /// <summary>
    /// Follows playlists in one transaction. Skips those that do not exist or that the user may not follow. The user's profile shows the
    /// new ones.
    /// </summary>
    /// <param name="ids">Up to <see cref="MaxPlaylists"/> ids.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="ct">Cancels the change.</param>
    /// <returns>The playlists that the user now follows.</returns>
    public Task<IReadOnlyList<FollowedPlaylist>> FollowAllAsync(IReadOnlyList<string> ids, string userId, CancellationToken ct) =>
        FollowAsync(ids, userId, null, found => found, ct);

    /// <summary>Unfollows a playlist. Does nothing if the user does not follow it.</summary>
    /// <exception cref="ApiException">
    /// 404: the playlist does not exist, or the user neither sees nor follows it. 403: the caller has no user, or not the scope.
    /// </exception>
    public Task UnfollowAsync(string id, Caller caller, CancellationToken ct)
    {
        var userId = caller.RequireUser();
        return database.TransactAsync(async transaction =>
        {
            if ((await ReadAsync(transaction.QueryAsync, [id], userId)).SingleOrDefault() is { } playlist)
            {
                if (!playlist.IsVisible && !playlist.IsFollowed) throw ApiException.NotFound();
                if (playlist.IsFollowed) caller.Require(PlaylistScopes.ToModify(playlist.IsShown));
                await UnfollowAsync(transaction, [playlist], userId);
                return true;
            }

            var follower = await transaction.ReadAsync(Playlist.FollowersTable, new Key(userId, id)) ?? throw ApiException.NotFound();
            caller.Require(PlaylistScopes.ToModify(follower.Bool("Public")));
            transaction.Add(Mutation.Delete(Playlist.FollowersTable, new Key(userId, id)));
            return true;
        }, ct);
    }

    /// <summary>Unfollows playlists in one transaction. Skips those that the user does not follow.</summary>
    /// <param name="ids">Up to <see cref="MaxPlaylists"/> ids.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="ct">Cancels the change.</param>
    public Task UnfollowAllAsync(IReadOnlyList<string> ids, string userId, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            await UnfollowAllAsync(transaction, ids, userId);
            return true;
        },
        ct);

    /// <summary>Adds the mutations that unfollow playlists to a transaction.</summary>
    internal static async Task UnfollowAllAsync(ITransaction transaction, IReadOnlyList<string> ids, string userId)
    {
        var playlists = await ReadAsync(transaction.QueryAsync, ids, userId);
        await UnfollowAsync(transaction, playlists, userId);
        foreach (var deleted in ids.Except(playlists.Select(playlist => playlist.Id), StringComparer.Ordinal))
            transaction.Add(Mutation.Delete(Playlist.FollowersTable, new Key(userId, deleted)));
    }

    /// <summary>
    /// Returns whether the user follows a playlist; false if the user follows it privately and the token does not have the scope to read
    /// that.
    /// </summary>
    /// <exception cref="ApiException">
    /// 404: the playlist does not exist or the user may not see it. 403: the caller has no user, or may not read a private playlist.
    /// </exception>
    public async Task<bool> FollowsAsync(string id, Caller caller, CancellationToken ct)
    {
        var playlist = (await VisibleAsync([id], caller.RequireUser(), ct)).SingleOrDefault() ?? throw ApiException.NotFound();
        caller.RequireRead(playlist.Public, playlist.Collaborative);
        return playlist.IsFollowed && caller.MayRead(playlist.IsShown, playlist.Collaborative);
    }

    /// <summary>Returns those of the playlists that the user follows.</summary>
    /// <param name="ids">Up to <see cref="MaxPlaylists"/> ids.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<FollowedPlaylist>> FollowedAsync(IReadOnlyList<string> ids, string userId, CancellationToken ct)
    {
        var found = await ReadAsync((statement, parameters) => database.QueryAsync(statement, parameters, null, ct), ids, userId);
        return
        [
            .. found.Where(playlist => playlist.IsFollowed)
                .Select(playlist => new FollowedPlaylist(playlist.Id, playlist.FollowedAt!.Value, playlist.IsShown)),
        ];
    }

    /// <summary>Returns the ids of the playlists that the user follows and may see.</summary>
    /// <param name="ids">Up to <see cref="MaxPlaylists"/> ids.</param>
    /// <param name="userId">The user's id.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlySet<string>> VisibleFollowedAsync(IReadOnlyList<string> ids, string userId, CancellationToken ct) =>
        (await VisibleAsync(ids, userId, ct)).Where(playlist => playlist.IsFollowed).Select(playlist => playlist.Id)
            .ToHashSet(StringComparer.Ordinal);

    private Task<IReadOnlyList<FollowedPlaylist>> FollowAsync(
        IReadOnlyList<string> ids,
        string userId,
        bool? isPublic,
        Func<IReadOnlyList<Followable>, IReadOnlyList<Followable>> require,
        CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return database.TransactAsync<IReadOnlyList<FollowedPlaylist>>(async transaction =>
        {
            var found = await ReadAsync(transaction.QueryAsync, ids, userId);
            var playlists = require([.. found.Where(playlist => playlist.IsVisible || playlist.Collaborative)]);
            var followed = new List<FollowedPlaylist>();
            foreach (var playlist in playlists)
            {
                var values = new List<(string, object?)> { ("UserId", userId), ("PlaylistId", playlist.Id) };
                var shown = isPublic ?? (playlist.IsFollowed ? playlist.IsShown : true);
                if (isPublic is not null || !playlist.IsFollowed) values.Add(("Public", shown));

                // A user who followed the playlist before it was collaborative becomes a collaborator by following it again.
                var becomesCollaborator = playlist.Collaborative && playlist.Role == PlaylistRole.Follower;
                var followedAt = becomesCollaborator ? now : playlist.FollowedAt ?? now;
                if (followedAt != playlist.FollowedAt) values.Add(("FollowedAt", followedAt));
                followed.Add(new FollowedPlaylist(playlist.Id, followedAt, shown));
                transaction.Add(playlist.IsFollowed
                    ? Mutation.Update(Playlist.FollowersTable, values)
                    : Mutation.Insert(Playlist.FollowersTable, values));
            }

            await CountAsync(transaction, [.. playlists.Where(playlist => !playlist.IsFollowed)], userId, +1);
            return followed;
        }, ct);
    }

    private static Task UnfollowAsync(ITransaction transaction, IReadOnlyList<Followable> playlists, string userId)
    {
        List<Followable> followed = [.. playlists.Where(playlist => playlist.IsFollowed)];
        foreach (var playlist in followed) transaction.Add(Mutation.Delete(Playlist.FollowersTable, new Key(userId, playlist.Id)));
        return CountAsync(transaction, followed, userId, -1);
    }

    private static async Task CountAsync(ITransaction transaction, IReadOnlyList<Followable> playlists, string userId, int change)
    {
        var shard = FollowerCounts.Shard(userId);
        var updated = new List<Followable>();
        foreach (var playlist in playlists.Where(playlist => playlist.Role != PlaylistRole.Owner))
        {
            var followers = playlist.FollowersInShard + change;
            transaction.Add(FollowerCounts.Write(EntityType.Playlist, playlist.Id, shard, followers));
            if (playlist.Public && PlaylistSearch.IsUpdatedBy(playlist.FollowersInShard, followers)) updated.Add(playlist);
        }

        if (updated.Count == 0) return;
        var totals = await PlaylistSearch.FollowersAsync(transaction, [.. updated.Select(playlist => playlist.Id)]);
        foreach (var playlist in updated)
            transaction.Add(PlaylistSearch.Write(playlist.Id, playlist.Name, totals.GetValueOrDefault(playlist.Id) + change));
    }

    private async Task<IEnumerable<Followable>> VisibleAsync(IReadOnlyList<string> ids, string userId, CancellationToken ct) =>
        (await ReadAsync((statement, parameters) => database.QueryAsync(statement, parameters, null, ct), ids, userId))
            .Where(playlist => playlist.IsVisible);

    private static async Task<IReadOnlyList<Followable>> ReadAsync(
        Func<Statement, Parameters, IAsyncEnumerable<Row>> query, IReadOnlyList<string> ids, string userId)
    {
        if (ids.Count == 0) return [];
        var parameters = new Parameters { { "user", userId }, { "shard", FollowerCounts.Shard(userId) } }
            .AddList("id", ids, MaxPlaylists);
        return await query(ById, parameters)
            .Select(row => new Followable(
                Id: row.String("PlaylistId"),
                Name: row.String("Name"),
                Public: row.Bool("Public"),
                Collaborative: row.Bool("Collaborative"),
                FollowedAt: row.TimestampOrNull("FollowedAt"),
                IsShown: !row.IsNull("FollowedAt") && row.Bool("IsShown"),
                FollowersInShard: row.Int64OrNull("Followers") ?? 0,
                Role: Playlist.RoleIn(row, userId)))
            .ToListAsync();
    }

    /// <summary>
    /// A playlist, the user's role in it, since when the user follows it, whether the profile shows that, and the number of followers in
    /// the user's shard.
    /// </summary>
    private sealed record Followable(
        string Id,
        string Name,
        bool Public,
        bool Collaborative,
        DateTimeOffset? FollowedAt,
        bool IsShown,
        long FollowersInShard,
        PlaylistRole Role)
    {
        public bool IsFollowed => FollowedAt is not null;

        public bool IsVisible => PlaylistAccess.IsVisible(Public, Role);
    }
}
