using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>
/// A service that removes devices. A device may have tens of thousands of rows, which are deleted in several transactions. The first one
/// marks the device, which gets nothing from then on; a removal that stops anywhere can be repeated.
/// </summary>
public sealed class DeviceRemovals(IDatabase database, TimeProvider time)
{
    /// <summary>
    /// The maximum number of rows that a transaction deletes. A row of OfflineTracks has two entries in indexes, so that a commit has at
    /// most 6,000 of Spanner's 80,000 mutations.
    /// </summary>
    public const int PageSize = 2000;

    private const string OfDevice = "WHERE UserId = @user AND DeviceId = @device LIMIT @limit";

    private static readonly (string Name, ColumnType Type)[] Names =
        [("user", ColumnType.String), ("device", ColumnType.String), ("limit", ColumnType.Int64)];

    private static readonly Statement Members = new($"SELECT Type, ItemId, PlayableId FROM OfflineMembers {OfDevice}", Names);
    private static readonly Statement Collections = new($"SELECT Type, ItemId FROM OfflineCollections {OfDevice}", Names);
    private static readonly Statement Tracks = new($"SELECT PlayableId FROM OfflineTracks {OfDevice}", Names);

    // The plays that are known for 45 days must not suspend other devices any more.
    private static readonly Statement Plays = new($"SELECT EventId FROM OfflinePlays {OfDevice}", Names);

    // The rows of a device, in the order of deletion: members before collections, because they are interleaved in them.
    private static readonly (Statement Rows, Func<Device, Row, Mutation> Delete)[] Kept =
    [
        (Members, (device, row) => Mutation.Delete(
            Table("OfflineMembers"),
            new Key(device.UserId, device.Id, row.String("Type"), row.String("ItemId"), row.String("PlayableId")))),
        (Collections, (device, row) => Mutation.Delete(
            Table("OfflineCollections"), new Key(device.UserId, device.Id, row.String("Type"), row.String("ItemId")))),
        (Tracks, (device, row) => Mutation.Delete(
            Table("OfflineTracks"), new Key(device.UserId, device.Id, row.String("PlayableId")))),
    ];

    /// <summary>
    /// Removes a device. Returns when no row is left. Does nothing if the user has no such device, so that a request can be repeated.
    /// </summary>
    public async Task RemoveAsync(string userId, string deviceId, CancellationToken ct)
    {
        if (!await StepAsync(userId, deviceId, begins: true, ct)) await ContinueAsync(userId, deviceId, ct);
    }

    /// <summary>Ends the removal of a device that has begun. Does nothing if it has not.</summary>
    public async Task ContinueAsync(string userId, string deviceId, CancellationToken ct)
    {
        while (!await StepAsync(userId, deviceId, begins: false, ct)) ct.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Deletes up to <see cref="PageSize"/> rows, the device's last. Returns whether the removal has ended. Only the first step of a
    /// request begins a removal, because another request may end it and register the device again.
    /// </summary>
    private Task<bool> StepAsync(string userId, string deviceId, bool begins, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            if (await transaction.ReadAsync(Device.Table, new Key(userId, deviceId)) is not { } row) return true;
            var device = Device.FromRow(row);
            if (device.RemovedAt is null && !begins) return true;
            if (!await DeleteAsync(transaction, device, [.. Kept, (Plays, DeletePlay)]))
            {
                if (device.RemovedAt is null) transaction.Add(device.Update(("RemovedAt", Instant.Truncate(time.GetUtcNow()))));
                return false;
            }

            transaction.Add(Mutation.Delete(Device.Table, new Key(userId, deviceId)));
            return true;
        },
        ct);

    /// <summary>
    /// Deletes up to <see cref="PageSize"/> rows of what a device keeps that has lost to another one, and then ends its suspension. Returns
    /// whether that is done. Does nothing to other devices.
    /// </summary>
    internal static async Task<bool> ResetAsync(ITransaction transaction, string userId, string deviceId)
    {
        if (await transaction.ReadAsync(Device.Table, new Key(userId, deviceId)) is not { } row) return true;
        var device = Device.FromRow(row);
        if (!device.HasLost || device.RemovedAt is not null) return true;
        if (!await DeleteAsync(transaction, device, Kept)) return false;
        transaction.Add(device.Update(
            ("Tracks", 0L), ("Collections", 0L), ("Members", 0L), ("Revision", device.Revision + 1), ("SuspendedAt", null)));
        return true;
    }

    private static async Task<bool> DeleteAsync(
        ITransaction transaction, Device device, IReadOnlyList<(Statement Rows, Func<Device, Row, Mutation> Delete)> steps)
    {
        var left = PageSize;
        foreach (var (rows, delete) in steps)
        {
            var found = await transaction
                .QueryAsync(rows, new Parameters { { "user", device.UserId }, { "device", device.Id }, { "limit", left } })
                .ToListAsync();
            foreach (var one in found) transaction.Add(delete(device, one));
            left -= found.Count;
            if (left == 0) return false;
        }

        return true;
    }

    private static Mutation DeletePlay(Device device, Row row) =>
        Mutation.Delete(Table("OfflinePlays"), new Key(device.UserId, row.String("EventId")));

    private static Table Table(string name) => Schema.Current.Table(name);
}
