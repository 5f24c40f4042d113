using Spotify.Catalog;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Web.Functions;

namespace Spotify.Functions.Playlists;

/// <summary>The function <c>playlists</c>.</summary>
public static class PlaylistsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("playlists", Caller.Listeners)
    {
        AddServices = services => services.AddCatalog().AddPlaylists(),
        MapRoutes = routes => routes.MapPlaylists(),
        Uses = new Resources
        {
            Database = Access.Write,
            Objects = { ["images"] = Access.Write },
            Publishes = [Topic.PlaybackEvents],
            Enqueues = [PlaylistGeneratorFunction.Definition.Queue!],
        },
        PersonalData = PlaylistsPersonalData.All,
    };
}
