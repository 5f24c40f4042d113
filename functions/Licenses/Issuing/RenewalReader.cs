using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Playback;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>An item of a device, to be licensed again.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Item">The item; null if the catalog no longer has it.</param>
/// <param name="Format">The quality and codecs asked for.</param>
internal sealed record RenewalEntry(SpotifyUri Uri, PlaybackItem? Item, OfflineFormat Format);

/// <summary>A page of a renewal.</summary>
/// <param name="Entries">The items: up to <see cref="OfflineTracks.MaxItems"/>.</param>
/// <param name="Missing">The items asked for that the device does not have.</param>
/// <param name="Next">The position after the page; null if it is the last.</param>
internal sealed record RenewalPage(
    IReadOnlyList<RenewalEntry> Entries, IReadOnlyList<SpotifyUri> Missing, RenewCursor? Next);

/// <summary>A reader of the items of a device that are to be licensed again. A page takes one round trip.</summary>
public sealed class RenewalReader(IDatabase database)
{
    /// <summary>How long before its expiry a license is renewed with all others.</summary>
    public static readonly TimeSpan DueBefore = TimeSpan.FromDays(10);

    private const string Columns = $"""
        OfflineTracks.PlayableId AS ItemId, OfflineTracks.Type AS ItemType, OfflineTracks.State, OfflineTracks.Quality,
        OfflineTracks.Codecs, OfflineTracks.ExpiresAt, {PlaybackItem.Columns}
        """;

    private static readonly Statement ById = new(
        $"""
        SELECT {Columns} FROM OfflineTracks LEFT JOIN Playables ON Playables.PlayableId = OfflineTracks.PlayableId
        WHERE OfflineTracks.UserId = @user AND OfflineTracks.DeviceId = @device
          AND OfflineTracks.PlayableId IN ({Statement.List("id", IssueRequest.MaxUris)})
        """,
        [
            ("user", ColumnType.String), ("device", ColumnType.String),
            .. Statement.ListParameters("id", IssueRequest.MaxUris, ColumnType.String),
        ]);

    // The keys of the page are selected first, so that the other items cost no joins.
    private static readonly Statement Wanted = new(
        $"""
        SELECT {Columns}
        FROM (
          SELECT PlayableId FROM OfflineTracks
          WHERE UserId = @user AND DeviceId = @device AND State = 'wanted' AND PlayableId > @after ORDER BY PlayableId LIMIT @limit
        ) Page
        JOIN OfflineTracks ON OfflineTracks.UserId = @user AND OfflineTracks.DeviceId = @device
          AND OfflineTracks.PlayableId = Page.PlayableId
        LEFT JOIN Playables ON Playables.PlayableId = OfflineTracks.PlayableId
        ORDER BY OfflineTracks.PlayableId
        """,
        ("user", ColumnType.String), ("device", ColumnType.String), ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement Due = new(
        $"""
        SELECT {Columns}
        FROM (
          SELECT PlayableId FROM OfflineTracks
          WHERE UserId = @user AND DeviceId = @device AND State = 'licensed' AND ExpiresAt < @due
            AND (ExpiresAt > @expiry OR (ExpiresAt = @expiry AND PlayableId > @after))
          ORDER BY ExpiresAt, PlayableId LIMIT @limit
        ) Page
        JOIN OfflineTracks ON OfflineTracks.UserId = @user AND OfflineTracks.DeviceId = @device
          AND OfflineTracks.PlayableId = Page.PlayableId
        LEFT JOIN Playables ON Playables.PlayableId = OfflineTracks.PlayableId
        ORDER BY OfflineTracks.ExpiresAt, OfflineTracks.PlayableId
        """,
        ("user", ColumnType.String), ("device", ColumnType.String), ("due", ColumnType.Timestamp), ("expiry", ColumnType.Timestamp),
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Returns the items asked for, or a page of those without a license and of those whose license ends soon.</summary>
    internal async Task<RenewalPage> ReadAsync(
        string userId, string deviceId, RenewRequest request, DateTimeOffset now, CancellationToken ct)
    {
        if (request.Items is { } uris) return await ReadItemsAsync(userId, deviceId, uris, ct);
        var cursor = request.Cursor ?? new RenewCursor(null, "");
        var wanted = cursor.ExpiresAt is null ? ReadWantedAsync(userId, deviceId, cursor.PlayableId, ct) : Task.FromResult(new List<Row>());
        var due = await ReadDueAsync(userId, deviceId, cursor, now + DueBefore, ct);
        Row[] rows = [.. await wanted, .. due];
        Row[] page = [.. rows.Take(OfflineTracks.MaxItems)];
        return new RenewalPage(
            [.. page.Where(row => IsExtendable(row, now)).Select(Entry)], [], rows.Length > page.Length ? After(page[^1]) : null);
    }

    private async Task<RenewalPage> ReadItemsAsync(
        string userId, string deviceId, IReadOnlyList<SpotifyUri> uris, CancellationToken ct)
    {
        var parameters = Parameters(userId, deviceId).AddList("id", [.. uris.Select(uri => uri.Id)], IssueRequest.MaxUris);
        var kept = await database.QueryAsync(ById, parameters, null, ct)
            .Where(row => row.String("State") != OfflineTrack.WireName(OfflineState.Dropped)).Select(Entry)
            .ToDictionaryAsync(entry => entry.Uri, cancellationToken: ct);
        return new RenewalPage(
            [.. uris.Where(kept.ContainsKey).Select(uri => kept[uri])], [.. uris.Where(uri => !kept.ContainsKey(uri))], null);
    }

    private async Task<List<Row>> ReadWantedAsync(string userId, string deviceId, string after, CancellationToken ct)
    {
        var parameters = Parameters(userId, deviceId);
        parameters.Add("after", after);
        parameters.Add("limit", OfflineTracks.MaxItems + 1);
        return await database.QueryAsync(Wanted, parameters, null, ct).ToListAsync(ct);
    }

    private async Task<List<Row>> ReadDueAsync(
        string userId, string deviceId, RenewCursor cursor, DateTimeOffset due, CancellationToken ct)
    {
        var parameters = Parameters(userId, deviceId);
        parameters.Add("due", due);
        parameters.Add("expiry", Instant.FromMicroseconds(cursor.ExpiresAt ?? 0));
        parameters.Add("after", cursor.ExpiresAt is null ? "" : cursor.PlayableId);
        parameters.Add("limit", OfflineTracks.MaxItems + 1);
        return await database.QueryAsync(Due, parameters, null, ct).ToListAsync(ct);
    }

    private static Parameters Parameters(string userId, string deviceId) => new() { { "user", userId }, { "device", deviceId } };

    // A license that ends with the item's rights cannot be extended.
    private static bool IsExtendable(Row row, DateTimeOffset now) =>
        row.String("State") == OfflineTrack.WireName(OfflineState.Wanted)
        || row.IsNull("PlayableId")
        || row.TimestampOrNull("AvailableUntil") is not { } until
        || until > row.Timestamp("ExpiresAt").AddSeconds(1)
        || until < now.AddSeconds(1);

    private static RenewalEntry Entry(Row row) => new(
        new SpotifyUri(SpotifyUri.TryParseType(row.String("ItemType"), out var type) ? type : EntityType.Track, row.String("ItemId")),
        row.IsNull("PlayableId") ? null : PlaybackItem.FromRow(row),
        OfflineFormat.FromRow(row));

    private static RenewCursor After(Row row) => new(
        row.String("State") == OfflineTrack.WireName(OfflineState.Wanted) ? null : Instant.ToMicroseconds(row.Timestamp("ExpiresAt")),
        row.String("ItemId"));
}
