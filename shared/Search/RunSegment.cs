using System.Text;

namespace Spotify.Search;

/// <summary>A part of a run of characters without spaces: letters and digits of one kind, between punctuation.</summary>
/// <param name="Text">The normalized letters and digits, without apostrophes, symbols that stand for letters replaced by these.</param>
/// <param name="Script">The script of all letters; <see cref="Script.Other"/> for several.</param>
internal sealed record RunSegment(string Text, Script Script)
{
    // Shorter parts, as in don't and we'll, are no words.
    private const int MinApostrophePart = 3;

    /// <summary>Whether it is a letter before a full stop, as in R.E.M.</summary>
    public bool IsInitial { get; private init; }

    /// <summary>The text without symbols that stand for letters: pnk for P!nk; null if there are none.</summary>
    public string? WithoutSymbols { get; private init; }

    /// <summary>The parts between apostrophes, such as amour in l'amour, that are words of their own.</summary>
    public IReadOnlyList<string> ApostropheParts { get; private init; } = [];

    /// <summary>Returns the segments of a run.</summary>
    public static List<RunSegment> Of(ReadOnlySpan<char> run)
    {
        var segments = new List<RunSegment>();
        var text = new StringBuilder();
        var plain = new StringBuilder();
        var apostrophes = new List<int>();
        Script? script = null;
        var hasVowel = false;
        for (var i = 0; i < run.Length;)
        {
            Rune.DecodeFromUtf16(run[i..], out var rune, out var length);
            var next = Following(run, i + length);
            if (rune.Value == '\'' && text.Length > 0 && NormalizedText.IsLetter(next))
            {
                apostrophes.Add(text.Length);
            }
            else if (rune.Value != '\'')
            {
                var symbol = SymbolLetter(rune, text.Length > 0 && char.IsLetter(text[^1]), Rune.IsLetter(next), hasVowel);
                if (symbol is null && !NormalizedText.IsLetter(rune))
                {
                    Finish(rune.Value == '.');
                }
                else
                {
                    var of = symbol is null ? ScriptOf(rune, script) : Script.Other;
                    if (script is { } current && current != of)
                    {
                        if (current.IsUnspaced() || of.IsUnspaced()) Finish(false);
                        else of = Script.Other;
                    }

                    script = of;
                    hasVowel |= rune.Value is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
                    if (symbol is { } letter) text.Append(letter);
                    else text.Append(rune);
                    if (symbol is null) plain.Append(rune);
                }
            }

            i += length;
        }

        Finish(false);
        return segments;

        void Finish(bool atFullStop)
        {
            if (text.Length > 0)
            {
                var whole = text.ToString();
                segments.Add(new RunSegment(whole, script ?? Script.Other)
                {
                    IsInitial = whole.Length == 1 && char.IsLetter(whole[0]) && (atFullStop || segments is [.., { IsInitial: true }]),
                    WithoutSymbols = plain.Length > 0 && plain.Length < whole.Length ? plain.ToString() : null,
                    ApostropheParts = Parts(whole, apostrophes),
                });
            }

            text.Clear();
            plain.Clear();
            apostrophes.Clear();
            script = null;
            hasVowel = false;
        }
    }

    // The letter that a symbol in a name stands for, as in Ke$ha and P!nk. An exclamation mark after a vowel is mostly punctuation.
    private static char? SymbolLetter(Rune rune, bool isAfterLetter, bool isBeforeLetter, bool isAfterVowel) => rune.Value switch
    {
        '$' when isAfterLetter || isBeforeLetter => 's',
        '!' when isAfterLetter && isBeforeLetter && !isAfterVowel => 'i',
        '@' when isAfterLetter && isBeforeLetter && !isAfterVowel => 'a',
        _ => null,
    };

    // Marks have the script of the letters before, and so have digits, except after letters that are words of their own.
    private static Script ScriptOf(Rune rune, Script? current) => rune.Value == '々' ? Script.Han
        : current is { } script && !Rune.IsLetter(rune) && (!Rune.IsDigit(rune) || !script.IsUnspaced()) ? script
        : Scripts.Of(rune);

    private static List<string> Parts(string text, List<int> apostrophes)
    {
        var parts = new List<string>();
        if (apostrophes.Count == 0) return parts;
        var start = 0;
        foreach (var end in apostrophes.Append(text.Length))
        {
            if (end - start >= MinApostrophePart) parts.Add(text[start..end]);
            start = end;
        }

        return parts;
    }

    private static Rune Following(ReadOnlySpan<char> run, int i)
    {
        if (i >= run.Length) return default;
        Rune.DecodeFromUtf16(run[i..], out var rune, out _);
        return rune;
    }
}
