using System.Globalization;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Listening;

/// <summary>
/// The tracks that listeners have played, the newest first. Tracks that the catalog no longer has are left out of their page.
/// <para>
/// Cursors are times in milliseconds, as in the Web API, so plays with the same time cannot be told apart by a cursor. A page therefore
/// ends before plays of the same time instead of between them. If more plays than a page holds have the same time, those beyond the page
/// are skipped.
/// </para>
/// </summary>
public sealed class RecentlyPlayed(IDatabase database, CatalogService catalog)
{
    private static readonly DateTimeOffset EndOfTime = Instant.Truncate(DateTimeOffset.MaxValue);

    private static readonly Statement Before = new(
        """
        SELECT PlayedAt, PlayableId, ContextUri FROM PlayHistory
        WHERE UserId = @user AND IsListed AND PlayedAt < @time ORDER BY PlayedAt DESC, EventId LIMIT @limit
        """,
        ("user", ColumnType.String), ("time", ColumnType.Timestamp), ("limit", ColumnType.Int64));

    private static readonly Statement After = new(
        """
        SELECT PlayedAt, PlayableId, ContextUri FROM PlayHistory
        WHERE UserId = @user AND IsListed AND PlayedAt > @time ORDER BY PlayedAt, EventId LIMIT @limit
        """,
        ("user", ColumnType.String), ("time", ColumnType.Timestamp), ("limit", ColumnType.Int64));

    /// <summary>
    /// Returns a page. After a cursor it has the oldest plays that follow the cursor, so that a client that polls misses none; otherwise
    /// the newest ones.
    /// </summary>
    public async Task<RecentlyPlayedObject> PageAsync(string userId, RecentlyPlayedRequest page, Viewer viewer, CancellationToken ct)
    {
        var (statement, time) = page.After is { } after ? (After, after) : (Before, page.Before ?? EndOfTime);
        // Reads one more than the limit to find out whether there is a next page.
        var parameters = new Parameters { { "user", userId }, { "time", time }, { "limit", page.Limit + 1 } };
        var plays = await database.QueryAsync(statement, parameters, Staleness.Recent, ct).Select(Play.FromRow).ToListAsync(ct);
        var hasMore = plays.Count > page.Limit;
        if (hasMore) plays.RemoveRange(EndOf(plays, page.Limit), plays.Count - EndOf(plays, page.Limit));
        if (page.After is not null) plays.Reverse();

        var cursors = plays.Count == 0
            ? new PlayCursorsObject(null, null)
            : new PlayCursorsObject(Cursor(plays[0].PlayedAt), Cursor(plays[^1].PlayedAt));
        return new RecentlyPlayedObject(
            Href: At(page.After is { } since ? $"after={Cursor(since)}&" : page.Before is { } until ? $"before={Cursor(until)}&" : ""),
            Limit: page.Limit,
            Next: !hasMore ? null : At(page.After is null ? $"before={cursors.Before}&" : $"after={cursors.After}&"),
            Cursors: cursors,
            Items: await ItemsAsync(plays, viewer, ct));

        string At(string cursor) => viewer.Links.Path(string.Create(
            CultureInfo.InvariantCulture, $"/v1/me/player/recently-played?{cursor}limit={page.Limit}"));
    }

    /// <summary>Returns the number of plays on a page: those before the group of equal times that the limit would cut.</summary>
    private static int EndOf(List<Play> plays, int limit)
    {
        var end = limit;
        while (end > 0 && plays[end - 1].PlayedAt == plays[limit].PlayedAt) end--;
        return end > 0 ? end : limit;
    }

    private static string Cursor(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<PlayHistoryObject>> ItemsAsync(IReadOnlyList<Play> plays, Viewer viewer, CancellationToken ct)
    {
        if (plays.Count == 0) return [];
        var ids = plays.Select(play => play.TrackId).Distinct(StringComparer.Ordinal).ToList();
        var tracks = ids.Zip(await catalog.TracksAsync(ids, viewer, ct))
            .Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!, StringComparer.Ordinal);
        return [.. plays.Where(play => tracks.ContainsKey(play.TrackId)).Select(play => new PlayHistoryObject(
            tracks[play.TrackId],
            play.PlayedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ContextOf(play.ContextUri, viewer.Links)))];
    }

    private static ContextObject? ContextOf(string? text, ApiLinks links) => SpotifyUri.TryParse(text, out var uri)
        ? new ContextObject(
            SpotifyUri.WireName(uri.Type),
            links.Href(uri.Type, uri.Id),
            new ExternalUrlObject(links.Page(uri.Type, uri.Id)),
            uri.ToString())
        : null;

    private sealed record Play(DateTimeOffset PlayedAt, string TrackId, string? ContextUri)
    {
        public static Play FromRow(Row row) =>
            new(row.Timestamp("PlayedAt"), row.String("PlayableId"), row.StringOrNull("ContextUri"));
    }
}
