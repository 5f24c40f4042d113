namespace Spotify.Recommendations.Prompts;

/// <summary>
/// The genres that prompts can name. Spelling is tolerant: "hip hop", "Hip-Hop" and "hiphop" are the same, and so are "ballad" and
/// "ballads". A name that is no genre itself stands for the genres that have its words.
/// </summary>
public sealed class GenreNames
{
    // Enough for the kinds of a genre, and few enough for the tracks of each to count.
    private const int MaxKinds = 20;

    /// <summary>The largest number of words of a name.</summary>
    internal const int MaxWords = 5;

    // Names for the same music; the first that the vocabulary has is used.
    private static readonly string[][] Synonyms =
    [
        ["hip hop", "rap", "hip hop rap", "rap hip hop"], ["r and b", "rnb", "rhythm and blues"],
        ["electronic", "electronica", "electro", "edm"], ["dance", "edm", "electronic"], ["folk", "folky", "singer songwriter"],
        ["jazz", "jazzy"], ["funk", "funky"], ["blues", "bluesy"], ["soul", "soulful"], ["pop", "poppy"], ["punk", "punky"],
        ["rock", "rocky"], ["drum and bass", "dnb", "d and b", "drum n bass"], ["classical", "orchestral", "symphonic"],
        ["country", "americana"], ["lo fi", "lofi"], ["alternative", "alt", "indie"], ["indie", "alternative"],
    ];

    private readonly Dictionary<string, List<string>> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> byWord = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> synonyms = new(StringComparer.Ordinal);

    /// <summary>Creates a vocabulary.</summary>
    /// <param name="genres">The genres, the most important first. Names in which hyphens take the place of spaces are fine.</param>
    public GenreNames(IEnumerable<string> genres)
    {
        foreach (var genre in genres)
        {
            var words = PromptWords.Of(genre);
            if (words.Count == 0) continue;
            Add(byName, KeyOf(words), genre);
            foreach (var word in words.Select(PromptWords.Singular).Distinct()) Add(byWord, word, genre);
        }

        foreach (var group in Synonyms)
            foreach (var name in group) synonyms.TryAdd(KeyOf(PromptWords.Of(name)), group);
    }

    /// <summary>Returns the genres that words name; none if they name no genre.</summary>
    /// <param name="words">The words of one name.</param>
    /// <param name="withKinds">Whether the result has the kinds of the genre too: "vocal jazz" for "jazz".</param>
    internal IReadOnlyList<string> Find(IReadOnlyList<string> words, bool withKinds)
    {
        if (FindNamed(words, withKinds) is { Count: > 0 } found) return found;
        if (!synonyms.TryGetValue(KeyOf(words), out var group)) return [];
        foreach (var name in group)
            if (FindNamed(PromptWords.Of(name), withKinds) is { Count: > 0 } same) return same;
        return [];
    }

    private IReadOnlyList<string> FindNamed(IReadOnlyList<string> words, bool withKinds)
    {
        var named = byName.GetValueOrDefault(KeyOf(words)) ?? [];
        return named.Count > 0 && !withKinds ? named : [.. named.Union(KindsOf(words), StringComparer.Ordinal)];
    }

    private IEnumerable<string> KindsOf(IReadOnlyList<string> words)
    {
        if (!byWord.TryGetValue(PromptWords.Singular(words[0]), out var genres)) return [];
        var wanted = words.Select(PromptWords.Singular).ToList();
        return genres.Where(genre => HasAll(PromptWords.Of(genre), wanted)).Take(MaxKinds);
    }

    private static bool HasAll(IReadOnlyList<string> words, List<string> wanted)
    {
        var singular = words.Select(PromptWords.Singular).ToList();
        for (var start = 0; start + wanted.Count <= singular.Count; start++)
            if (singular.Skip(start).Take(wanted.Count).SequenceEqual(wanted, StringComparer.Ordinal)) return true;
        return false;
    }

    // Without spaces, so that compounds match however they are written. "rock n roll" is "rock and roll".
    private static string KeyOf(IReadOnlyList<string> words) =>
        string.Concat(words.Select(word => word == "n" ? "and" : PromptWords.Singular(word)));

    private static void Add(Dictionary<string, List<string>> index, string key, string genre)
    {
        if (!index.TryGetValue(key, out var genres)) index[key] = genres = [];
        genres.Add(genre);
    }
}
