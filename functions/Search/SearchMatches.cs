using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Search;
using Spotify.Search.Ranking;
using Spotify.Search.Terms;
using Spotify.Web.Requests;

namespace Spotify.Functions.Search;

/// <summary>Returns the term dictionary in use; null if there is none yet.</summary>
public delegate TermDictionary? CurrentDictionary();

/// <summary>The matches of a query among the entities of one type.</summary>
/// <param name="Ranked">The best matches, in order.</param>
/// <param name="Others">Less popular matches, in order of popularity.</param>
/// <param name="Total">The number of all matches, at most <see cref="SearchQuery.MaxLimit"/>.</param>
internal sealed record TypeMatches(IReadOnlyList<RankedDocument> Ranked, IReadOnlyList<SearchDocument> Others, int Total)
{
    /// <summary>Returns the ids of a page.</summary>
    public IReadOnlyList<string> Page(PageRequest page) =>
        [.. Ranked.Select(ranked => ranked.Document).Concat(Others).Skip(page.Offset).Take(page.Limit).Select(document => document.Id)];
}

/// <summary>
/// The search for documents: candidates from the search index, to which entities with exactly the name and matches from the listener's
/// library are added, in the order of their scores. Makes one round trip, and a second one with corrections of all words if
/// there are no matches.
/// </summary>
internal sealed class SearchMatches(
    ISearchIndex index, SearchLookups lookups, ListenerLibraries libraries, CurrentDictionary dictionary, IOptions<SearchOptions> options)
{
    /// <summary>The number of candidates that are ranked. Less popular ones follow in order of popularity.</summary>
    public const int MaxRanked = 200;

    /// <summary>Returns the matches of each type.</summary>
    /// <param name="q">The query.</param>
    /// <param name="types">The types.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="limit">
    /// The number of candidates to read: up to <see cref="MaxRanked"/>, or <see cref="SearchQuery.MaxLimit"/> for deep pages.
    /// </param>
    /// <param name="countTo">The number up to which matches are counted.</param>
    /// <param name="ct">Cancels the search.</param>
    public async Task<IReadOnlyDictionary<EntityType, TypeMatches>> FindAsync(
        string q, IReadOnlyList<EntityType> types, Viewer viewer, int limit, int countTo, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(viewer.Now.UtcDateTime);
        var plan = new QueryPlan(ParsedQuery.Parse(q), dictionary(), today);
        var library = libraries.OfAsync(viewer, ct);
        var exact = plan.Isrc is null && plan.Upc is null
            ? lookups.ByNameAsync(plan.FoldedName, viewer.Market, ct)
            : lookups.ByCodeAsync(plan.Isrc, plan.Upc, viewer.Market, ct);
        List<QueryPlan> plans = plan.Split() is { } split ? [plan, split] : [plan];
        var runs = await RunAllAsync(plans);
        if (runs.All(run => run.Total == 0) && plan.Corrected() is { } corrected) runs = [.. runs, .. await RunAllAsync([corrected])];

        var (named, affinity) = (await exact, await library);
        var ranker = new Ranker(options.Value.Weights, affinity, viewer.Market, today);
        var byType = runs.ToLookup(run => run.Type);
        return types.ToDictionary(type => type, type => Merge([.. byType[type]], type, named, affinity, ranker, limit));

        async Task<IReadOnlyList<Run>> RunAllAsync(IReadOnlyList<QueryPlan> plans)
        {
            var searches = from one in plans
                           from type in types
                           let query = one.For(type)
                           where query is not null
                           group type by (Plan: one, Query: query) into search
                           select RunAsync(search.Key.Plan, search.Key.Query, [.. search]);
            var results = await Task.WhenAll(searches);
            return [.. results.SelectMany(result => result)];
        }

        // Most queries are the same for all types, and one search of the index.
        async Task<IEnumerable<Run>> RunAsync(QueryPlan one, PlannedQuery query, IReadOnlyList<EntityType> searched)
        {
            var relevance = new TextRelevance(query, one.FoldedName);
            if (one.Isrc is not null || one.Upc is not null) return searched.Select(type => new Run(type, query, relevance, [], 0));
            var needsCheck = query.NeedsCheck;
            var found = await index.CandidatesAsync(
                new SearchQuery(searched, query.SearchGroups, viewer.Market, needsCheck ? SearchQuery.MaxLimit : limit, countTo), ct);
            return searched.Zip(found, (type, candidates) =>
            {
                if (!needsCheck) return new Run(type, query, relevance, candidates.Documents, candidates.Total);
                var matches = candidates.Documents.Where(query.Matches).ToList();
                return new Run(type, query, relevance, matches, matches.Count);
            });
        }
    }

    private static TypeMatches Merge(
        IReadOnlyList<Run> runs, EntityType type, IReadOnlyList<SearchDocument> named, Affinity affinity, Ranker ranker, int limit)
    {
        if (runs.Count == 0) return new TypeMatches([], [], 0);
        // The candidates have all matches of the library unless there are more.
        var isCut = runs.Any(run => run.Documents.Count >= Math.Min(limit, MaxRanked));
        var added = named.Concat(isCut ? affinity.Documents : [])
            .Where(document => document.Type == type && runs.Any(run => run.Query.Matches(document)));
        var best = runs.SelectMany(run => run.Documents.Take(MaxRanked)).Concat(added)
            .DistinctBy(document => document.Id, StringComparer.Ordinal);
        var ranked = ranker.Rank(best, [.. runs.Select(run => run.Relevance)]);
        var ids = ranked.Select(one => one.Document.Id).ToHashSet(StringComparer.Ordinal);
        var others = runs.SelectMany(run => run.Documents.Skip(MaxRanked)).Where(document => ids.Add(document.Id)).ToList();
        var total = Math.Max(ids.Count, runs.Max(run => run.Total));
        return new TypeMatches(ranked, others, Math.Min(total, SearchQuery.MaxLimit));
    }

    private sealed record Run(
        EntityType Type, PlannedQuery Query, TextRelevance Relevance, IReadOnlyList<SearchDocument> Documents, int Total);
}
