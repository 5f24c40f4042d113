using Spotify.Catalog;
using Spotify.Web.Functions;

namespace Spotify.Functions.Listening;

/// <summary>The function <c>listening</c>: what listeners have played, their taste, and charts.</summary>
public static class ListeningFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("listening", Caller.Listeners)
    {
        AddServices = services => services.AddCatalog().AddListening(),
        MapRoutes = routes => routes.MapListening(),
        Uses = new Resources { Database = Access.Write },
    };
}
