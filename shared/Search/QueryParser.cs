using System.Globalization;
using System.Text;
using Spotify.Domain.Ports;

namespace Spotify.Search;

/// <summary>A parser of the query syntax: words, <c>"quoted phrases"</c> and <c>field:value</c> filters.</summary>
internal sealed class QueryParser(string query)
{
    // The lowest tenth of popularity.
    private const int HipsterPopularity = 10;

    private readonly string text = string.Concat(query.Select(Ascii));
    private readonly StringBuilder plain = new();
    private readonly List<IReadOnlyList<Word>> phrases = [];
    private readonly List<QueryFilter> filters = [];
    private int position;
    private int wordsLeft = ParsedQuery.MaxWords;

    /// <summary>Returns the parts of the query.</summary>
    public ParsedQuery Parse()
    {
        var endsPlain = false;
        while (SkipSpaces())
        {
            endsPlain = !TryFilter() && !TryPhrase();
            if (endsPlain) plain.Append(Token()).Append(' ');
        }

        var words = WordsOf(plain.ToString());
        // Symbols are ignored unless they are all there is, as in a search for the band !!!.
        var hasText = phrases.Count > 0 || filters.Exists(filter => filter is TextFilter);
        if (hasText && words is [var first, ..] && IsSymbol(first)) words = [];
        var kept = words.Take(wordsLeft).ToList();
        return new ParsedQuery(kept, phrases, filters, endsPlain && kept.Count > 0 && kept.Count == words.Count && EndsWith(kept[^1]));
    }

    // Full-width characters, which input methods produce, and typographic quotes.
    private static char Ascii(char character) => character switch
    {
        >= '！' and <= '～' => (char)(character - '！' + '!'),
        '“' or '”' or '„' or '‟' or '«' or '»' or '〝' or '〞' => '"',
        '–' or '—' => '-',
        _ => character,
    };

    // Readings of Han are left out, because most are those of many characters.
    private static List<Word> WordsOf(string text) =>
    [
        .. SearchText.Words(text).Select(word =>
            word.Alternatives.Count > 0 && Scripts.Of(Rune.GetRuneAt(word.Text, 0)) == Script.Han ? word with { Alternatives = [] } : word),
    ];

    private static bool IsSymbol(Word word) => !NormalizedText.IsLetter(Rune.GetRuneAt(word.Text, 0));

    private bool EndsWith(Word word)
    {
        if (char.IsWhiteSpace(text[^1])) return false;
        return IsSymbol(word) || text[^1] is '\'' or '’' or '$' || SearchText.Words(text[^1].ToString()) is [var last] && !IsSymbol(last)
            || char.IsSurrogate(text[^1]) || NormalizedText.IsMark(char.GetUnicodeCategory(text[^1])) || text[^1] == 'ー';
    }

    private bool SkipSpaces()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
        return position < text.Length;
    }

    private string Token()
    {
        var start = position;
        while (position < text.Length && !char.IsWhiteSpace(text[position])) position++;
        return text[start..position];
    }

    // Returns the text between quotes; null, without reading, if there is none.
    private string? Quoted()
    {
        if (position >= text.Length || text[position] != '"' || text.IndexOf('"', position + 1) is not (>= 0 and var end)) return null;
        var quoted = text[(position + 1)..end];
        position = end + 1;
        return quoted;
    }

    private bool TryPhrase()
    {
        if (Quoted() is not { } quoted) return false;
        if (Taken(quoted) is { Count: > 0 } words) phrases.Add(words);
        return true;
    }

    private List<Word> Taken(string value)
    {
        var words = WordsOf(value);
        if (words.Count > wordsLeft) words.RemoveRange(wordsLeft, words.Count - wordsLeft);
        wordsLeft -= words.Count;
        return words;
    }

    private bool TryFilter()
    {
        var start = position;
        while (position < text.Length && char.IsAsciiLetter(text[position])) position++;
        if (position > start && position < text.Length && text[position] == ':' && filters.Count < ParsedQuery.MaxWords)
        {
            var name = text[start..position++].ToLowerInvariant();
            SkipSpaces();
            var quoted = Quoted();
            if (Filter(name, quoted ?? Token(), quoted is not null) is { } filter)
            {
                filters.Add(filter);
                return true;
            }
        }

        position = start;
        return false;
    }

    private QueryFilter? Filter(string name, string value, bool isQuoted) => name switch
    {
        "artist" => Text(SearchField.Artist, value, isQuoted),
        "album" => Text(SearchField.Album, value, isQuoted),
        "track" => Text(SearchField.Name, value, isQuoted),
        "genre" => SearchText.FoldedName(value) is { Length: > 0 } genre ? new GenreFilter(genre) : null,
        "year" => Years(value),
        "isrc" => Code(value) is { Length: > 0 } code ? new IsrcFilter(code) : null,
        "upc" => Code(value) is { Length: > 0 } code ? new UpcFilter(code) : null,
        "tag" => value.ToLowerInvariant() switch
        {
            "new" => new NewFilter(),
            "hipster" => new UnpopularFilter(HipsterPopularity),
            _ => null,
        },
        _ => null,
    };

    private TextFilter? Text(SearchField field, string value, bool isQuoted)
    {
        var words = wordsLeft > 0 ? Taken(value) : [];
        return words.Count > 0 ? new TextFilter(field, words, isQuoted && words.Count > 1) : null;
    }

    private static YearFilter? Years(string value)
    {
        var years = value.Split('-', 2, StringSplitOptions.TrimEntries);
        if (!TryYear(years[0], out var first)) return null;
        if (years.Length == 1 || years[1].Length == 0) return new YearFilter(first, first);
        return TryYear(years[1], out var last) ? new YearFilter(Math.Min(first, last), Math.Max(first, last)) : null;
    }

    private static bool TryYear(string text, out int year)
    {
        year = 0;
        return text.Length == 4 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out year);
    }

    private static string Code(string value) => string.Concat(value.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
}
