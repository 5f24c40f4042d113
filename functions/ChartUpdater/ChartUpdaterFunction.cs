using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Web.Functions;
using Spotify.Web.Messages;

namespace Spotify.Functions.ChartUpdater;

/// <summary>The function <c>chart-updater</c>.</summary>
public static class ChartUpdaterFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("chart-updater", Caller.Subscription)
    {
        AddServices = services => services.AddChartUpdater(),
        Consumer = MessageConsumer.Of<ChartUpdater, TasteUpdate>(
            // Plays that arrive late do not count, so failed deliveries are soon given up.
            new Subscription("chart-updater", Topic.TasteUpdates)
            {
                MinBackoff = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromMinutes(2),
            },
            EventJson.Default.TasteUpdate),
        Uses = new Resources { Database = Access.Write },
        Timeout = TimeSpan.FromMinutes(1),
    };

    /// <summary>Registers the consumer, with options bound from <c>Charts</c>. Requires the database.</summary>
    public static IServiceCollection AddChartUpdater(this IServiceCollection services)
    {
        services.AddChartOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ChartWriter>();
        services.TryAddSingleton<ChartUpdater>();
        return services;
    }
}
