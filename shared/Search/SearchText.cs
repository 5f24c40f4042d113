using System.Text;
using Spotify.Search.Romanization;

namespace Spotify.Search;

/// <summary>
/// The words and terms of text for search. Case, accents, width and punctuation are ignored, and names in other scripts have romanizations.
/// Documents and queries are folded here and not in the search engines, because these fold text differently.
/// </summary>
public static class SearchText
{
    /// <summary>The maximum length of a term, in UTF-16 characters. Longer words are cut.</summary>
    public const int MaxTermLength = 64;

    /// <summary>The maximum length of a folded text, in UTF-16 characters. The words after it are ignored.</summary>
    public const int MaxLength = 1000;

    /// <summary>The maximum number of terms of a text. The terms of the first words are kept.</summary>
    public const int MaxTerms = 128;

    // Parts of a word such as AC/DC that are also found when they are written as one.
    private const int MaxJoined = 5;

    // Runs of Han of this length have terms for all their ends, because they are mostly names: a family name and a given name.
    private const int MaxHanName = 4;

    /// <summary>
    /// Returns the words of a text: runs of letters and digits. In scripts that are written without spaces (Han, kana, Thai, …) each letter
    /// is a word, so that every part of a name can be found. A text of symbols only has these as words, in full width, because search
    /// engines ignore ASCII punctuation.
    /// </summary>
    public static IReadOnlyList<Word> Words(string text) => Analyze(text, null);

    /// <summary>
    /// Returns the distinct terms by which a text can be found: its words with their alternatives, and parts of words, such as
    /// <c>amour</c> of <c>l'amour</c>. Their ASCII characters are lower-case letters and digits. They have neither spaces nor control,
    /// private-use or replacement characters.
    /// </summary>
    public static IEnumerable<string> Terms(string text) => FoldedNameAndTerms(text).Terms;

    /// <summary>
    /// Returns the folded words of a name, separated by spaces. Names with the same folded name are the same for a listener who types one.
    /// </summary>
    public static string FoldedName(string name) => Joined(Words(name));

    /// <summary>Returns the results of <see cref="FoldedName"/> and <see cref="Terms"/>.</summary>
    internal static (string FoldedName, IEnumerable<string> Terms) FoldedNameAndTerms(string text)
    {
        var parts = new List<string>();
        var words = Analyze(text, parts);
        var terms = words.SelectMany(word => word.Alternatives.Prepend(word.Text)).Concat(parts);
        return (Joined(words), terms.Distinct(StringComparer.Ordinal).Take(MaxTerms));
    }

    /// <summary>Returns a normalized word without what only romanization needs.</summary>
    internal static string Fold(ReadOnlySpan<char> word)
    {
        var folded = new StringBuilder(word.Length);
        foreach (var rune in word.EnumerateRunes())
        {
            switch (Scripts.Of(rune))
            {
                case Script.Han:
                    folded.Append(UnicodeTables.Simplified(rune));
                    break;
                case Script.Hangul:
                    Hangul.AppendLetters(folded, (char)rune.Value);
                    break;
                case Script.Kana:
                    folded.Append(Kana.Hiragana((char)rune.Value));
                    break;
                default:
                    if (rune.IsBmp) folded.Append(Unmarked((char)rune.Value));
                    else folded.Append(rune);
                    break;
            }
        }

        return Cut(folded.ToString());
    }

    private static string Joined(IEnumerable<Word> words) => string.Join(' ', words.Select(word => word.Text));

    private static List<Word> Analyze(string text, List<string>? parts)
    {
        var normalized = NormalizedText.Of(text, MaxLength);
        var words = new List<Word>();
        var hasLetters = normalized.EnumerateRunes().Any(NormalizedText.IsLetter);
        var length = 0;
        foreach (var range in normalized.AsSpan().Split(' '))
        {
            var run = normalized.AsSpan()[range];
            if (run.IsEmpty) continue;
            var before = words.Count;
            if (!hasLetters) words.Add(new Word(Cut(FullWidth(run)), []));
            else if (run is "&" or "+") words.Add(new Word("and", []));
            else AddWords(run, words, parts);

            for (var i = before; i < words.Count; i++)
            {
                length += words[i].Text.Length + 1;
                if (length <= MaxLength + 1) continue;
                words.RemoveRange(i, words.Count - i);
                return words;
            }
        }

        return words;
    }

    // Adds the words of a run of characters without spaces.
    private static void AddWords(ReadOnlySpan<char> run, List<Word> words, List<string>? parts)
    {
        var segments = RunSegment.Of(run);
        for (var i = 0; i < segments.Count;)
        {
            var segment = segments[i];
            if (segment.Script.IsUnspaced())
            {
                AddLetters(segment, words);
                i++;
                continue;
            }

            var end = i + 1;
            while (end < segments.Count && !segments[end].Script.IsUnspaced()) end++;
            AddSpaced(segments[i..end], words, parts);
            i = end;
        }
    }

    private static void AddSpaced(List<RunSegment> segments, List<Word> words, List<string>? parts)
    {
        if (segments.Count > 1 && segments.All(segment => segment.IsInitial))
        {
            words.Add(WordOf(Joined(segments), []));
            parts?.AddRange(segments.Select(segment => Fold(segment.Text)));
            return;
        }

        var joined = segments.Count is > 1 and <= MaxJoined ? FormsOf(Joined(segments)) : [];
        foreach (var segment in segments)
        {
            words.Add(WordOf(segment, segment.WithoutSymbols is { } plain ? [Fold(plain), .. joined] : joined));
            parts?.AddRange(segment.ApostropheParts.Select(part => Fold(part)));
        }
    }

    private static RunSegment Joined(List<RunSegment> segments)
    {
        // Numbers have no script.
        var scripts = segments.Where(segment => !segment.Text.All(char.IsAsciiDigit)).Select(segment => segment.Script).Distinct().ToList();
        return new RunSegment(string.Concat(segments.Select(segment => segment.Text)), scripts is [var script] ? script : Script.Other);
    }

    private static void AddLetters(RunSegment segment, List<Word> words)
    {
        // A letter has the marks that follow it.
        var letters = new List<string>();
        Rune last = default;
        foreach (var rune in segment.Text.EnumerateRunes())
        {
            if (letters.Count > 0 && NormalizedText.IsMark(Rune.GetUnicodeCategory(rune)))
                letters[^1] += rune;
            else if (rune.Value == '々' && letters.Count > 0) // Repeats a character.
                letters.Add(last.ToString());
            else if (rune.Value is not ('ー' or '々'))
                letters.Add((last = rune).ToString());
        }

        var runForms = Romanizer.Of(segment.Text, segment.Script).Select(Cut).ToList();
        var readings = segment.Script == Script.Han
            ? letters.ConvertAll(letter => UnicodeTables.Pinyin(Rune.GetRuneAt(letter, 0)) ?? letter) : [];
        for (var i = 0; i < letters.Count; i++)
        {
            var forms = segment.Script == Script.Han ? PinyinOf(letters, readings, i) : runForms;
            words.Add(new Word(Fold(letters[i]), [.. forms.Where(form => form.Length > 0)]));
        }
    }

    // The terms that have the pinyin of a character: its own, pairs, and in names those of all ends.
    private static List<string> PinyinOf(List<string> letters, List<string> readings, int i)
    {
        if (readings[i] == letters[i]) return [];
        var forms = new List<string> { readings[i] };
        if (i > 0) forms.Add(readings[i - 1] + readings[i]);
        if (i + 1 < readings.Count) forms.Add(readings[i] + readings[i + 1]);
        var last = readings.Count <= MaxHanName ? i : 0;
        for (var start = 0; start <= last && readings.Count > 2; start++)
            forms.Add(Cut(string.Concat(readings.Skip(start).Take(MaxTermLength))));
        return [.. forms.Distinct(StringComparer.Ordinal)];
    }

    private static Word WordOf(RunSegment segment, IReadOnlyList<string> joined)
    {
        var forms = FormsOf(segment);
        return new Word(forms[0], [.. forms.Skip(1).Concat(joined).Where(form => form != forms[0]).Distinct(StringComparer.Ordinal)]);
    }

    private static List<string> FormsOf(RunSegment segment) =>
        [Fold(segment.Text), .. Romanizer.Of(segment.Text, segment.Script).Select(Cut).Where(form => form.Length > 0)];

    private static string Cut(string term) => term.Length <= MaxTermLength ? term
        : term[..(char.IsHighSurrogate(term[MaxTermLength - 1]) ? MaxTermLength - 1 : MaxTermLength)];

    private static string FullWidth(ReadOnlySpan<char> symbols)
    {
        Span<char> wide = stackalloc char[Math.Min(symbols.Length, MaxTermLength + 1)];
        for (var i = 0; i < wide.Length; i++) wide[i] = char.IsAscii(symbols[i]) ? (char)(symbols[i] - '!' + '！') : symbols[i];
        return wide.ToString();
    }

    private static char Unmarked(char letter) => letter switch
    {
        'й' => 'и',
        'ў' => 'у',
        'ё' => 'е',
        'ї' => 'і',
        'ѓ' => 'г',
        'ќ' => 'к',
        'ϊ' => 'ι',
        'ϋ' => 'υ',
        _ => letter,
    };
}
