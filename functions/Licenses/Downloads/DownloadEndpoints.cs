namespace Spotify.Functions.Licenses.Downloads;

/// <summary>The endpoints for downloads.</summary>
internal static class DownloadEndpoints
{
    /// <summary>Registers the services of the endpoints.</summary>
    public static IServiceCollection AddDownloads(this IServiceCollection services) => services;

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapDownloads(this IEndpointRouteBuilder routes) => routes;
}
