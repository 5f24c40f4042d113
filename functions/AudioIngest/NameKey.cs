using System.Globalization;
using System.Text;

namespace Spotify.Functions.AudioIngest;

/// <summary>
/// The key of a name, from which ids are derived. It must not change, because importing a file again would create other entities. The
/// normalization for search, <see cref="Spotify.Search.SearchText"/>, may change.
/// </summary>
public static class NameKey
{
    /// <summary>Returns the key: the words without case, accents and punctuation, or the name if it has no words.</summary>
    public static string Of(string name) => Words(name) is { Count: > 0 } words ? string.Join(' ', words) : name;

    // Runs of letters and digits. In scripts that are written without spaces (Han, Hiragana, Katakana, Thai, …) each letter is a word.
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in WithoutInvalid(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (IsMark(category) || IsApostrophe(rune)) continue;
            if (!Rune.IsLetterOrDigit(rune) && category != UnicodeCategory.SpacingCombiningMark)
            {
                Finish();
            }
            else if (IsWrittenWithoutSpaces(rune))
            {
                Finish();
                words.Add(rune.ToString());
            }
            else
            {
                word.Append(Letter(rune));
            }
        }

        Finish();
        return words;

        void Finish()
        {
            if (word.Length == 0) return;
            words.Add(word.ToString());
            word.Clear();
        }
    }

    private static string Letter(Rune rune) => rune.Value switch
    {
        'ß' or 'ẞ' => "ss",
        'æ' or 'Æ' => "ae",
        'œ' or 'Œ' => "oe",
        'ø' or 'Ø' => "o",
        'đ' or 'Đ' or 'ð' or 'Ð' => "d",
        'ł' or 'Ł' => "l",
        'þ' or 'Þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => Rune.ToLowerInvariant(rune).ToString(),
    };

    private static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    private static bool IsApostrophe(Rune rune) => rune.Value is '\'' or '’' or '‘' or 'ʼ' or '＇';

    private static bool IsWrittenWithoutSpaces(Rune rune) => rune.Value
        is (>= 0x3040 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) // Kana
        or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF) // Han
        or (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF); // Thai, Lao, Myanmar, Khmer

    // Normalize throws for lone surrogates, which occur in JSON and in file names.
    private static string WithoutInvalid(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            var builder = new StringBuilder(text.Length);
            foreach (var rune in text.EnumerateRunes()) builder.Append(rune);
            return builder.ToString();
        }

        return text;
    }
}
