using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Issuing;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>A page of a sync.</summary>
/// <param name="Rows">The items, with the stage that has them.</param>
/// <param name="Next">The position after the page; null if it is the last.</param>
internal sealed record SyncPage(IReadOnlyList<(SyncStage Stage, OfflineTrack Track)> Rows, SyncCursor? Next);

/// <summary>
/// A reader of the items of a device that changed since a cursor, or whose licenses end soon, in pages. The changes of a sync end at the
/// revision of its beginning; later ones are those of the next sync. A full sync has no such end, because the device drops what it does
/// not show.
/// </summary>
public sealed class SyncPager(IDatabase database)
{
    /// <summary>The maximum number of items in a page.</summary>
    public const int PageSize = OfflineTracks.MaxItems;

    /// <summary>The maximum number of items that a sync compares with the catalog, besides those that it shows.</summary>
    public const int AuditSize = 50;

    private const string OfDevice = $"SELECT {OfflineTrack.Columns} FROM OfflineTracks WHERE UserId = @user AND DeviceId = @device";

    private static readonly Statement Changed = new(
        $"""
        {OfDevice} AND State = @state AND Change >= @change AND Change <= @until AND (Change > @change OR PlayableId > @after)
          AND (ExpiresAt IS NULL OR ExpiresAt >= @due)
        ORDER BY Change, PlayableId LIMIT @limit
        """,
        ("user", ColumnType.String), ("device", ColumnType.String), ("state", ColumnType.String), ("change", ColumnType.Int64),
        ("until", ColumnType.Int64), ("after", ColumnType.String), ("due", ColumnType.Timestamp), ("limit", ColumnType.Int64));

    private static readonly Statement Due = new(
        $"""
        {OfDevice} AND State = 'licensed' AND ExpiresAt < @due AND ExpiresAt >= @expiry
          AND (ExpiresAt > @expiry OR PlayableId > @after)
        ORDER BY ExpiresAt, PlayableId LIMIT @limit
        """,
        ("user", ColumnType.String), ("device", ColumnType.String), ("due", ColumnType.Timestamp), ("expiry", ColumnType.Timestamp),
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement Kept = new(
        $"{OfDevice} AND PlayableId > @after AND State <> 'dropped' ORDER BY PlayableId LIMIT @limit",
        ("user", ColumnType.String), ("device", ColumnType.String), ("after", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Reads a page.</summary>
    /// <param name="device">The device.</param>
    /// <param name="cursor">The position, after <see cref="SyncStage.Reconcile"/>.</param>
    /// <param name="renews">Whether licenses can be renewed.</param>
    /// <param name="ct">Cancels the reads.</param>
    internal async Task<SyncPage> ReadAsync(Device device, SyncCursor cursor, bool renews, CancellationToken ct)
    {
        // At the same time, because most stages of most syncs are empty.
        var stages = await Task.WhenAll(Enum.GetValues<SyncStage>()
            .Where(stage => stage >= cursor.Stage && IsShown(stage))
            .Select(stage => stage == cursor.Stage ? cursor : cursor.At(stage))
            .Select(async start => (Start: start, Rows: await ReadStageAsync(device, start, renews, PageSize + 1, ct))));
        var page = new List<(SyncStage, OfflineTrack)>();
        foreach (var (start, rows) in stages)
        {
            var room = PageSize - page.Count;
            page.AddRange(rows.Take(room).Select(track => (start.Stage, track)));
            if (rows.Count > room) return new SyncPage(page, room == 0 ? start : After(start, rows[room - 1]));
        }

        return new SyncPage(page, null);

        bool IsShown(SyncStage stage) => stage switch
        {
            SyncStage.Drops => !cursor.IsFull,
            SyncStage.Renewals => renews,
            _ => true,
        };
    }

    /// <summary>Returns the next items of the device after one, up to <see cref="AuditSize"/>, in the order of their ids.</summary>
    internal async Task<List<OfflineTrack>?> AuditAsync(Device device, string after, CancellationToken ct) =>
        await QueryAsync(Kept, device, new() { { "after", after }, { "limit", AuditSize } }, ct);

    private Task<List<OfflineTrack>> ReadStageAsync(Device device, SyncCursor cursor, bool renews, int limit, CancellationToken ct)
    {
        var due = Instant.FromMicroseconds(cursor.StartedAt) + RenewalReader.DueBefore;
        if (cursor.Stage == SyncStage.Renewals)
        {
            return QueryAsync(
                Due,
                device,
                new()
                {
                    { "due", due }, { "expiry", Instant.FromMicroseconds(cursor.Number) }, { "after", cursor.Id }, { "limit", limit },
                },
                ct);
        }

        var state = cursor.Stage switch
        {
            SyncStage.Drops => OfflineState.Dropped,
            SyncStage.Wanted => OfflineState.Wanted,
            _ => OfflineState.Licensed,
        };
        return QueryAsync(
            Changed,
            device,
            new()
            {
                { "state", OfflineTrack.WireName(state) },
                { "change", Math.Max(cursor.Number, cursor.Base + 1) },
                { "until", cursor.IsFull ? long.MaxValue : cursor.Target },
                { "after", cursor.Number > cursor.Base ? cursor.Id : "" },
                // Those that are due are in the stage of renewals.
                { "due", state == OfflineState.Licensed && renews ? due : DateTimeOffset.UnixEpoch },
                { "limit", limit },
            },
            ct);
    }

    private Task<List<OfflineTrack>> QueryAsync(Statement statement, Device device, Parameters parameters, CancellationToken ct)
    {
        parameters.Add("user", device.UserId);
        parameters.Add("device", device.Id);
        return database.QueryAsync(statement, parameters, null, ct).Select(OfflineTrack.FromRow).ToListAsync(ct).AsTask();
    }

    private static SyncCursor After(SyncCursor cursor, OfflineTrack last) => cursor with
    {
        Number = cursor.Stage == SyncStage.Renewals ? Instant.ToMicroseconds(last.ExpiresAt!.Value) : last.Change,
        Id = last.Uri.Id,
    };
}
