using Spotify.Domain;
using Spotify.Domain.Data;

namespace Spotify.Functions.Library;

/// <summary>The queries of <see cref="LibraryStore"/>.</summary>
internal static class LibraryStatements
{
    /// <summary>The maximum number of ids in a query.</summary>
    public const int MaxIds = 50;

    /// <summary>Selects the ids that are in a library.</summary>
    public static readonly Statement Saved = ByIds(
        "SELECT ItemId AS Id FROM LibraryItems WHERE UserId = @user AND Type = @type AND ItemId IN ({0})",
        ("user", ColumnType.String), ("type", ColumnType.String));

    /// <summary>Selects one shard of the follower counts of artists or users.</summary>
    public static readonly Statement CountsOfShard = ByIds(
        "SELECT TargetId AS Id, Followers FROM FollowerCounts WHERE Type = @type AND Shard = @shard AND TargetId IN ({0})",
        ("type", ColumnType.String), ("shard", ColumnType.Int64));

    /// <summary>Selects the number of users who follow an artist or a user, without the followers an artist was imported with.</summary>
    public static readonly Statement Followers = new(
        "SELECT COALESCE(SUM(Followers), 0) AS Followers FROM FollowerCounts WHERE Type = @type AND TargetId = @id",
        ("type", ColumnType.String), ("id", ColumnType.String));

    // Items with the same time are ordered by id, so that pages do not overlap. Count and page are read in one query, so that they are
    // consistent. Every row has the count; an empty page is one row without an item.
    private const string CountedPage = """
        SELECT Counted.Total, Paged.ItemId, Paged.AddedAt
        FROM (SELECT COUNT(*) AS Total FROM LibraryItems WHERE UserId = @user AND Type = @type AND AddedAt <= @until) Counted
        LEFT JOIN ({0}) Paged ON TRUE
        ORDER BY Paged.AddedAt DESC, Paged.ItemId
        """;

    /// <summary>Selects a page of a library's items of one type that were added until a time, the newest first.</summary>
    public static readonly Statement PageAtOffset = new(
        CountedPage.Replace(
            "{0}",
            """
            SELECT ItemId, AddedAt FROM LibraryItems
            WHERE UserId = @user AND Type = @type AND AddedAt <= @until
            ORDER BY AddedAt DESC, ItemId LIMIT @limit OFFSET @offset
            """,
            StringComparison.Ordinal),
        ("user", ColumnType.String), ("type", ColumnType.String), ("until", ColumnType.Timestamp),
        ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    /// <summary>Selects a page of a library's items of one type that follow an item, the newest first.</summary>
    public static readonly Statement PageAfter = new(
        CountedPage.Replace(
            "{0}",
            """
            SELECT ItemId, AddedAt FROM LibraryItems
            WHERE UserId = @user AND Type = @type AND (AddedAt < @time OR (AddedAt = @time AND ItemId > @after))
            ORDER BY AddedAt DESC, ItemId LIMIT @limit
            """,
            StringComparison.Ordinal),
        ("user", ColumnType.String), ("type", ColumnType.String), ("until", ColumnType.Timestamp), ("time", ColumnType.Timestamp),
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement ExistingAlbums = ByIds("SELECT AlbumId AS Id FROM Albums WHERE AlbumId IN ({0})");

    private static readonly Statement ExistingArtists = ByIds("SELECT ArtistId AS Id FROM Artists WHERE ArtistId IN ({0})");

    private static readonly Statement ExistingAudiobooks = ByIds("SELECT AudiobookId AS Id FROM Audiobooks WHERE AudiobookId IN ({0})");

    private static readonly Statement ExistingEpisodes = ByIds(
        "SELECT PlayableId AS Id FROM Playables WHERE Type = 'episode' AND PlayableId IN ({0})");

    private static readonly Statement ExistingShows = ByIds("SELECT ShowId AS Id FROM Shows WHERE ShowId IN ({0})");

    private static readonly Statement ExistingTracks = ByIds(
        "SELECT PlayableId AS Id FROM Playables WHERE Type = 'track' AND PlayableId IN ({0})");

    private static readonly Statement ExistingUsers = ByIds("SELECT UserId AS Id FROM Users WHERE UserId IN ({0})");

    /// <summary>Returns the query that selects the ids of entities that exist.</summary>
    public static Statement Existing(EntityType type) => type switch
    {
        EntityType.Album => ExistingAlbums,
        EntityType.Artist => ExistingArtists,
        EntityType.Audiobook => ExistingAudiobooks,
        EntityType.Episode => ExistingEpisodes,
        EntityType.Show => ExistingShows,
        EntityType.Track => ExistingTracks,
        EntityType.User => ExistingUsers,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static Statement ByIds(string format, params IEnumerable<(string Name, ColumnType Type)> parameters) => new(
        format.Replace("{0}", Statement.List("id", MaxIds), StringComparison.Ordinal),
        [.. parameters, .. Statement.ListParameters("id", MaxIds, ColumnType.String)]);
}
