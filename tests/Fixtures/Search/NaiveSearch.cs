using Spotify.Domain;
using Spotify.Search;

namespace Spotify.Fixtures.Search;

/// <summary>A search that compares every word of the query with every word of every document.</summary>
internal sealed class NaiveSearch
{
    private readonly List<(SearchEntry Entry, string Name, string[] Words)> documents;
    private readonly string[] vocabulary;
    private readonly Dictionary<(string, bool, int), HashSet<string>> matching = [];

    public NaiveSearch(IEnumerable<SearchEntry> entries)
    {
        documents = [.. entries.Select(entry => (entry, SearchText.FoldedName(entry.Name), Terms(entry)))];
        vocabulary = [.. documents.SelectMany(document => document.Words).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether a document has a word.</summary>
    public bool Knows(string word) => Array.IndexOf(vocabulary, word) >= 0;

    /// <summary>Returns the most popular documents that have the name of a document and its type.</summary>
    public IReadOnlyList<string> SameName(SearchEntry entry)
    {
        var name = SearchText.FoldedName(entry.Name);
        var same = documents.Where(document => document.Entry.Type == entry.Type && document.Name == name)
            .Select(document => document.Entry).ToList();
        return [.. same.Where(other => other.Popularity == same.Max(one => one.Popularity)).Select(other => other.Id)];
    }

    /// <summary>
    /// Returns the documents of a type that have all words of a query, the last one as a prefix, with at most the given number of edits in
    /// a word of four letters or more; two in words of eight or more only.
    /// </summary>
    public IEnumerable<SearchEntry> Matches(EntityType type, string query, int edits)
    {
        var words = SearchText.FoldedName(query).Split(' ');
        var sets = words.Select((word, i) => Matching(word, i == words.Length - 1, edits)).ToList();
        return documents
            .Where(document => document.Entry.Type == type && sets.TrueForAll(set => document.Words.Any(set.Contains)))
            .Select(document => document.Entry);
    }

    /// <summary>Whether a document matches and is more popular than every other document of its type that does.</summary>
    public bool IsBest(SearchEntry entry, string query, int edits)
    {
        var matches = Matches(entry.Type, query, edits).ToList();
        return matches.Exists(match => match.Id == entry.Id)
            && matches.TrueForAll(match => match.Id == entry.Id || match.Popularity < entry.Popularity);
    }

    private static string[] Terms(SearchEntry entry) =>
    [
        .. SearchText.Terms(entry.Name).Concat(entry.Artists.SelectMany(artist => SearchText.Terms(artist.Name)))
            .Concat(SearchText.Terms(entry.Album)).Distinct(StringComparer.Ordinal),
    ];

    private HashSet<string> Matching(string word, bool isPrefix, int edits)
    {
        var allowed = word.Length >= 8 ? edits : word.Length >= 4 ? Math.Min(edits, 1) : 0;
        if (matching.TryGetValue((word, isPrefix, allowed), out var known)) return known;
        known = [.. vocabulary.Where(term => allowed == 0
            ? term == word || (isPrefix && term.StartsWith(word, StringComparison.Ordinal))
            : term.Length >= word.Length - allowed && (isPrefix || term.Length <= word.Length + allowed)
                && Typos.Distance(word, term, isPrefix) <= allowed)];
        matching.Add((word, isPrefix, allowed), known);
        return known;
    }
}
