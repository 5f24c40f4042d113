using Spotify.Web.Functions;

namespace Spotify.Functions.Playback;

/// <summary>The function <c>playback</c>.</summary>
public static class PlaybackFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("playback", Caller.Listeners)
    {
        AddServices = services => services.AddPlayback(),
        MapRoutes = routes => routes.MapPlayback(),
        Uses = new Resources { Database = Access.Read, SigningKeys = true },
        Timeout = TimeSpan.FromSeconds(5),
    };
}
