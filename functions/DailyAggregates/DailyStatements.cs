using Spotify.Domain.Data;

namespace Spotify.Functions.DailyAggregates;

/// <summary>The statements of the daily aggregates. They run inside the warehouse, so that no events travel through the function.</summary>
internal static class DailyStatements
{
    /// <summary>
    /// The days that have events, with the number of their rows, and the version of their aggregates if they have one.
    /// </summary>
    public static readonly WarehouseStatement Days = new(
        """
        SELECT days.date, days.source_rows, runs.calculated_at, runs.source_rows AS calculated_rows
        FROM (
          SELECT date, COUNT(*) AS source_rows
          FROM (
            SELECT date FROM plays WHERE date BETWEEN @from AND @to
            UNION ALL
            SELECT date FROM library_changes WHERE date BETWEEN @from AND @to
            UNION ALL
            SELECT date FROM play_marks WHERE date BETWEEN @from AND @to
          ) AS events
          GROUP BY date
        ) AS days
        LEFT JOIN (
          SELECT date, MAX(calculated_at) AS calculated_at, MAX(source_rows) AS source_rows FROM daily_runs GROUP BY date
        ) AS runs ON runs.date = days.date
        ORDER BY days.date DESC
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date));

    /// <summary>Adds the aggregates of a day per market and track, episode or chapter.</summary>
    public static readonly WarehouseStatement InsertTracks =
        Insert("daily_tracks", "playable_id", "valid_plays", "item_type IN ('track', 'episode', 'chapter')");

    /// <summary>Adds the aggregates of a day per market and artist. A track counts for each of its first ten artists.</summary>
    public static readonly WarehouseStatement InsertArtists =
        Insert("daily_artists", "artist_id", PlaysOfArtists, "item_type = 'artist'");

    /// <summary>Adds the aggregates of a day per market.</summary>
    public static readonly WarehouseStatement InsertMarkets =
        Insert("daily_markets", null, "valid_plays", "item_type IN ('track', 'episode', 'chapter')");

    /// <summary>Makes a version of a day's aggregates visible.</summary>
    public static readonly WarehouseStatement InsertRun = new(
        "INSERT INTO daily_runs (date, month, calculated_at, source_rows) SELECT @date, @month, @calculatedAt, @rows",
        ("date", ColumnType.Date), ("month", ColumnType.String), ("calculatedAt", ColumnType.Timestamp), ("rows", ColumnType.Int64));

    /// <summary>Deletes old rows, per table.</summary>
    public static readonly WarehouseStatement DeletePlays = Delete("plays");

    /// <inheritdoc cref="DeletePlays"/>
    public static readonly WarehouseStatement DeleteAdImpressions = Delete("ad_impressions");

    /// <inheritdoc cref="DeletePlays"/>
    public static readonly WarehouseStatement DeleteLibraryChanges = Delete("library_changes");

    /// <inheritdoc cref="DeletePlays"/>
    public static readonly WarehouseStatement DeletePlayMarks = Delete("play_marks");

    /// <inheritdoc cref="DeletePlays"/>
    public static readonly WarehouseStatement DeleteGeneratedPicks = Delete("generated_picks");

    /// <inheritdoc cref="DeletePlays"/>
    public static readonly WarehouseStatement DeleteTelemetry = Delete("telemetry");

    // artist_ids are ids of 22 characters, separated by commas.
    private const string PlaysOfArtists =
        """
        (
            SELECT date, market, listener_id, played_ms, end_reason, SUBSTR(artist_ids, 1 + 23 * n, 22) AS artist_id
            FROM valid_plays
            JOIN (
              SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
              UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9
            ) AS positions ON LENGTH(artist_ids) > 23 * n
            WHERE date = @date
          ) AS plays_of_artists
        """;

    private static WarehouseStatement Insert(string table, string? id, string plays, string items)
    {
        var (column, item) = id is null ? ("", "") : ($"{id}, ", "item_id, ");
        return new WarehouseStatement(
            $"""
            INSERT INTO {table} (
              date, month, market, {column}streams, plays, listeners, played_ms, skips, completions, saves, calculated_at)
            SELECT @date, @month, market, {column}SUM(streams), SUM(plays), COUNT(DISTINCT listener), SUM(ms), SUM(skips),
              SUM(completions), COUNT(DISTINCT saved), @calculatedAt
            FROM (
              SELECT market, {column}1 AS streams, CASE WHEN played_ms >= 30000 THEN 1 ELSE 0 END AS plays,
                CASE WHEN played_ms >= 30000 THEN listener_id END AS listener, played_ms AS ms,
                CASE WHEN end_reason = 'skipped' THEN 1 ELSE 0 END AS skips,
                CASE WHEN end_reason = 'completed' THEN 1 ELSE 0 END AS completions, NULL AS saved
              FROM {plays}
              WHERE date = @date
              UNION ALL
              SELECT market, {item}0, 0, NULL, 0, 0, 0, listener_id || item_id
              FROM library_changes_once
              WHERE date = @date AND kind = 'saved' AND {items}
            ) AS events
            GROUP BY {column}market
            """,
            ("date", ColumnType.Date), ("month", ColumnType.String), ("calculatedAt", ColumnType.Timestamp));
    }

    private static WarehouseStatement Delete(string table) =>
        new($"DELETE FROM {table} WHERE date < @before", ("before", ColumnType.Date));
}
