using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Catalog;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Functions.Playlists;
using Spotify.Functions.Search.Browse;
using Spotify.Web.Functions;
using Spotify.Web.Messages;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.TasteUpdater;

/// <summary>The function <c>taste-updater</c>.</summary>
public static class TasteUpdaterFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("taste-updater", Caller.Subscription)
    {
        AddServices = services => services.AddCatalog().AddPlaylistReading().AddEditorialPlaylists().AddTasteUpdater(),
        Consumer = MessageConsumer.Of<TasteUpdater, TasteUpdate>(
            new Subscription("taste-updater", Topic.TasteUpdates) { MinBackoff = TimeSpan.FromSeconds(1), MaxDeliveries = 100 },
            EventJson.Default.TasteUpdate),
        Uses = new Resources { Database = Access.Write },
        PersonalData =
        [
            new PersonalRows("Tastes", "UserId"),
            new PersonalRows("TasteExclusions", "UserId") { PageSize = 1000 },
            new PersonalRows("PrivateSessions", "UserId") { PageSize = 1000 },
        ],
        Timeout = TimeSpan.FromMinutes(1),
    };

    /// <summary>Registers the consumer. Requires the database, <c>AddPlaylistReading</c> and <c>AddEditorialPlaylists</c>.</summary>
    public static IServiceCollection AddTasteUpdater(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TasteMetrics>();
        services.AddTasteStore();
        services.TryAddSingleton<TasteUpdater>();
        return services;
    }

    /// <summary>Registers the store of taste and the reader of tracks. Requires the database.</summary>
    public static IServiceCollection AddTasteStore(this IServiceCollection services)
    {
        services.TryAddSingleton<TrackFeatures>();
        services.TryAddSingleton<TasteStore>();
        return services;
    }
}
