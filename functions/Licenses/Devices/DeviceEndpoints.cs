using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>The endpoints for the devices that play offline.</summary>
internal static class DeviceEndpoints
{
    // Two keys and a proof have less than 2 KB.
    private const int MaxBodyBytes = 16 << 10;

    /// <summary>Registers the services of the endpoints.</summary>
    public static IServiceCollection AddDevices(this IServiceCollection services)
    {
        services.AddWireJson(DeviceJson.Default);
        services.TryAddSingleton<DeviceStore>();
        services.TryAddSingleton<DeviceChallenges>();
        services.TryAddSingleton<DeviceRegistrations>();
        services.TryAddSingleton<DeviceRemovals>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapDevices(this IEndpointRouteBuilder routes)
    {
        var devices = routes.MapGroup("/v1/me/devices").WithTags("Offline").WithRateLimit(RateLimitCategory.Playback);
        var registration = devices.MapGroup("").RequireScopes(Scopes.Streaming);
        registration.MapPost("/challenges", Challenge).WithName("create-offline-device-challenge")
            .WithSummary("Get a Challenge to Register a Device");
        registration.MapPost("/", Register).WithName("register-offline-device").WithSummary("Register a Device That Plays Offline")
            .WithBodyLimit(MaxBodyBytes).WithBody<RegistrationRequest>();
        devices.MapGet("/", List).WithName("get-offline-devices").WithSummary("Get Devices That Play Offline")
            .RequireScopes(Scopes.UserReadPlaybackState);
        devices.MapPut("/{id}", Rename).WithName("rename-offline-device").WithSummary("Rename a Device That Plays Offline")
            .WithBodyLimit(MaxBodyBytes).WithBody<RenameRequest>().RequireScopes(Scopes.UserModifyPlaybackState);
        devices.MapDelete("/{id}", Remove).WithName("remove-offline-device").WithSummary("Remove a Device That Plays Offline")
            .RequireScopes(Scopes.UserModifyPlaybackState);
        return routes;
    }

    private static Ok<ChallengeObject> Challenge(CurrentUser user, DeviceChallenges challenges)
    {
        var (challenge, expiresAt) = challenges.Issue(user.Id);
        return TypedResults.Ok(new ChallengeObject(challenge, ApiTime.Format(expiresAt)));
    }

    private static async Task<Results<Created<DeviceObject>, Ok<DeviceObject>>> Register(
        CurrentUser user, RequestBody body, DeviceChallenges challenges, DeviceRegistrations registrations, CancellationToken ct)
    {
        // Reads all texts, also those in the keys, which the parser decodes later.
        _ = body.Json();
        var request = body.Json(DeviceJson.Default.RegistrationRequest) ?? throw ApiException.BadRequest("Missing body");
        var (device, isNew) = await registrations.RegisterAsync(user, challenges.Verify(request, user.Id), ct);
        var registered = DeviceObject.Of(device);
        return isNew ? TypedResults.Created((string?)null, registered) : TypedResults.Ok(registered);
    }

    private static async Task<Ok<DevicesObject>> List(CurrentUser user, DeviceStore devices, CancellationToken ct) =>
        TypedResults.Ok(new DevicesObject([.. (await devices.ListAsync(user.Id, ct)).Select(DeviceObject.Of)]));

    private static async Task<Ok<DeviceObject>> Rename(
        string id, CurrentUser user, RequestBody body, DeviceStore devices, CancellationToken ct)
    {
        var name = DeviceName.Parse(body.Json(DeviceJson.Default.RenameRequest)?.Name);
        return TypedResults.Ok(DeviceObject.Of(await devices.RenameAsync(user.Id, id, name, ct)));
    }

    private static async Task<NoContent> Remove(string id, CurrentUser user, DeviceRemovals removals, CancellationToken ct)
    {
        await removals.RemoveAsync(user.Id, RequestIds.One(id), ct);
        return TypedResults.NoContent();
    }
}

/// <summary>A challenge that a device signs to register.</summary>
/// <param name="Challenge">The challenge: a JWS, which devices need not read.</param>
/// <param name="ExpiresAt">When it expires.</param>
internal sealed record ChallengeObject(string Challenge, string ExpiresAt);

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
[JsonSerializable(typeof(ChallengeObject))]
[JsonSerializable(typeof(DeviceObject))]
[JsonSerializable(typeof(DevicesObject))]
[JsonSerializable(typeof(RegistrationRequest))]
[JsonSerializable(typeof(RenameRequest))]
internal sealed partial class DeviceJson : JsonSerializerContext;
