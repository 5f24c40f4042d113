using Spotify.Functions.SearchTerms;
using Spotify.Search.Terms;
using Spotify.Web.Functions;

namespace Spotify.Functions.SearchDictionary;

/// <summary>The function <c>search-dictionary</c>.</summary>
public static class SearchDictionaryFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("search-dictionary", Caller.Scheduler)
    {
        AddServices = services => services.AddSearchDictionary(),
        MapRoutes = routes => routes.MapSearchDictionary(),
        Uses = new Resources
        {
            Database = Access.Read,
            Objects = { [DictionaryObjects.Segment] = Access.Write },
            Enqueues = [SearchTermsFunction.Definition.Queue!],
        },
        Schedules = [new Schedule("search-dictionary", SearchDictionaryEndpoints.Path, "20 * * * *")],
        Timeout = TimeSpan.FromMinutes(5),
    };
}
