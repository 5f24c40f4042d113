using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Functions.Playback;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>A request to sync.</summary>
/// <param name="Cursor">The cursor of the previous response; null for a full sync.</param>
/// <param name="Partial">The ids of items of which the device has a part.</param>
/// <param name="FreeBytes">The free space on the device; null for no advice.</param>
internal sealed record SyncRequest(SyncCursor? Cursor, IReadOnlySet<string> Partial, long? FreeBytes);

/// <summary>
/// A service that tells a device what to fetch, drop and renew. The work of a request is bounded, whatever the device keeps and the
/// listener has played. A cursor acknowledges what came before it, so a response that is lost can be asked for again.
/// </summary>
public sealed class SyncService(
    IDatabase database,
    PlayOverlaps overlaps,
    CollectionReconciler reconciler,
    SyncPager pager,
    SyncChanges changes,
    EvictionAdvice evictions,
    TimeProvider time)
{
    private static readonly TimeSpan SeenPrecision = TimeSpan.FromHours(1);

    /// <summary>Returns the changes after a cursor.</summary>
    /// <exception cref="Web.ApiException">404: the user has no such device. 401: the account is being removed.</exception>
    internal async Task<SyncObject> SyncAsync(string userId, string deviceId, SyncRequest request, CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        var finding = FindAsync(userId, deviceId, ct);
        var (isCompared, _) = await overlaps.CheckAsync(userId, ct);
        var (device, listener) = await finding;
        if (device.HasLost) await overlaps.ResetAsync(device, ct);
        if (device.HasLost || isCompared) (device, listener) = await FindAsync(userId, deviceId, ct);

        var last = request.Cursor is { } given && given.IsUsable(device, now) ? given : null;
        var cursor = last ?? SyncCursor.Full(device);
        var isDeviceFull = false;
        if (cursor.Stage == SyncStage.Reconcile)
        {
            cursor = cursor with { StartedAt = Instant.ToMicroseconds(now) };
            (var next, var hasChanged, isDeviceFull) = await reconciler.ReconcileAsync(device, listener, cursor, ct);
            if (next is not null) return Of(device, listener, cursor, [], [], next, isDeviceFull, more: true);
            if (hasChanged) (device, listener) = await FindAsync(userId, deviceId, ct);
            cursor = cursor.At(SyncStage.Drops) with { Target = device.Revision };
        }

        var renews = Reason(device, listener) is null;
        var auditing = renews && !cursor.IsFull ? pager.AuditAsync(device, cursor.Audited, ct) : Task.FromResult<List<OfflineTrack>?>(null);
        var reading = pager.ReadAsync(device, cursor, renews, ct);
        await Task.WhenAll(auditing, reading);
        var page = await reading;
        var isLast = page.Next is null;
        var audited = isLast ? await auditing : null;
        var changed = await changes.OfAsync(device, listener, page, audited ?? [], request.Partial, cursor.Base, ct);
        var evicted = request.FreeBytes is { } freeBytes
            ? await evictions.OfAsync(device, [.. changed.Where(change => change.Op == "fetch")], freeBytes, ct)
            : [];
        if (isLast && now - device.SeenAt >= SeenPrecision) await SeeAsync(device, now, ct);
        var after = page.Next ?? cursor.End(Audited(cursor, audited));
        return Of(device, listener, cursor, changed, evicted, after, isDeviceFull, more: !isLast);
    }

    private static SyncObject Of(
        Device device,
        PlaybackListener listener,
        SyncCursor cursor,
        IReadOnlyList<SyncChange> changes,
        IReadOnlyList<EvictionObject> evicted,
        SyncCursor next,
        bool isDeviceFull,
        bool more) =>
        new(changes, evicted, next.ToString(), more, cursor.IsFull, Reason(device, listener) ?? (isDeviceFull ? "DEVICE_FULL" : null));

    /// <summary>Returns the reason why there are no licenses; null if there are.</summary>
    private static string? Reason(Device device, PlaybackListener listener) =>
        listener.Product == Product.Free ? "PREMIUM_REQUIRED" : device.SuspendedAt is not null ? "DEVICE_CONFLICT" : null;

    private static string Audited(SyncCursor cursor, List<OfflineTrack>? audited) => audited is null
        ? cursor.Audited
        : audited.Count < SyncPager.AuditSize ? "" : audited[^1].Uri.Id;

    private async Task<(Device Device, PlaybackListener Listener)> FindAsync(string userId, string deviceId, CancellationToken ct) =>
        LicenseAccess.CheckDevice(await database
            .QueryAsync(LicenseAccess.Statement, LicenseAccess.Parameters(userId, deviceId), null, ct).FirstOrDefaultAsync(ct));

    private async Task SeeAsync(Device device, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            await database.CommitAsync([device.Update(("SeenAt", now))], ct);
        }
        catch (RowMissingException)
        {
            // The device was removed meanwhile.
        }
    }
}
