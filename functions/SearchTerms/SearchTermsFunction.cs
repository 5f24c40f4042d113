using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Search.Terms;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.SearchTerms;

/// <summary>The function <c>search-terms</c>.</summary>
public static class SearchTermsFunction
{
    // A few shards at a time, so that the database has capacity for listeners.
    private static readonly Queue Tasks = new("search-terms", "/tasks/search-terms")
    {
        MaxDispatchesPerSecond = 5,
        MaxConcurrentDispatches = 4,
        MaxAttempts = 10,
        MinBackoff = TimeSpan.FromSeconds(10),
        MaxBackoff = TimeSpan.FromMinutes(10),
        Deadline = TimeSpan.FromMinutes(30),
    };

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("search-terms", Caller.Tasks)
    {
        AddServices = services => services.TryAddSingleton<SearchTermsService>(),
        MapRoutes = routes => routes
            .MapTask(
                Tasks,
                SearchTermsJson.Default.SearchTermsTask,
                (SearchTermsService service, SearchTermsTask task, CancellationToken ct) => service.HandleAsync(task, ct))
            .WithName("search-terms").WithSummary("Count the terms of a shard of search documents, or merge the counted terms"),
        Uses = new Resources
        {
            Database = Access.Read,
            Objects = { [DictionaryObjects.Segment] = Access.Write },
            Enqueues = [Tasks],
        },
        Queue = Tasks,
        Timeout = Tasks.Deadline,
    };
}
