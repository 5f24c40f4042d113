using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>Reads and names of devices. A device whose removal has begun is not found, so that it gets nothing any more.</summary>
public sealed class DeviceStore(IDatabase database)
{
    /// <summary>The maximum number of devices of a user.</summary>
    public const int MaxDevices = 5;

    private static readonly Statement OfUser = new(
        "SELECT * FROM Devices WHERE UserId = @user ORDER BY RegisteredAt, DeviceId", ("user", ColumnType.String));

    /// <summary>Returns a device of a user.</summary>
    /// <exception cref="ApiException">400: the id is not 22 base62 characters. 404: the user has no such device.</exception>
    public async Task<Device> FindAsync(string userId, string deviceId, CancellationToken ct) =>
        Found(await database.ReadAsync(Device.Table, Key(userId, deviceId), null, ct));

    /// <summary>Returns a device of a user, in a transaction that changes the device or its rows.</summary>
    /// <exception cref="ApiException">400: the id is not 22 base62 characters. 404: the user has no such device.</exception>
    public static async Task<Device> FindAsync(ITransaction transaction, string userId, string deviceId) =>
        Found(await transaction.ReadAsync(Device.Table, Key(userId, deviceId)));

    /// <summary>Returns the devices of a user, in the order of registration.</summary>
    public async Task<IReadOnlyList<Device>> ListAsync(string userId, CancellationToken ct) =>
        await database.QueryAsync(OfUser, Of(userId), null, ct)
            .Select(Device.FromRow).Where(device => device.RemovedAt is null).ToListAsync(ct);

    /// <summary>Returns the devices of a user in a transaction, also those whose removal has begun.</summary>
    internal static async Task<IReadOnlyList<Device>> ListAllAsync(ITransaction transaction, string userId) =>
        await transaction.QueryAsync(OfUser, Of(userId)).Select(Device.FromRow).ToListAsync();

    /// <summary>Renames a device and returns it.</summary>
    /// <exception cref="ApiException">400: the id or the name is invalid. 404: the user has no such device.</exception>
    public Task<Device> RenameAsync(string userId, string deviceId, string name, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var device = await FindAsync(transaction, userId, deviceId);
            transaction.Add(device.Update(("Name", name)));
            return device with { Name = name };
        },
        ct);

    private static Parameters Of(string userId) => new() { { "user", userId } };

    private static Key Key(string userId, string deviceId) => new(userId, RequestIds.One(deviceId));

    private static Device Found(Row? row) => row is not null && Device.FromRow(row) is { RemovedAt: null } device
        ? device
        : throw ApiException.NotFound("Device not found");
}
