using Spotify.Catalog;
using Spotify.Functions.Playlists;
using Spotify.Web.Functions;

namespace Spotify.Functions.Search;

/// <summary>The function <c>search</c>.</summary>
public static class SearchFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("search", Caller.Listeners)
    {
        AddServices = services => services.AddCatalog().AddPlaylistReading().AddSearch(),
        MapRoutes = routes => routes.MapSearch(),
        Uses = new Resources { Database = Access.Read, SearchIndex = true },
    };
}
