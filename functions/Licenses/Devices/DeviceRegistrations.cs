using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>A service that registers devices.</summary>
internal sealed class DeviceRegistrations(IDatabase database, DeviceRemovals removals, TimeProvider time)
{
    /// <summary>
    /// Registers a device. A repeated registration returns the device as it is, with the name that the listener may have given it
    /// meanwhile.
    /// </summary>
    /// <returns>The device, and whether it is new.</returns>
    /// <exception cref="ApiException">
    /// 401: the account is being removed. 403: the user has <see cref="DeviceStore.MaxDevices"/> other devices. 409: the device is
    /// registered with another agreement key.
    /// </exception>
    public async Task<(Device Device, bool IsNew)> RegisterAsync(CurrentUser user, ProvenDevice proven, CancellationToken ct)
    {
        while (true)
        {
            var (device, isNew, unfinished) = await TryRegisterAsync(user, proven, ct);
            if (device is not null) return (device, isNew);
            // Removals that were interrupted end here, so that their rows are not kept forever.
            foreach (var id in unfinished) await removals.ContinueAsync(user.Id, id, ct);
        }
    }

    private Task<(Device? Device, bool IsNew, IReadOnlyList<string> Unfinished)> TryRegisterAsync(
        CurrentUser user, ProvenDevice proven, CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return database.TransactAsync<(Device?, bool, IReadOnlyList<string>)>(
            async transaction =>
            {
                if (await transaction.ReadAsync(User.Table, new Key(user.Id)) is null) await transaction.InsertAsync(user.ToNewUser(now));
                else await transaction.RequireNotRemovedAsync(user.Id);

                var devices = await DeviceStore.ListAllAsync(transaction, user.Id);
                var unfinished = devices.Where(device => device.RemovedAt is not null).Select(device => device.Id).ToList();
                if (unfinished.Count > 0) return (null, false, unfinished);

                if (devices.FirstOrDefault(device => device.Id == proven.DeviceId) is { } known)
                {
                    if (known.AgreementKey != proven.AgreementKey) throw OtherAgreementKey();
                    transaction.Add(known.Update(("SeenAt", now)));
                    return (known with { SeenAt = now }, false, []);
                }

                if (devices.Count >= DeviceStore.MaxDevices) throw TooMany();
                // A device that registers again with the same keys must not get the serial numbers of before: no device gets a license per
                // millisecond.
                var added = new Device(
                    user.Id, proven.DeviceId, proven.Name, proven.Type, proven.SigningKey, proven.AgreementKey,
                    Tracks: 0, Collections: 0, Members: 0, Revision: 0, Serial: now.ToUnixTimeMilliseconds(),
                    SuspendedAt: null, ChosenAt: null, RemovedAt: null, RegisteredAt: now, SeenAt: now);
                transaction.Add(added.Insert());
                return (added, true, []);
            },
            ct);
    }

    private static ApiException OtherAgreementKey() => new(
        StatusCodes.Status409Conflict,
        "The signing key is registered with another agreement key: register new keys, or remove the device first");

    private static ApiException TooMany() => new(
        StatusCodes.Status403Forbidden, $"At most {DeviceStore.MaxDevices} devices: remove one first", "DEVICE_LIMIT");
}
