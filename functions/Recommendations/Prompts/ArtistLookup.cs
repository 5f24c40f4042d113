using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Functions.Recommendations.Prompts;

/// <summary>A search for artists by their whole names in the search index.</summary>
internal sealed class ArtistLookup(ISearchIndex index)
{
    // The number of artists with the words of a name that are compared, the most popular ones. Less popular artists are not found.
    private const int MaxMatches = 20;

    /// <summary>Returns the ids of the most popular artists with names, by name. Names that no artist has are left out.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FindAsync(IReadOnlyList<string> names, string? market, CancellationToken ct)
    {
        var ids = await Task.WhenAll(names.Select(name => FindAsync(name, market, ct)));
        return names.Zip(ids).Where(pair => pair.Second is not null)
            .ToDictionary(pair => pair.First, pair => pair.Second!, StringComparer.Ordinal);
    }

    private async Task<string?> FindAsync(string name, string? market, CancellationToken ct)
    {
        var words = SearchText.Words(name);
        if (words.Count is 0 or > SearchQuery.MaxGroups) return null;
        SearchTerm[][] groups = [.. words.Select(word => (SearchTerm[])[new SearchTerm(SearchField.Name, word.Text, IsPrefix: false)])];
        var found = await index.CandidatesAsync(new SearchQuery([EntityType.Artist], groups, market, MaxMatches), ct);
        var folded = SearchText.FoldedName(name);
        return found[0].Documents.FirstOrDefault(document => document.Name.Split('\t')[0] == folded)?.Id;
    }
}
