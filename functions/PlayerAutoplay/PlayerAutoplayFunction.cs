using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Catalog;
using Spotify.Catalog.Contexts;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.Playlists;
using Spotify.Functions.Recommendations.Radio;
using Spotify.Functions.Recommendations.Seeds;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.PlayerAutoplay;

/// <summary>
/// The function <c>player-autoplay</c>: the radio at the end of a context. A function of its own, because commands of the player must not
/// wait for the model.
/// </summary>
public static class PlayerAutoplayFunction
{
    /// <summary>The queue of <see cref="AutoplayTask"/>s, which <see cref="AutoplayQueue"/> adds.</summary>
    // The 800 tasks at a time are those of 50 instances with 16 each (pulumi/Sizes.cs). Attempts end after some minutes, because a radio is
    // requested a few songs before the end of a context.
    public static readonly Queue Tasks = new("player-autoplay", "/tasks/player-autoplay")
    {
        MaxDispatchesPerSecond = 500,
        MaxConcurrentDispatches = 800,
        MaxAttempts = 6,
        MinBackoff = TimeSpan.FromSeconds(1),
        MaxBackoff = TimeSpan.FromMinutes(1),
        Deadline = TimeSpan.FromMinutes(1),
    };

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("player-autoplay", Caller.Tasks)
    {
        AddServices = services =>
        {
            services
                .AddCatalog().AddContexts().AddPlaylistReading().AddRecommenders().AddListenerHistories().AddGeneratedPlaylists()
                .AddPopularChoices().AddSeeds().AddRadio();
            services.TryAddSingleton<AutoplayRadio>();
            services.TryAddSingleton<AutoplayService>();
        },
        MapRoutes = routes => routes
            .MapTask(
                Tasks,
                AutoplayTaskJson.Default.AutoplayTask,
                (AutoplayService service, AutoplayTask task, CancellationToken ct) => service.HandleAsync(task, ct))
            .WithName("player-autoplay").WithSummary("Append a radio to what a listener plays"),
        Uses = new Resources
        {
            Database = Access.Read,
            SearchIndex = true,
            Objects = { ["models"] = Access.Read },
            LiveDocuments = Access.Write,
        },
        Queue = Tasks,
        Timeout = Tasks.Deadline,
    };

    /// <summary>Registers <see cref="AutoplayQueue"/>, for functions that enqueue <see cref="Tasks"/>.</summary>
    public static IServiceCollection AddAutoplayQueue(this IServiceCollection services)
    {
        services.TryAddSingleton<AutoplayQueue>();
        return services;
    }
}
