namespace Spotify.Functions.Licenses.Sync;

/// <summary>The endpoints for sync.</summary>
internal static class SyncEndpoints
{
    /// <summary>Registers the services of the endpoints.</summary>
    public static IServiceCollection AddSync(this IServiceCollection services) => services;

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapSync(this IEndpointRouteBuilder routes) => routes;
}
