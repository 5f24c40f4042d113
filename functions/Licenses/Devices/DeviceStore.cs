using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>Reads of devices. A device whose removal has begun is not found, so that it gets nothing any more.</summary>
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

    private static Parameters Of(string userId) => new() { { "user", userId } };

    private static Key Key(string userId, string deviceId) => SpotifyId.IsValid(deviceId)
        ? new Key(userId, deviceId)
        : throw ApiException.BadRequest("Invalid device id");

    private static Device Found(Row? row) => row is not null && Device.FromRow(row) is { RemovedAt: null } device
        ? device
        : throw ApiException.NotFound("Device not found");
}
