using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;

namespace Spotify.Functions.NativeFlac;

/// <summary>The endpoint that creates native FLAC for clients that cannot read MP4.</summary>
public static class NativeFlacEndpoints
{
    /// <summary>Registers the service.</summary>
    public static IServiceCollection AddNativeFlac(this IServiceCollection services)
    {
        services.TryAddSingleton<NativeFlacService>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapNativeFlac(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/playback/tracks/{id}/native-flac", CreateAsync)
            .WithTags("Playback").WithName("create-native-flac").WithSummary("Create the native FLAC file of a track")
            .WithRateLimit(RateLimitCategory.Playback).RequireScopes(Scopes.Streaming);
        return routes;
    }

    private static async Task<NoContent> CreateAsync(string id, Caller caller, NativeFlacService service, CancellationToken ct)
    {
        await service.EnsureAsync(RequestIds.One(id), caller, ct);
        return TypedResults.NoContent();
    }
}
