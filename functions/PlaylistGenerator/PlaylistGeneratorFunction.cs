using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Catalog;
using Spotify.Domain.Ports;
using Spotify.Functions.Listening.Charts;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Functions.PlaylistGenerator.Writing;
using Spotify.Functions.Playlists;
using Spotify.Functions.Recommendations.Blend;
using Spotify.Functions.Recommendations.Feedback;
using Spotify.Functions.Search.Browse;
using Spotify.Functions.TasteUpdater;
using Spotify.Recommendations.Publishing;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.PlaylistGenerator;

/// <summary>The function <c>playlist-generator</c>.</summary>
public static class PlaylistGeneratorFunction
{
    // A Cloud Tasks queue dispatches at most 500 tasks per second, so the 7 million tasks of a week take an hour with four queues
    // (docs/cloud.md). The 4,000 tasks at a time are those of 1,000 instances with 4 each (pulumi/Sizes.cs): more would wait for an
    // instance and count as failed.
    private static readonly Queue Tasks = new("playlist-generator", "/tasks/playlist-generator")
    {
        Shards = 4,
        MaxDispatchesPerSecond = 500,
        MaxConcurrentDispatches = 1000,
        MaxAttempts = 10,
        MinBackoff = TimeSpan.FromSeconds(5),
        MaxBackoff = TimeSpan.FromMinutes(30),
        Deadline = TimeSpan.FromMinutes(5),
    };

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("playlist-generator", Caller.Tasks)
    {
        AddServices = services => services.AddPlaylistGenerator(),
        MapRoutes = routes => routes
            .MapTask(
                Tasks,
                GenerationJson.Default.GenerationTask,
                (PlaylistGenerationService service, GenerationTask task, CancellationToken ct) => service.HandleAsync(task, ct))
            .WithName("playlist-generator").WithSummary("Generate the personal playlists of up to 100 listeners that are due"),
        Uses = new Resources
        {
            Database = Access.Write, SearchIndex = true, Objects = { ["models"] = Access.Read }, Warehouse = Access.Write,
        },
        Queue = Tasks,
        Timeout = Tasks.Deadline,
    };

    /// <summary>Registers the services of the function. Requires the database, the search index and the object store.</summary>
    public static IServiceCollection AddPlaylistGenerator(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddRecommenders().AddListenerHistories().AddGeneratedPlaylists().AddPopularChoices();
        services.AddPickRecorder();
        services.TryAddSingleton<GeneratorMetrics>();
        services.TryAddSingleton<FanOutProgress>();
        services.TryAddSingleton<PlaylistGenerationService>();
        services.AddBlendGenerator();
        services.TryAddSingleton<ReleaseReader>();
        services.AddSurface<DiscoverWeekly>().AddSurface<ReleaseRadar>().AddSurface<DailyMixes>().AddSurface<OnRepeat>();
        return services;
    }

    /// <summary>
    /// Registers <see cref="RecommenderSource"/>. Requires the object store. A host whose models are files registers its own
    /// <see cref="ModelLoaderOptions"/> before.
    /// </summary>
    public static IServiceCollection AddRecommenders(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new ModelLoaderOptions { Directory = Path.Combine(Path.GetTempPath(), "models") });
        services.TryAddSingleton<ModelHolder>();
        services.TryAddSingleton<RecommenderSource>();
        return services;
    }

    /// <summary>Registers <see cref="HistoryReader"/>. Requires the database.</summary>
    public static IServiceCollection AddListenerHistories(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddTasteStore();
        services.AddRankingVariants();
        services.TryAddSingleton<HistoryReader>();
        return services;
    }

    /// <summary>Registers <see cref="GeneratedPlaylists"/> and <see cref="PlayableTracks"/>. Requires the database.</summary>
    public static IServiceCollection AddGeneratedPlaylists(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GeneratedPlaylists>();
        services.TryAddSingleton<PlayableTracks>();
        return services;
    }

    /// <summary>Registers <see cref="PopularChoices"/>. Requires the database and the search index.</summary>
    public static IServiceCollection AddPopularChoices(this IServiceCollection services)
    {
        services.AddCatalog().AddPlaylistReading().AddBrowseLists();
        services.AddCharts();
        services.TryAddSingleton<PopularChoices>();
        return services;
    }

    /// <summary>Registers the generator of a surface.</summary>
    internal static IServiceCollection AddSurface<TGenerator>(this IServiceCollection services)
        where TGenerator : class, ISurfaceGenerator
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ISurfaceGenerator, TGenerator>());
        return services;
    }
}
