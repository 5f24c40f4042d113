using Spotify.Domain;
using Spotify.Domain.Data;

namespace Spotify.Functions.Library;

/// <summary>The queries of <see cref="LibraryStore"/>.</summary>
internal static class LibraryStatements
{
    /// <summary>The most ids in one query.</summary>
    public const int MaxIds = 50;

    /// <summary>Which of some ids a library holds.</summary>
    public static readonly Statement Held = ByIds(
        "SELECT ItemId AS Id FROM LibraryItems WHERE UserId = @user AND Type = @type AND ItemId IN ({0})", ("user", ColumnType.String), ("type", ColumnType.String));

    /// <summary>One shard of the follower counts of some artists or users.</summary>
    public static readonly Statement CountsOfShard = ByIds(
        "SELECT TargetId AS Id, Followers FROM FollowerCounts WHERE Type = @type AND Shard = @shard AND TargetId IN ({0})", ("type", ColumnType.String), ("shard", ColumnType.Int64));

    /// <summary>The followers of an artist or a user, but for those an artist came with.</summary>
    public static readonly Statement Followers = new(
        "SELECT COALESCE(SUM(Followers), 0) AS Followers FROM FollowerCounts WHERE Type = @type AND TargetId = @id",
        ("type", ColumnType.String), ("id", ColumnType.String));

    // Items of the same time come in the order of their ids, so that pages join up. The count comes with every row, and on a row of
    // its own where the page is empty: both are of one state, with one question.
    private const string CountedPage = """
        SELECT Counted.Total, Paged.ItemId, Paged.AddedAt
        FROM (SELECT COUNT(*) AS Total FROM LibraryItems WHERE UserId = @user AND Type = @type AND AddedAt <= @until) Counted
        LEFT JOIN ({0}) Paged ON TRUE
        ORDER BY Paged.AddedAt DESC, Paged.ItemId
        """;

    /// <summary>A page of a library's items of one type that were there at a time, the newest first.</summary>
    public static readonly Statement PageAtOffset = new(
        CountedPage.Replace(
            "{0}",
            "SELECT ItemId, AddedAt FROM LibraryItems WHERE UserId = @user AND Type = @type AND AddedAt <= @until ORDER BY AddedAt DESC, ItemId LIMIT @limit OFFSET @offset",
            StringComparison.Ordinal),
        ("user", ColumnType.String), ("type", ColumnType.String), ("until", ColumnType.Timestamp), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    /// <summary>A page of a library's items of one type that come after one of them, the newest first.</summary>
    public static readonly Statement PageAfter = new(
        CountedPage.Replace(
            "{0}",
            """
            SELECT ItemId, AddedAt FROM LibraryItems
            WHERE UserId = @user AND Type = @type AND (AddedAt < @time OR (AddedAt = @time AND ItemId > @after))
            ORDER BY AddedAt DESC, ItemId LIMIT @limit
            """,
            StringComparison.Ordinal),
        ("user", ColumnType.String), ("type", ColumnType.String), ("until", ColumnType.Timestamp), ("time", ColumnType.Timestamp), ("after", ColumnType.String),
        ("limit", ColumnType.Int64));

    private static readonly Statement KnownAlbums = ByIds("SELECT AlbumId AS Id FROM Albums WHERE AlbumId IN ({0})");

    private static readonly Statement KnownArtists = ByIds("SELECT ArtistId AS Id FROM Artists WHERE ArtistId IN ({0})");

    private static readonly Statement KnownAudiobooks = ByIds("SELECT AudiobookId AS Id FROM Audiobooks WHERE AudiobookId IN ({0})");

    private static readonly Statement KnownEpisodes = ByIds("SELECT PlayableId AS Id FROM Playables WHERE Type = 'episode' AND PlayableId IN ({0})");

    private static readonly Statement KnownShows = ByIds("SELECT ShowId AS Id FROM Shows WHERE ShowId IN ({0})");

    private static readonly Statement KnownTracks = ByIds("SELECT PlayableId AS Id FROM Playables WHERE Type = 'track' AND PlayableId IN ({0})");

    private static readonly Statement KnownUsers = ByIds("SELECT UserId AS Id FROM Users WHERE UserId IN ({0})");

    /// <summary>Which of some ids exist.</summary>
    public static Statement Known(EntityType type) => type switch
    {
        EntityType.Album => KnownAlbums,
        EntityType.Artist => KnownArtists,
        EntityType.Audiobook => KnownAudiobooks,
        EntityType.Episode => KnownEpisodes,
        EntityType.Show => KnownShows,
        EntityType.Track => KnownTracks,
        EntityType.User => KnownUsers,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static Statement ByIds(string format, params IEnumerable<(string Name, ColumnType Type)> parameters) => new(
        format.Replace("{0}", Statement.List("id", MaxIds), StringComparison.Ordinal), [.. parameters, .. Statement.ListParameters("id", MaxIds, ColumnType.String)]);
}
