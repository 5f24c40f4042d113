using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Licenses.Devices;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>
/// A service that suspends devices whose offline plays overlap, because an account may play offline on one device at a time, and lets the
/// listener choose the one that goes on.
/// </summary>
/// <remarks>
/// Each play is compared once, with all plays that are known then: of two plays, the one that is compared last finds the other one. So
/// the cost depends on the new plays, not on the history. Plays before the last choice, or before one of the devices was registered, do not
/// count, however late they are reported.
/// </remarks>
public sealed class PlayOverlaps(IDatabase database, TimeProvider time)
{
    private const int MaxBatches = 10;
    private const int MaxUnchecked = 200;
    private const int MaxChecked = 1000;

    // The longest play (EventRules.MaxDurationMs).
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(1);

    private static readonly Statement Plays = new(
        """
        SELECT EventId, DeviceId, StartedAt, EndedAt FROM OfflinePlays
        WHERE UserId = @user AND IsChecked = @isChecked AND EndedAt > @after AND EndedAt <= @until
        ORDER BY EndedAt DESC, EventId LIMIT @limit
        """,
        ("user", ColumnType.String), ("isChecked", ColumnType.Bool), ("after", ColumnType.Timestamp), ("until", ColumnType.Timestamp),
        ("limit", ColumnType.Int64));

    /// <summary>
    /// Compares the plays that were reported since the last call, up to 2,000, and suspends the devices of those that overlap.
    /// </summary>
    /// <returns>
    /// Whether plays were compared, so that devices may have been suspended; and whether there are more, which the next call compares.
    /// </returns>
    public async Task<(bool IsCompared, bool HasMore)> CheckAsync(string userId, CancellationToken ct)
    {
        var anyUnchecked = Parameters(userId, isChecked: false, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, 1);
        if (!await database.QueryAsync(Plays, anyUnchecked, null, ct).AnyAsync(ct)) return (false, false);
        for (var i = 0; i < MaxBatches; i++)
            if (!await database.TransactAsync(transaction => CompareAsync(transaction, userId), ct)) return (true, false);
        return (true, true);
    }

    /// <summary>
    /// Lets a device go on. The other devices that are suspended lose everything that they keep, and are no longer suspended. Can be
    /// repeated: a device that has lost cannot be chosen afterwards for the same plays.
    /// </summary>
    /// <exception cref="Web.ApiException">404: the user has no such device.</exception>
    public async Task ChooseAsync(string userId, string deviceId, CancellationToken ct)
    {
        var losing = await database.TransactAsync(
            async transaction =>
            {
                var chosen = await DeviceStore.FindAsync(transaction, userId, deviceId);
                var suspended = (await ListAsync(transaction, userId)).Where(device => device.SuspendedAt is not null).ToList();
                if (chosen.HasLost || suspended.Count == 0) return suspended.Where(device => device.HasLost).ToList();
                // Not earlier than the suspensions, by the clock of another instance.
                var now = suspended.Select(device => device.SuspendedAt!.Value).Append(Instant.Truncate(time.GetUtcNow())).Max();
                transaction.Add(chosen.Update(("SuspendedAt", null), ("ChosenAt", now)));
                suspended.RemoveAll(device => device.Id == deviceId);
                foreach (var other in suspended.Where(device => !device.HasLost)) transaction.Add(other.Update(("ChosenAt", now)));
                return suspended;
            },
            ct);
        foreach (var device in losing) await ResetAsync(device, ct);
    }

    /// <summary>Deletes everything kept by a device that was not chosen, and ends its suspension. Does nothing to other devices.</summary>
    internal async Task ResetAsync(Device device, CancellationToken ct)
    {
        while (!await database.TransactAsync(transaction => DeviceRemovals.ResetAsync(transaction, device.UserId, device.Id), ct))
            ct.ThrowIfCancellationRequested();
    }

    /// <summary>Compares a batch of plays. Returns whether there may be more.</summary>
    private async Task<bool> CompareAsync(ITransaction transaction, string userId)
    {
        var reported = await ReadAsync(transaction, Parameters(
            userId, isChecked: false, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, MaxUnchecked));
        // Another request has compared them.
        if (reported.Count == 0) return false;
        var known = await ReadAsync(transaction, Parameters(
            userId, isChecked: true, reported.Min(play => play.StartedAt), reported[0].EndedAt + MaxDuration, MaxChecked));
        // Older plays are compared with all that overlap in the next batch.
        var horizon = known.Count < MaxChecked ? DateTimeOffset.MinValue : known[^1].EndedAt;
        var compared = reported.Where((play, i) => i == 0 || play.StartedAt >= horizon).ToList();

        var devices = (await ListAsync(transaction, userId)).ToDictionary(device => device.Id, StringComparer.Ordinal);
        foreach (var id in Overlapping(compared, [.. known, .. reported], devices))
            if (devices[id] is { SuspendedAt: null } device) transaction.Add(device.Update(("SuspendedAt", SuspensionOf(device))));
        foreach (var play in compared) transaction.Add(play.Check(userId));
        return reported.Count == MaxUnchecked || compared.Count < reported.Count;
    }

    private static HashSet<string> Overlapping(
        List<OfflinePlay> compared, List<OfflinePlay> all, IReadOnlyDictionary<string, Device> devices)
    {
        var overlapping = new HashSet<string>(StringComparer.Ordinal);
        // At most 200 new plays are each compared with at most 1,200.
        all.RemoveAll(play => !devices.ContainsKey(play.DeviceId));
        foreach (var play in compared)
        {
            if (!devices.TryGetValue(play.DeviceId, out var device)) continue;
            foreach (var other in all)
            {
                if (other.DeviceId == play.DeviceId || other.EndedAt <= play.StartedAt || other.StartedAt >= play.EndedAt) continue;
                if (!play.Overlaps(other, Max(SinceOf(device), SinceOf(devices[other.DeviceId])))) continue;
                overlapping.Add(play.DeviceId);
                overlapping.Add(other.DeviceId);
            }
        }

        return overlapping;
    }

    // A suspension follows the last choice, also by the clock of another instance.
    private DateTimeOffset SuspensionOf(Device device) =>
        Max(Instant.Truncate(time.GetUtcNow()), device.ChosenAt?.AddMicroseconds(1) ?? DateTimeOffset.MinValue);

    private static async Task<IReadOnlyList<Device>> ListAsync(ITransaction transaction, string userId) =>
        [.. (await DeviceStore.ListAllAsync(transaction, userId)).Where(device => device.RemovedAt is null)];

    /// <summary>Returns the time from which plays of a device count.</summary>
    private static DateTimeOffset SinceOf(Device device) => Max(device.RegisteredAt, device.ChosenAt ?? device.RegisteredAt);

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static async Task<List<OfflinePlay>> ReadAsync(ITransaction transaction, Parameters parameters) =>
        await transaction.QueryAsync(Plays, parameters).Select(OfflinePlay.FromRow).ToListAsync();

    private static Parameters Parameters(string userId, bool isChecked, DateTimeOffset after, DateTimeOffset until, int limit) => new()
    {
        { "user", userId }, { "isChecked", isChecked }, { "after", after }, { "until", until }, { "limit", limit },
    };
}
