using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Wire;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>The endpoints for the devices that play offline.</summary>
internal static class DeviceEndpoints
{
    /// <summary>Registers the services of the endpoints.</summary>
    public static IServiceCollection AddDevices(this IServiceCollection services)
    {
        services.AddWireJson(DeviceJson.Default);
        services.TryAddSingleton<DeviceStore>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapDevices(this IEndpointRouteBuilder routes)
    {
        var devices = routes.MapGroup("/v1/me/devices").WithTags("Offline").WithRateLimit(RateLimitCategory.Player);
        devices.MapGet("/", List).WithName("get-offline-devices").WithSummary("Get Devices That Play Offline")
            .RequireScopes(Scopes.UserReadPlaybackState);
        return routes;
    }

    private static async Task<Ok<DevicesObject>> List(CurrentUser user, DeviceStore devices, CancellationToken ct) =>
        TypedResults.Ok(new DevicesObject([.. (await devices.ListAsync(user.Id, ct)).Select(DeviceObject.Of)]));
}

/// <summary>The devices of a user.</summary>
/// <param name="Devices">The devices, in the order of registration.</param>
internal sealed record DevicesObject(IReadOnlyList<DeviceObject> Devices);

/// <summary>A device that plays offline.</summary>
/// <param name="Id">The id.</param>
/// <param name="IsSuspended">Whether offline plays overlapped with those of another device, so that it gets no licenses.</param>
/// <param name="Name">The name.</param>
/// <param name="RegisteredAt">When it was registered.</param>
/// <param name="SeenAt">When it last registered or synced.</param>
/// <param name="Tracks">The number of tracks, episodes and chapters that it keeps.</param>
/// <param name="Type">The type, such as <c>smartphone</c>.</param>
internal sealed record DeviceObject(
    string Id, bool IsSuspended, string Name, string RegisteredAt, string SeenAt, long Tracks, string Type)
{
    /// <summary>Returns the object of a device.</summary>
    public static DeviceObject Of(Device device) => new(
        device.Id,
        device.SuspendedAt is not null,
        device.Name,
        ApiTime.Format(device.RegisteredAt),
        ApiTime.Format(device.SeenAt),
        device.Tracks,
        device.Type);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DevicesObject))]
internal sealed partial class DeviceJson : JsonSerializerContext;
