using Spotify.Catalog;
using Spotify.Functions.Playlists;
using Spotify.Functions.Search.Browse;
using Spotify.Search.Terms;
using Spotify.Web.Functions;

namespace Spotify.Functions.Search;

/// <summary>The function <c>search</c>.</summary>
public static class SearchFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("search", Caller.Listeners)
    {
        AddServices = services => services.AddCatalog().AddPlaylistReading().AddSearch().AddBrowse(),
        MapRoutes = routes => routes.MapSearch().MapBrowse(),
        Uses = new Resources { Database = Access.Read, SearchIndex = true, Objects = { [DictionaryObjects.Segment] = Access.Read } },
    };
}
