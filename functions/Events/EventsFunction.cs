using Spotify.Domain.Ports;
using Spotify.Web.Functions;

namespace Spotify.Functions.Events;

/// <summary>The function <c>events</c>. Has no database, so that events are accepted while the database is unavailable.</summary>
public static class EventsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("events", Caller.Listeners)
    {
        AddServices = services => services.AddEvents(),
        MapRoutes = routes => routes.MapEvents(),
        Uses = new Resources { Publishes = [Topic.PlaybackEvents, Topic.TelemetryEvents] },
        Timeout = TimeSpan.FromSeconds(15),
    };
}
