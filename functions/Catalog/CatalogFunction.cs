using Spotify.Catalog;
using Spotify.Web.Functions;

namespace Spotify.Functions.Catalog;

/// <summary>The function <c>catalog</c>.</summary>
public static class CatalogFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("catalog", Caller.Listeners)
    {
        AddServices = services => services.AddCatalog(),
        MapRoutes = routes => routes.MapCatalog(),
        Uses = new Resources { Database = Access.Read },
    };
}
