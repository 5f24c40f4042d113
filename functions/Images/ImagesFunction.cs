using Spotify.Web.Functions;

namespace Spotify.Functions.Images;

/// <summary>The function <c>images</c>.</summary>
public static class ImagesFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("images", Caller.Anyone)
    {
        AddServices = services => services.AddImages(),
        MapRoutes = routes => routes.MapImages(),
        Uses = new Resources { Objects = { ["images"] = Access.Read } },
        CachedByCdn = true,
    };
}
