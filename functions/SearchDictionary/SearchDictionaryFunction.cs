using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.SearchTerms;
using Spotify.Search.Terms;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.SearchDictionary;

/// <summary>The function <c>search-dictionary</c>.</summary>
public static class SearchDictionaryFunction
{
    /// <summary>The path that the scheduler calls.</summary>
    public const string Path = "/tasks/search-dictionary";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("search-dictionary", Caller.Scheduler)
    {
        AddServices = services =>
        {
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<SearchDictionaryBuilds>();
        },
        MapRoutes = routes => routes.MapScheduled(
            Path, "Begin a new build of the term dictionary if it is due, and delete old builds",
            async (SearchDictionaryBuilds builds, CancellationToken ct) =>
            {
                var (build, removed) = await builds.RunAsync(ct);
                return new JsonObject { ["build"] = build, ["removed"] = removed };
            }),
        Uses = new Resources
        {
            Database = Access.Read,
            Objects = { [DictionaryObjects.Segment] = Access.Write },
            Enqueues = [SearchTermsFunction.Definition.Queue!],
        },
        Schedules = [new Schedule("search-dictionary", Path, "20 * * * *")],
        Timeout = TimeSpan.FromMinutes(5),
    };
}
