using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Licenses.Devices;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Functions.Player.Devices;

/// <summary>A service that connects and disconnects devices.</summary>
internal sealed class DeviceRegistrations(
    PlayerStore players, PlayerFollowUps followUps, IDatabase database, IOptions<PlayerOptions> options)
{
    private const int MaxVolume = 100;

    /// <summary>
    /// Registers a device, or renews its registration. A device that plays offline is registered with the name and type that it has
    /// there, unless it gives others.
    /// </summary>
    /// <returns>The player with the device.</returns>
    /// <exception cref="ApiException">
    /// 400: a member is invalid, or the name or type of a new device is missing. 403: another app has registered the device.
    /// </exception>
    public Task<PlayerWrite> RegisterAsync(CurrentUser user, string id, ConnectionRequest request, CancellationToken ct)
    {
        var given = Validated(request);
        var offline = given.Name is null || given.Type is null ? FindOfflineAsync(user.Id, id, ct) : Task.FromResult<Device?>(null);
        return players.ChangeAsync(user, id, async (session, _, _) =>
        {
            var known = session.State.Device(id, session.Now);
            if (known is not null) RequireOwn(known, user);
            var registered = await offline;
            var name = given.Name ?? known?.Name ?? registered?.Name ?? throw Missing("name");
            var type = given.Type ?? known?.Type ?? registered?.Type ?? throw Missing("type");
            return session.State.Register(new PlayerDevice(
                id,
                user.Caller.ClientId,
                name,
                type,
                Volume(given, known, session.State),
                session.Now,
                session.Now + options.Value.DeviceLease)
            {
                IsRestricted = given.IsRestricted ?? known?.IsRestricted ?? false,
                IsPrivateSession = given.IsPrivateSession ?? known?.IsPrivateSession ?? false,
                ItemTypes = given.ItemTypes ?? known?.ItemTypes ?? PlayerDevice.AllItemTypes,
                Codecs = given.Codecs ?? known?.Codecs ?? [],
            });
        }, ct);
    }

    /// <summary>Disconnects a device, if it is connected. If it is the active one, playback pauses.</summary>
    /// <exception cref="ApiException">403: another app has registered the device.</exception>
    public async Task LeaveAsync(CurrentUser user, string id, CancellationToken ct)
    {
        var write = await players.ChangeAsync(user, null, (session, _, _) =>
        {
            if (session.State.Device(id, session.Now) is { } known) RequireOwn(known, user);
            return ValueTask.FromResult(session.State.Leave(id, session.Now));
        }, ct);
        await followUps.RunAsync(write, ended: false);
    }

    /// <summary>Requires that a request comes from the app that has registered a device.</summary>
    /// <exception cref="ApiException">403: another app has registered the device.</exception>
    internal static void RequireOwn(PlayerDevice device, CurrentUser user)
    {
        if (device.ClientId == user.Caller.ClientId) return;
        throw new ApiException(
            StatusCodes.Status403Forbidden, "The device was registered by another app", PlayerErrors.DeviceNotControllable);
    }

    private static ConnectionRequest Validated(ConnectionRequest request)
    {
        if (request.VolumePercent is < 0 or > MaxVolume) throw ApiException.BadRequest("Invalid volume_percent: 0 to 100 is wanted");
        if (request is { SupportsVolume: false, VolumePercent: not null })
            throw ApiException.BadRequest("Invalid volume_percent: the device does not support a volume");
        if (request.ItemTypes is { } types
            && (types.Count is 0 || types.Except(PlayerDevice.AllItemTypes).Any() || types.Distinct().Count() < types.Count))
            throw ApiException.BadRequest($"Invalid item_types: some of {string.Join(", ", PlayerDevice.AllItemTypes)} are wanted");
        if (request.Codecs is { } codecs
            && (codecs.Any(name => !Audio.Codecs.TryParse(name, out _)) || codecs.Distinct().Count() < codecs.Count))
            throw ApiException.BadRequest("Invalid codecs: some of vorbis, aac, flac, flac_native are wanted");
        return request with
        {
            Name = request.Name is null ? null : DeviceName.Parse(request.Name),
            Type = request.Type is null ? null : DeviceTypes.Parse(request.Type),
        };
    }

    private static int? Volume(ConnectionRequest given, PlayerDevice? known, PlayerState state) => given switch
    {
        { SupportsVolume: false } => null,
        // The device does not know yet that its listener has set another volume.
        _ when known?.Volume is { } volume && state.Commands.Any(one => one.DeviceId == known.Id && one.Type == DeviceCommand.Volume) =>
            volume,
        { VolumePercent: { } volume } => volume,
        { SupportsVolume: true } => known?.Volume ?? MaxVolume,
        _ => known?.Volume,
    };

    private static ApiException Missing(string name) =>
        ApiException.BadRequest($"Missing required field: {name}, because the device is not registered for offline listening");

    private async Task<Device?> FindOfflineAsync(string userId, string id, CancellationToken ct) =>
        SpotifyId.IsValid(id) && await database.ReadAsync(Device.Table, new Key(userId, id), null, ct) is { } row
            && Device.FromRow(row) is { RemovedAt: null } device
                ? device
                : null;
}
