using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Playback;
using Spotify.Web;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>The rules for who gets licenses.</summary>
internal static class LicenseAccess
{
    /// <summary>Reads a device and its user.</summary>
    public static readonly Statement Statement = new(
        $"""
        SELECT Devices.*, {PlaybackListener.Columns}, AccountRemovals.RequestedAt AS AccountRemovedAt
        FROM Devices
        JOIN Users ON Users.UserId = Devices.UserId
        LEFT JOIN AccountRemovals ON AccountRemovals.UserId = Devices.UserId
        WHERE Devices.UserId = @user AND Devices.DeviceId = @device
        """,
        ("user", ColumnType.String), ("device", ColumnType.String));

    /// <summary>Returns the parameters of <see cref="Statement"/>.</summary>
    public static Parameters Parameters(string userId, string deviceId) => new() { { "user", userId }, { "device", deviceId } };

    /// <summary>Returns the device and the listener, also if the device gets no licenses.</summary>
    /// <param name="row">A row of <see cref="Statement"/>; null if there is none.</param>
    /// <exception cref="ApiException">404: the user has no such device. 401: the account is being removed.</exception>
    public static (Device Device, PlaybackListener Listener) CheckDevice(Row? row)
    {
        if (row is null || Device.FromRow(row) is not { RemovedAt: null } device) throw ApiException.NotFound("Device not found");
        if (!row.IsNull("AccountRemovedAt"))
            throw new ApiException(StatusCodes.Status401Unauthorized, "The account has been removed");
        return (device, PlaybackListener.FromRow(row)!.Value);
    }

    /// <summary>Returns the device and the listener if the listener's plan includes offline listening.</summary>
    /// <param name="row">A row of <see cref="Statement"/>; null if there is none.</param>
    /// <exception cref="ApiException">
    /// 404: the user has no such device. 401: the account is being removed. 403 with the reason <c>PREMIUM_REQUIRED</c>.
    /// </exception>
    public static (Device Device, PlaybackListener Listener) CheckPlan(Row? row)
    {
        var (device, listener) = CheckDevice(row);
        return listener.Product == Product.Free
            ? throw new ApiException(StatusCodes.Status403Forbidden, "Offline listening takes a paid plan", "PREMIUM_REQUIRED")
            : (device, listener);
    }

    /// <summary>Returns the device and the listener if the device may get licenses.</summary>
    /// <param name="row">A row of <see cref="Statement"/>; null if there is none.</param>
    /// <exception cref="ApiException">
    /// 404: the user has no such device. 401: the account is being removed. 403 with the reason <c>PREMIUM_REQUIRED</c> or
    /// <c>DEVICE_CONFLICT</c>.
    /// </exception>
    public static (Device Device, PlaybackListener Listener) Check(Row? row)
    {
        var (device, listener) = CheckPlan(row);
        if (device.SuspendedAt is not null)
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden, "Two devices played offline at the same time: choose the one that goes on",
                "DEVICE_CONFLICT");
        }

        return (device, listener);
    }
}
