using Spotify.Catalog;
using Spotify.Domain.Ports;
using Spotify.Functions.Playlists;
using Spotify.Web.Functions;

namespace Spotify.Functions.Library;

/// <summary>The function <c>library</c>.</summary>
public static class LibraryFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("library", Caller.Listeners)
    {
        AddServices = services => services.AddCatalog().AddPlaylistReading().AddLibrary(),
        MapRoutes = routes => routes.MapLibrary(),
        Uses = new Resources { Database = Access.Write, Publishes = [Topic.PlaybackEvents] },
        PersonalData = LibraryPersonalData.All,
    };
}
