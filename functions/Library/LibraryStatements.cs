using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;

namespace Spotify.Functions.Library;

/// <summary>The queries of <see cref="LibraryStore"/>.</summary>
internal static class LibraryStatements
{
    /// <summary>The maximum number of ids in a query.</summary>
    public const int MaxIds = 50;

    /// <summary>The maximum number of types in a query.</summary>
    public const int MaxTypes = 7;

    private const string SavedSql = """
        SELECT 'saved' AS Kind, Type, ItemId AS Id, 0 AS Number, AddedAt FROM LibraryItems
        WHERE UserId = @user AND Type IN ({types}) AND ItemId IN ({ids})
        """;

    private const string CountsSql = """
        UNION ALL SELECT 'followers' AS Kind, Type, TargetId AS Id, Followers AS Number, {none} FROM FollowerCounts
        WHERE Type IN ('artist', 'user') AND Shard = @shard AND TargetId IN ({ids})
        UNION ALL SELECT 'total' AS Kind, Type, '' AS Id, Items AS Number, {none} FROM LibraryCounts WHERE UserId = @user
        """;

    /// <summary>Selects which items are in a library. All combinations of the types and ids are looked up.</summary>
    public static readonly Statement Saved = Of(SavedSql);

    /// <summary>Selects the state that the removal of items depends on: saved items, followers in a shard, and totals.</summary>
    public static readonly Statement ToRemove = Of($"{SavedSql} {CountsSql}", ("shard", ColumnType.Int64));

    /// <summary>Selects the state that the addition of items depends on: also which entities exist, and whether the user does.</summary>
    public static readonly Statement ToAdd = Of(
        $$"""
        {{SavedSql}} {{CountsSql}}
        UNION ALL SELECT 'exists' AS Kind, 'album' AS Type, AlbumId AS Id, 0 AS Number, {none} FROM Albums WHERE AlbumId IN ({ids})
        UNION ALL SELECT 'exists' AS Kind, 'artist' AS Type, ArtistId AS Id, 0 AS Number, {none} FROM Artists WHERE ArtistId IN ({ids})
        UNION ALL SELECT 'exists' AS Kind, 'audiobook' AS Type, AudiobookId AS Id, 0 AS Number, {none} FROM Audiobooks
          WHERE AudiobookId IN ({ids})
        UNION ALL SELECT 'exists' AS Kind, Type, PlayableId AS Id, 0 AS Number, {none} FROM Playables WHERE PlayableId IN ({ids})
        UNION ALL SELECT 'exists' AS Kind, 'show' AS Type, ShowId AS Id, 0 AS Number, {none} FROM Shows WHERE ShowId IN ({ids})
        UNION ALL SELECT 'exists' AS Kind, 'user' AS Type, UserId AS Id, 0 AS Number, {none} FROM Users WHERE UserId IN ({ids})
        UNION ALL SELECT 'self' AS Kind, 'user' AS Type, UserId AS Id, 0 AS Number, {none} FROM Users WHERE UserId = @user
        """,
        ("shard", ColumnType.Int64));

    /// <summary>Selects the number of followers of a user.</summary>
    public static readonly Statement Followers = new(
        $"SELECT {FollowerCounts.SumSql(EntityType.User, "@id")} AS Followers", ("id", ColumnType.String));

    // Items with the same time are ordered by id, so that pages do not overlap. Total and page are read in one query, so that they are
    // consistent. Every row has the total; an empty page is one row without an item. The total excludes the items that were added after
    // the first page was read. They are counted, up to a limit, because there are few of them.
    private const string CountedPage = """
        SELECT Counted.Total, Paged.ItemId, Paged.AddedAt
        FROM (
          SELECT COALESCE((SELECT Items FROM LibraryCounts WHERE UserId = @user AND Type = @type), 0) - (
            SELECT COUNT(*) FROM (
              SELECT ItemId FROM LibraryItems WHERE UserId = @user AND Type = @type AND AddedAt > @until LIMIT 10000) Later
          ) AS Total
        ) Counted
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

    private static Statement Of(string sql, params IEnumerable<(string Name, ColumnType Type)> parameters) => new(
        sql.Replace("{none}", "CAST(NULL AS TIMESTAMP) AS AddedAt", StringComparison.Ordinal)
            .Replace("{ids}", Statement.List("id", MaxIds), StringComparison.Ordinal)
            .Replace("{types}", Statement.List("type", MaxTypes), StringComparison.Ordinal),
        [
            ("user", ColumnType.String), .. parameters,
            .. Statement.ListParameters("id", MaxIds, ColumnType.String), .. Statement.ListParameters("type", MaxTypes, ColumnType.String),
        ]);
}
