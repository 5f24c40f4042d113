using Spotify.Domain.Data;

namespace Spotify.Functions.PlayMarks;

/// <summary>
/// The rules for valid plays, as statements that mark the plays of a day which break them. A play that a rule has marked is not marked by
/// that rule again.
/// </summary>
internal static class PlayMarkRules
{
    /// <summary>Marks all plays of listeners who play more in a day than one can hear.</summary>
    public static readonly WarehouseStatement HoursPerDay = Rule(
        "hours_per_day",
        """
        SELECT listener_id
        FROM plays_once
        WHERE date = @date AND type = 'track'
        GROUP BY listener_id
        HAVING SUM(played_ms) > @maxMs
        """,
        "bots.listener_id = played.listener_id",
        "played.type = 'track'",
        ("maxMs", ColumnType.Int64));

    /// <summary>Marks the plays of hours in which a listener plays more tracks than fit in.</summary>
    public static readonly WarehouseStatement PlaysPerHour = Rule(
        "plays_per_hour",
        """
        SELECT listener_id, hour
        FROM plays_once
        WHERE date = @date AND played_ms >= 30000
        GROUP BY listener_id, hour
        HAVING COUNT(*) > @maxPlays
        """,
        "bots.listener_id = played.listener_id AND bots.hour = played.hour",
        "played.played_ms >= 30000",
        ("maxPlays", ColumnType.Int64));

    /// <summary>Marks the plays of a track that a listener leaves again and again as soon as they count.</summary>
    public static readonly WarehouseStatement ShortPlaysOfTrack = Rule(
        "short_plays_of_track",
        $"""
        SELECT listener_id, playable_id
        FROM plays_once AS played
        WHERE date = @date AND {IsLeftEarly}
        GROUP BY listener_id, playable_id
        HAVING COUNT(*) > @maxPlays
        """,
        "bots.listener_id = played.listener_id AND bots.playable_id = played.playable_id",
        IsLeftEarly,
        ("maxPlays", ColumnType.Int64));

    /// <summary>Marks the plays of an artist's tracks that a listener leaves again and again as soon as they count.</summary>
    public static readonly WarehouseStatement ShortPlaysOfArtist = Rule(
        "short_plays_of_artist",
        $"""
        SELECT listener_id, SUBSTR(artist_ids, 1, 22) AS artist_id
        FROM plays_once AS played
        WHERE date = @date AND {IsLeftEarly}
        GROUP BY listener_id, SUBSTR(artist_ids, 1, 22)
        HAVING COUNT(artist_ids) > @maxPlays
        """,
        "bots.listener_id = played.listener_id AND bots.artist_id = SUBSTR(played.artist_ids, 1, 22)",
        IsLeftEarly,
        ("maxPlays", ColumnType.Int64));

    /// <summary>
    /// Marks the plays of devices with many listeners that listen to the same few tracks. The second condition spares devices whose ids are
    /// common names, and those of parties and offices.
    /// </summary>
    public static readonly WarehouseStatement ListenersOfDevice = Rule(
        "listeners_of_device",
        """
        SELECT device_id
        FROM plays_once
        WHERE date = @date AND played_ms >= 30000 AND device_id IS NOT NULL
        GROUP BY device_id
        HAVING COUNT(DISTINCT listener_id) > @maxListeners AND COUNT(*) > @maxPlaysPerTrack * COUNT(DISTINCT playable_id)
        """,
        "bots.device_id = played.device_id",
        "played.played_ms >= 30000",
        ("maxListeners", ColumnType.Int64), ("maxPlaysPerTrack", ColumnType.Int64));

    // 30 s to 35 s of a track of more than 70 s.
    private const string IsLeftEarly = """
        played.type = 'track' AND played.played_ms BETWEEN 30000 AND 35000 AND played.duration_ms > 70000
          AND played.end_reason <> 'completed'
        """;

    private static WarehouseStatement Rule(
        string name, string bots, string match, string condition, params (string Name, ColumnType Type)[] limits) => new(
        $"""
        INSERT INTO play_marks (date, month, event_id, listener_id, rule, marked_at)
        SELECT played.date, played.month, played.event_id, played.listener_id, '{name}', @now
        FROM plays_once AS played
        JOIN ({bots}) AS bots ON {match}
        WHERE played.date = @date AND {condition} AND NOT EXISTS (
          SELECT marks.event_id
          FROM play_marks AS marks
          WHERE marks.date = @date AND marks.listener_id = played.listener_id AND marks.event_id = played.event_id
            AND marks.rule = '{name}')
        """,
        [("date", ColumnType.Date), ("now", ColumnType.Timestamp), .. limits]);
}
