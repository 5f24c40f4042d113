using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Playlists;

/// <summary>A playlist at the start of a transaction, and the caller's role in it.</summary>
internal sealed record Playlist(
    string Id,
    string OwnerId,
    string Name,
    bool Public,
    bool Collaborative,
    long Version,
    int Items,
    long Followers,
    string? CoverId,
    bool Followed,
    PlaylistRole Role)
{
    public static readonly Table Table = Schema.Current.Table("Playlists");
    public static readonly Table FollowersTable = Schema.Current.Table("PlaylistFollowers");

    /// <summary>Whether the caller may see the playlist.</summary>
    public bool IsVisible => PlaylistAccess.IsVisible(Public, Role);

    public string SnapshotId => Domain.Playlists.SnapshotId.Format(Id, Version);

    /// <summary>Reads a playlist, whether or not the caller may see it.</summary>
    /// <exception cref="ApiException">404: the playlist does not exist.</exception>
    public static async Task<Playlist> FindAsync(Func<Table, Key, Task<Row?>> read, string id, string userId)
    {
        var row = await read(Table, new Key(id)) ?? throw ApiException.NotFound();
        var followedAt = (await read(FollowersTable, new Key(id, userId)))?.Timestamp("FollowedAt");
        var collaborativeSince = row.Bool("Collaborative") ? row.TimestampOrNull("CollaborativeSince") : null;
        return new Playlist(
            Id: id,
            OwnerId: row.String("OwnerId"),
            Name: row.String("Name"),
            Public: row.Bool("Public"),
            Collaborative: row.Bool("Collaborative"),
            Version: row.Int64("Version"),
            Items: row.Int32("Items"),
            Followers: row.Int64("Followers"),
            CoverId: row.StringOrNull("CoverId"),
            Followed: followedAt is not null,
            Role: PlaylistAccess.RoleOf(row.String("OwnerId"), collaborativeSince, followedAt, userId));
    }

    /// <summary>Reads a playlist in which the caller has a role or a higher one.</summary>
    /// <exception cref="ApiException">
    /// 404: the playlist does not exist or the caller may not see it. 403: the caller may see it but does not have the role.
    /// </exception>
    public static async Task<Playlist> FindAsync(ITransaction transaction, string id, string userId, PlaylistRole required)
    {
        var playlist = await FindAsync(transaction.ReadAsync, id, userId);
        if (!playlist.IsVisible) throw ApiException.NotFound();
        if (playlist.Role >= required) return playlist;
        throw new ApiException(StatusCodes.Status403Forbidden, required == PlaylistRole.Owner
            ? "This playlist is another user's"
            : "You cannot change the items of another user's playlist");
    }

    /// <summary>Returns the mutations that write the next version of the playlist.</summary>
    /// <param name="operations">The changes of its items.</param>
    /// <param name="now">The current time.</param>
    /// <param name="changed">The other columns of the playlist that change.</param>
    public IEnumerable<Mutation> NextVersion(
        IReadOnlyList<PlaylistOperation> operations, DateTimeOffset now, params IReadOnlyList<(string Column, object? Value)> changed)
    {
        var items = operations.Aggregate(Items, (length, operation) => operation.LengthAfter(length));
        yield return Mutation.Update(
            Table, [("PlaylistId", Id), ("Version", Version + 1), ("Items", items), ("UpdatedAt", now), .. changed]);
        yield return Mutation.Insert(
            PlaylistHistory.Table,
            ("PlaylistId", Id), ("Version", Version + 1), ("ItemsBefore", Items),
            ("Operations", new PlaylistChange(Items, operations).OperationsText));
        yield return Mutation.Delete(PlaylistHistory.Table, new Key(Id, Version + 1 - PlaylistChange.Kept));
    }
}
