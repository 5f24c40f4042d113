using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Prompts;

/// <summary>
/// A parser of written prompts such as "calm acoustic jazz from the 80s, no vocals". Knows English words for moods, occasions, sounds,
/// tempos, years and negations, the genres of a vocabulary, and artists after words such as "like" and "by". Other words are ignored. The
/// effort grows with the number of words only.
/// </summary>
/// <param name="genres">The genres that prompts can name.</param>
public sealed class PromptParser(GenreNames genres)
{
    /// <summary>The largest number of words that are read.</summary>
    public const int MaxWords = 100;

    /// <summary>The largest number of names that <see cref="ArtistNames"/> returns.</summary>
    public const int MaxArtistNames = 12;

    private const int MaxWordsOfArtist = 4;

    /// <summary>Returns folded texts that may be the names of artists. The caller finds out which of them are.</summary>
    public IReadOnlyList<string> ArtistNames(string prompt)
    {
        var words = Words(prompt);
        return
        [
            .. Enumerable.Range(0, words.Length).Where(index => MayNameArtist(words, index))
                .SelectMany(index => NamesAt(words, index)).Distinct(StringComparer.Ordinal).Take(MaxArtistNames),
        ];
    }

    /// <summary>Parses a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="artists">The names of <see cref="ArtistNames"/> that are names of artists.</param>
    /// <param name="thisYear">The current year.</param>
    public Prompt Parse(string prompt, IReadOnlySet<string> artists, int thisYear)
    {
        var words = Words(prompt);
        var meaning = new Meaning();
        var isNegated = false;
        for (var i = 0; i < words.Length;)
        {
            var length = Read(words, i, artists, thisYear, isNegated, meaning);
            if (length > 0)
            {
                i += length;
                // "No rap or metal" excludes both.
                isNegated = isNegated && i < words.Length && words[i] is "or" or "nor";
            }
            else
            {
                var word = words[i++];
                if (PromptLexicon.Fillers.Contains(word)) continue;
                isNegated = PromptLexicon.Negations.Contains(word);
                if (!isNegated && word != PromptWords.Pause) meaning.Ignored.Add(word);
            }
        }

        return meaning.ToPrompt();
    }

    // Returns the number of words that were understood.
    private int Read(string[] words, int index, IReadOnlySet<string> artists, int thisYear, bool isNegated, Meaning meaning)
    {
        var rest = words.AsSpan(index);
        if (MayNameArtist(words, index) && NamesAt(words, index).FirstOrDefault(artists.Contains) is { } artist)
        {
            (isNegated || IsNegatedBefore(words, index) ? meaning.ExcludedArtists : meaning.Artists).Add(artist);
            return artist.Count(letter => letter == ' ') + 1;
        }

        for (var length = Math.Min(GenreNames.MaxWords, PhraseLength(rest)); length > 1; length--)
            if (AddGenres(words[index..(index + length)], isNegated, meaning)) return length;
        if (PromptTempo.Read(rest) is var (tempo, tempoWords))
        {
            meaning.Add([tempo], isNegated);
            return tempoWords;
        }

        // Negated years are not understood, because a prompt cannot exclude years.
        if (!isNegated && PromptEras.Read(rest, thisYear) is var (from, to, eraWords))
        {
            meaning.AddYears(from, to);
            return eraWords;
        }

        for (var length = Math.Min(PromptLexicon.MaxWords, PhraseLength(rest)); length > 0; length--)
            if (AddRanges(words[index..(index + length)], isNegated, meaning)) return length;
        return PhraseLength(rest) > 0 && AddGenres([words[index]], isNegated, meaning) ? 1 : 0;
    }

    private bool AddGenres(string[] name, bool isNegated, Meaning meaning)
    {
        // Also "and" joins names of genres.
        if (PromptLexicon.Fillers.Contains(name[0]) || PromptLexicon.Fillers.Contains(name[^1])) return false;
        var found = genres.Find(name, withKinds: isNegated);
        foreach (var genre in found) (isNegated ? meaning.ExcludedGenres : meaning.Genres).Add(genre);
        return found.Count > 0;
    }

    private static bool AddRanges(string[] phrase, bool isNegated, Meaning meaning)
    {
        var key = PromptLexicon.KeyOf(phrase);
        if (PromptLexicon.Clean.Contains(key) || (isNegated && PromptLexicon.Explicit.Contains(key)))
            return meaning.WithoutExplicit = true;
        if (PromptLexicon.Find(phrase) is not { } ranges) return false;
        meaning.Add(ranges, isNegated);
        return true;
    }

    private static string[] Words(string prompt) => [.. PromptWords.Of(prompt).Take(MaxWords)];

    private static int PhraseLength(ReadOnlySpan<string> words) =>
        words.IndexOf(PromptWords.Pause) is >= 0 and var length ? length : words.Length;

    // After a cue or a negation, and after "and" or "or" behind a name.
    private static bool MayNameArtist(string[] words, int index)
    {
        if (index == 0 || words[index] == PromptWords.Pause) return false;
        var before = words[index - 1];
        if (PromptLexicon.ArtistCues.Contains(before) || PromptLexicon.Negations.Contains(before)) return true;
        if (before == "to" && index > 1 && words[index - 2] == "similar") return true;
        if (before is not ("and" or "or" or "nor" or PromptWords.Pause)) return false;
        for (var i = index - 2; i >= 0 && i >= index - 2 - MaxWordsOfArtist; i--)
            if (PromptLexicon.ArtistCues.Contains(words[i]) || (words[i] == "to" && i > 0 && words[i - 1] == "similar")) return true;
        return false;
    }

    private static bool IsNegatedBefore(string[] words, int index) =>
        index > 1 && PromptLexicon.ArtistCues.Contains(words[index - 1]) && PromptLexicon.Negations.Contains(words[index - 2]);

    // The longest first. Words that have another meaning are no names.
    private IEnumerable<string> NamesAt(string[] words, int index)
    {
        for (var length = Math.Min(MaxWordsOfArtist, PhraseLength(words.AsSpan(index))); length > 0; length--)
        {
            var name = words[index..(index + length)];
            var noun = name[0] is "the" or "a" or "an" or "some" ? name[1..] : name;
            var hasOtherMeaning = PromptLexicon.Fillers.Contains(name[^1]) || PromptLexicon.Negations.Contains(name[0])
                || (noun.Length == 1 && (PromptLexicon.Find(noun) is not null || genres.Find(noun, withKinds: false).Count > 0));
            if (!hasOtherMeaning) yield return string.Join(' ', name);
        }
    }

    private sealed class Meaning
    {
        private readonly Dictionary<TrackAttribute, AttributeRange> ranges = [];
        private (int? From, int? To)? years;

        public List<string> Genres { get; } = [];

        public List<string> ExcludedGenres { get; } = [];

        public List<string> Artists { get; } = [];

        public List<string> ExcludedArtists { get; } = [];

        public List<string> Ignored { get; } = [];

        public bool WithoutExplicit { get; set; }

        public void Add(AttributeRange[] added, bool isNegated)
        {
            // The opposite of a mood is that of its main attribute.
            if (isNegated) added = added[0].Negated() is { } opposite ? [opposite] : [];
            foreach (var range in added)
                ranges[range.Attribute] = ranges.TryGetValue(range.Attribute, out var known) ? known.And(range) : range;
        }

        // "The 70s and jazz from the 80s" are two decades; "after 1980 and before 1990" is one.
        public void AddYears(int? from, int? to)
        {
            if (years is not var (first, last)) years = (from, to);
            else if (from is null || to is null) years = (Later(first, from), Earlier(last, to));
            else years = (first is null ? null : Math.Min(first.Value, from.Value), last is null ? null : Math.Max(last.Value, to.Value));
        }

        public Prompt ToPrompt() => new()
        {
            Genres = [.. Genres.Except(ExcludedGenres, StringComparer.Ordinal)],
            ExcludedGenres = [.. ExcludedGenres.Distinct(StringComparer.Ordinal)],
            Artists = [.. Artists.Except(ExcludedArtists, StringComparer.Ordinal)],
            ExcludedArtists = [.. ExcludedArtists.Distinct(StringComparer.Ordinal)],
            FromYear = years?.From,
            ToYear = years?.To,
            Attributes = [.. ranges.Values],
            WithoutExplicit = WithoutExplicit,
            Ignored = [.. Ignored.Distinct(StringComparer.Ordinal)],
        };

        private static int? Later(int? one, int? two) => one is null || two > one ? two : one;

        private static int? Earlier(int? one, int? two) => one is null || two < one ? two : one;
    }
}
