using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Playlists;

/// <summary>What a user is to a playlist. Each may do what those before may.</summary>
public enum PlaylistRole
{
    /// <summary>Nothing; or the caller is no user.</summary>
    Stranger,

    /// <summary>They follow it.</summary>
    Follower,

    /// <summary>They followed it while it was collaborative, and it still is: they may read and change its items.</summary>
    Collaborator,

    /// <summary>It is theirs.</summary>
    Owner,
}

/// <summary>A playlist as it is at the start of a transaction, and what the caller is to it.</summary>
internal sealed record Playlist(
    string Id, string OwnerId, string Name, bool Public, bool Collaborative, long Version, int Items, long Followers, string? CoverId, bool Followed, PlaylistRole Role)
{
    public static readonly Table Table = Schema.Current.Table("Playlists");
    public static readonly Table FollowersTable = Schema.Current.Table("PlaylistFollowers");

    /// <summary>Whether the caller may read it.</summary>
    public bool IsVisible => Public || Role >= PlaylistRole.Collaborator;

    public string SnapshotId => Domain.Playlists.SnapshotId.Format(Id, Version);

    /// <summary>What a user is to a playlist. The link to a collaborative one is the invitation: whoever follows it may edit it.</summary>
    /// <param name="collaborativeSince">Since when it has been collaborative; null if it is not.</param>
    /// <param name="followedAt">When the user followed it; null if they do not.</param>
    public static PlaylistRole RoleOf(string ownerId, DateTimeOffset? collaborativeSince, DateTimeOffset? followedAt, string? userId) =>
        ownerId == userId ? PlaylistRole.Owner
        : followedAt is null ? PlaylistRole.Stranger
        : followedAt >= collaborativeSince ? PlaylistRole.Collaborator
        : PlaylistRole.Follower;

    /// <summary>Reads a playlist that the caller may know of or not.</summary>
    /// <exception cref="ApiException">404: there is none.</exception>
    public static async Task<Playlist> FindAsync(Func<Table, Key, Task<Row?>> read, string id, string userId)
    {
        var row = await read(Table, new Key(id)) ?? throw ApiException.NotFound();
        var followedAt = (await read(FollowersTable, new Key(id, userId)))?.Timestamp("FollowedAt");
        var collaborativeSince = row.Bool("Collaborative") ? row.TimestampOrNull("CollaborativeSince") : null;
        return new Playlist(
            id, row.String("OwnerId"), row.String("Name"), row.Bool("Public"), row.Bool("Collaborative"), row.Int64("Version"), row.Int32("Items"), row.Int64("Followers"),
            row.StringOrNull("CoverId"), followedAt is not null, RoleOf(row.String("OwnerId"), collaborativeSince, followedAt, userId));
    }

    /// <summary>Reads a playlist to which the caller is at least what is wanted.</summary>
    /// <exception cref="ApiException">404: there is none that the caller may know of. 403: the caller may see it and no more.</exception>
    public static async Task<Playlist> FindAsync(ITransaction transaction, string id, string userId, PlaylistRole least)
    {
        var playlist = await FindAsync(transaction.ReadAsync, id, userId);
        if (!playlist.IsVisible) throw ApiException.NotFound();
        return playlist.Role >= least
            ? playlist
            : throw new ApiException(StatusCodes.Status403Forbidden, least == PlaylistRole.Owner ? "This playlist is another user's" : "You cannot change the items of another user's playlist");
    }

    /// <summary>The mutations that make the next version of it.</summary>
    /// <param name="operations">What happens to its items.</param>
    /// <param name="now">The time.</param>
    /// <param name="changed">The columns of the playlist that change besides.</param>
    public IEnumerable<Mutation> NextVersion(IReadOnlyList<PlaylistOperation> operations, DateTimeOffset now, params IReadOnlyList<(string Column, object? Value)> changed)
    {
        var items = operations.Aggregate(Items, (length, operation) => operation.LengthAfter(length));
        yield return Mutation.Update(Table, [("PlaylistId", Id), ("Version", Version + 1), ("Items", items), ("UpdatedAt", now), .. changed]);
        yield return Mutation.Insert(
            PlaylistHistory.Table, ("PlaylistId", Id), ("Version", Version + 1), ("ItemsBefore", Items), ("Operations", new PlaylistChange(Items, operations).OperationsText));
        yield return Mutation.Delete(PlaylistHistory.Table, new Key(Id, Version + 1 - PlaylistChange.Kept));
    }
}
