using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Player;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Player.Devices;

/// <summary>The endpoints for connected devices.</summary>
internal static class DeviceEndpoints
{
    // A name and a few lists of known words have less than 2 KB.
    private const int MaxBodyBytes = 16 << 10;

    /// <summary>Registers the services of the endpoints.</summary>
    public static IServiceCollection AddConnectedDevices(this IServiceCollection services)
    {
        services.AddWireJson(ConnectedDeviceJson.Default);
        services.TryAddSingleton<DeviceRegistrations>();
        services.TryAddSingleton<DeviceReports>();
        return services;
    }

    /// <summary>Maps the endpoints in the group <c>/v1/me/player</c>.</summary>
    public static void MapConnectedDevices(this IEndpointRouteBuilder player)
    {
        player.MapGet("/devices", List).WithName("get-a-users-available-devices").WithSummary("Get Available Devices")
            .RequireScopes(Scopes.UserReadPlaybackState);
        player.MapPut("/devices/{id}", Register).WithName("connect-device").WithSummary("Register a Connected Device")
            .WithBodyLimit(MaxBodyBytes).WithBody<ConnectionRequest>().RequireScopes(Scopes.UserModifyPlaybackState);
        player.MapPut("/devices/{id}/report", Report).WithName("report-device").WithSummary("Report What a Device Plays")
            .WithBodyLimit(MaxBodyBytes).WithBody<ReportRequest>().RequireScopes(Scopes.UserModifyPlaybackState);
        player.MapDelete("/devices/{id}", Leave).WithName("disconnect-device").WithSummary("Disconnect a Device")
            .RequireScopes(Scopes.UserModifyPlaybackState);
    }

    private static async Task<Ok<ConnectedDevicesObject>> List(CurrentUser user, PlayerStore players, CancellationToken ct)
    {
        // The listener is read for its errors: a removed account has no player.
        var (session, _) = await players.ReadWithListenerAsync(user, ct);
        var activeId = session.State.ActiveDevice(session.Now)?.Id;
        var devices = session.State.Devices.Select(device => ConnectedDeviceObject.Of(device, activeId));
        return TypedResults.Ok(new ConnectedDevicesObject([.. devices]));
    }

    private static async Task<Ok<RegisteredDeviceObject>> Register(
        string id, CurrentUser user, RequestBody body, DeviceRegistrations devices, IOptions<PlayerOptions> options, CancellationToken ct)
    {
        var request = body.Json(ConnectedDeviceJson.Default.ConnectionRequest) ?? new ConnectionRequest();
        var session = (await devices.RegisterAsync(user, DeviceIds.Require(id), request, ct)).After;
        var device = ConnectedDeviceObject.Of(
            session.State.Devices.Single(one => one.Id == id), session.State.ActiveDevice(session.Now)?.Id);
        return TypedResults.Ok(new RegisteredDeviceObject(
            device, (long)options.Value.DeviceLease.TotalMilliseconds, session.Revision));
    }

    private static async Task<ContentHttpResult> Report(
        string id, CurrentUser user, RequestBody body, DeviceReports reports, CancellationToken ct)
    {
        var request = body.Json(ConnectedDeviceJson.Default.ReportRequest) ?? new ReportRequest();
        var session = await reports.ReportAsync(user, DeviceIds.Require(id), request, ct);
        return TypedResults.Content(PlayerStateJson.Serialize(session.State, session.Revision), "application/json; charset=utf-8");
    }

    private static async Task<NoContent> Leave(string id, CurrentUser user, DeviceRegistrations devices, CancellationToken ct)
    {
        await devices.LeaveAsync(user, DeviceIds.Require(id), ct);
        return TypedResults.NoContent();
    }
}
