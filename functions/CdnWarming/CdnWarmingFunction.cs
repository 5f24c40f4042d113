using Spotify.Web.Functions;

namespace Spotify.Functions.CdnWarming;

/// <summary>The function <c>cdn-warming</c>.</summary>
public static class CdnWarmingFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("cdn-warming", Caller.Scheduler)
    {
        AddServices = services => services.AddCdnWarming(),
        MapRoutes = routes => routes.MapCdnWarming(),
        Uses = new Resources { Database = Access.Read, SigningKeys = true },
        InEveryRegion = true,
        Timeout = TimeSpan.FromMinutes(9),
    };
}
