using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web;
using Spotify.Web.Identity;

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
    string? CoverId,
    bool IsGenerated,
    PlaylistRole Role)
{
    public static readonly Table Table = Schema.Current.Table("Playlists");
    public static readonly Table FollowersTable = Schema.Current.Table("PlaylistFollowers");

    /// <summary>Whether the caller may see the playlist.</summary>
    public bool IsVisible => PlaylistAccess.IsVisible(Public, Role);

    public string SnapshotId => Domain.Playlists.SnapshotId.Format(Id, Version);

    private static readonly Statement ById = new(
        """
        SELECT Playlists.OwnerId, Playlists.Name, Playlists.Public, Playlists.Collaborative, Playlists.CollaborativeSince,
          Playlists.Version, Playlists.Items, Playlists.CoverId, Playlists.Surface, PlaylistFollowers.FollowedAt
        FROM Playlists LEFT JOIN PlaylistFollowers
          ON PlaylistFollowers.UserId = @user AND PlaylistFollowers.PlaylistId = Playlists.PlaylistId
        WHERE Playlists.PlaylistId = @playlist
        """,
        ("user", ColumnType.String), ("playlist", ColumnType.String));

    /// <summary>Reads a playlist that the caller is going to change.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="id">The playlist's id.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="required">The lowest role that may make the change.</param>
    /// <exception cref="ApiException">
    /// 404: the playlist does not exist or the caller may not see it. 403: the caller may see it but has no user, not the role, or not the
    /// scope for its visibility, or the playlist is generated.
    /// </exception>
    public static async Task<Playlist> FindAsync(ITransaction transaction, string id, Caller caller, PlaylistRole required)
    {
        var userId = caller.RequireUser();
        var row = await transaction.QueryAsync(ById, new Parameters { { "user", userId }, { "playlist", id } }).FirstOrDefaultAsync()
            ?? throw ApiException.NotFound();
        var playlist = new Playlist(
            Id: id,
            OwnerId: row.String("OwnerId"),
            Name: row.String("Name"),
            Public: row.Bool("Public"),
            Collaborative: row.Bool("Collaborative"),
            Version: row.Int64("Version"),
            Items: row.Int32("Items"),
            CoverId: row.StringOrNull("CoverId"),
            IsGenerated: !row.IsNull("Surface"),
            Role: RoleIn(row, userId));
        if (!playlist.IsVisible) throw ApiException.NotFound();
        if (playlist.Role < required)
        {
            throw new ApiException(StatusCodes.Status403Forbidden, required == PlaylistRole.Owner
                ? "This playlist is another user's"
                : "You cannot change the items of another user's playlist");
        }

        caller.Require(PlaylistScopes.ToModify(playlist.Public));
        if (playlist.IsGenerated)
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden,
                "This playlist is generated; copy its items to a playlist of your own to change them");
        }

        return playlist;
    }

    /// <summary>Returns a user's role in the playlist of a row that has the time at which the user followed it.</summary>
    public static PlaylistRole RoleIn(Row row, string userId) => PlaylistAccess.RoleOf(
        row.String("OwnerId"),
        row.Bool("Collaborative") ? row.TimestampOrNull("CollaborativeSince") : null,
        row.TimestampOrNull("FollowedAt"),
        userId);

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
