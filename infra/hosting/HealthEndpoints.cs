namespace Spotify.Hosting;

/// <summary>The endpoints that report whether an instance serves requests.</summary>
public static class HealthEndpoints
{
    /// <summary>The path for start-up probes.</summary>
    public const string Path = "/healthz";

    /// <summary>The path for checks through the load balancer: Cloud Run reserves paths that end in z.</summary>
    public const string PublicPath = "/health";

    /// <summary>Maps both paths. The answer is 200 and empty.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        foreach (var path in new[] { Path, PublicPath })
            endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], () => TypedResults.Ok()).ExcludeFromDescription();
        return endpoints;
    }
}
