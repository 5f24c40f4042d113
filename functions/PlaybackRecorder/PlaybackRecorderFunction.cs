using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Catalog.ResumePoints;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Web.Functions;
using Spotify.Web.Messages;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>The function <c>playback-recorder</c>.</summary>
public static class PlaybackRecorderFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("playback-recorder", Caller.Subscription)
    {
        AddServices = services => services.AddPlaybackRecorder(),
        Consumer = MessageConsumer.Of<PlaybackRecorder, EventBatch>(
            // Playback events must not be lost, so an outage of many hours must not make dead letters of them.
            new Subscription("playback-recorder", Topic.PlaybackEvents) { MinBackoff = TimeSpan.FromSeconds(1), MaxDeliveries = 100 },
            EventJson.Default.EventBatch),
        Uses = new Resources { Database = Access.Write, Warehouse = Access.Write, Publishes = [Topic.TasteUpdates] },
        PersonalData =
        [
            new PersonalRows("PlayHistory", "UserId") { PageSize = 1000 },
            new PersonalRows("AdHistory", "UserId") { PageSize = 1000 },
            new PersonalRows("Listeners", "UserId"),
        ],
        Timeout = TimeSpan.FromMinutes(1),
    };

    /// <summary>Registers the consumer. Requires the database, the warehouse and the message bus.</summary>
    public static IServiceCollection AddPlaybackRecorder(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RecorderMetrics>();
        services.TryAddSingleton<PlayableReader>();
        services.TryAddSingleton<ListenerReader>();
        services.TryAddSingleton<PlayStore>();
        services.TryAddSingleton<WarehouseWriter>();
        services.TryAddSingleton<ResumePointStore>();
        services.TryAddSingleton<ResumePointWriter>();
        services.TryAddSingleton<PlaybackRecorder>();
        return services;
    }
}
