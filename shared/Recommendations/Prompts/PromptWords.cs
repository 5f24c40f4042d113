using System.Globalization;
using System.Text;

namespace Spotify.Recommendations.Prompts;

/// <summary>The words of prompts and of genres, written in the same way.</summary>
internal static class PromptWords
{
    /// <summary>The end of a phrase: a comma or other punctuation.</summary>
    public const string Pause = ",";

    /// <summary>
    /// Returns the words in lower case, without accents and apostrophes. Hyphens separate words; between numbers they are <c>to</c>. The
    /// signs &amp; and + are <c>and</c>.
    /// </summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var (words, word) = (new List<string>(), new StringBuilder());
        var folded = Decomposed(text);
        for (var i = 0; i < folded.Length; i++)
        {
            var letter = folded[i];
            if (char.IsLetterOrDigit(letter) || char.IsSurrogate(letter))
            {
                word.Append(char.ToLowerInvariant(letter));
            }
            else if (letter is not ('\'' or '’' or '‘' or '`')
                && CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
            {
                End();
                if (letter is '&' or '+') words.Add("and");
                else if (letter is '-' or '–' or '—') Hyphen(i);
                else if (!char.IsWhiteSpace(letter) && letter is not ('/' or '_')) words.Add(Pause);
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length == 0) return;
            words.Add(word.ToString());
            word.Clear();
        }

        void Hyphen(int index)
        {
            var (before, after) = (folded[..index].TrimEnd(), folded[(index + 1)..].TrimStart().TrimStart('\'', '’'));
            if (before.Length == 0 || after.Length == 0) return;
            var isRange = char.IsAsciiDigit(after[0]) && (char.IsAsciiDigit(before[^1]) || before.EndsWith("0s", StringComparison.Ordinal));
            if (isRange) words.Add("to");
            // A hyphen between spaces separates phrases.
            else if (char.IsWhiteSpace(folded[index - 1])) words.Add(Pause);
        }
    }

    /// <summary>Returns a word without the endings that nouns have in the plural.</summary>
    public static string Singular(string word) => word switch
    {
        [_, _, .., 'i', 'e', 's'] => word[..^3] + "y",
        [_, _, .., 's' or 'u' or 'i', 's'] => word,
        [_, _, .., 's'] => word[..^1],
        _ => word,
    };

    // Text with lone surrogates cannot be normalized.
    private static string Decomposed(string text)
    {
        var valid = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) valid.Append(rune);
        return valid.ToString().Normalize(NormalizationForm.FormKD);
    }
}
