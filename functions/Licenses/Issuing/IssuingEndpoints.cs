namespace Spotify.Functions.Licenses.Issuing;

/// <summary>The endpoints for licenses.</summary>
internal static class IssuingEndpoints
{
    /// <summary>Registers the services of the endpoints.</summary>
    public static IServiceCollection AddIssuing(this IServiceCollection services) => services;

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapIssuing(this IEndpointRouteBuilder routes) => routes;
}
