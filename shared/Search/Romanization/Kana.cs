using System.Text;

namespace Spotify.Search.Romanization;

/// <summary>
/// Romanization of kana: Hepburn, with long vowels as they are written (toukyou) and as one letter (tokyo).
/// </summary>
internal static class Kana
{
    // From ぁ (U+3041) to ゖ (U+3096). Small vowels and small ya, yu, yo are combined with the syllable before.
    private static readonly string[] Syllables =
    [
        "a", "a", "i", "i", "u", "u", "e", "e", "o", "o", "ka", "ga", "ki", "gi", "ku", "gu", "ke", "ge", "ko", "go", "sa", "za", "shi",
        "ji", "su", "zu", "se", "ze", "so", "zo", "ta", "da", "chi", "ji", "", "tsu", "zu", "te", "de", "to", "do", "na", "ni", "nu",
        "ne", "no", "ha", "ba", "pa", "hi", "bi", "pi", "fu", "bu", "pu", "he", "be", "pe", "ho", "bo", "po", "ma", "mi", "mu", "me", "mo",
        "ya", "ya", "yu", "yu", "yo", "yo", "ra", "ri", "ru", "re", "ro", "wa", "wa", "i", "e", "o", "n", "vu", "ka", "ke",
    ];

    /// <summary>Returns the romanizations of a word of Hiragana and Katakana.</summary>
    public static IEnumerable<string> Of(string word)
    {
        var form = new StringBuilder(word.Length * 2);
        var isDoubled = false;
        foreach (var character in word)
        {
            var letter = Hiragana(character);
            if (letter == 'っ')
            {
                isDoubled = true;
                continue;
            }

            if (letter == 'ー')
            {
                if (form.Length > 0) form.Append(form[^1]);
                continue;
            }

            if (letter is < 'ぁ' or > 'ゖ') continue;
            var syllable = Syllables[letter - 'ぁ'];
            if (letter is 'ゃ' or 'ゅ' or 'ょ' && form.Length > 1 && IsBeforeY(form[^2], form[^1]))
                CombineWithY(form, syllable);
            else if (letter is 'ぁ' or 'ぃ' or 'ぅ' or 'ぇ' or 'ぉ' && form.Length > 0)
                CombineWithVowel(form, syllable);
            else
                form.Append(isDoubled ? Doubled(syllable) : "").Append(syllable);
            isDoubled = false;
        }

        var written = form.ToString();
        return new[] { written, WithShortVowels(written) }.Distinct(StringComparer.Ordinal);
    }

    /// <summary>Returns the Hiragana letter of a Katakana letter; other characters are returned as they are.</summary>
    public static char Hiragana(char letter) => letter is >= 'ァ' and <= 'ヶ' ? (char)(letter - 'ァ' + 'ぁ') : letter;

    private static string Doubled(string syllable) => syllable.StartsWith("ch", StringComparison.Ordinal) ? "t"
        : syllable.Length > 1 ? syllable[..1] : "";

    // き, and フ and テ in foreign words.
    private static bool IsBeforeY(char consonant, char vowel) =>
        vowel == 'i' || (vowel == 'u' && consonant is 'f' or 'v') || (vowel == 'e' && consonant is 't' or 'd');

    // しゃ is sha, ちゃ is cha, じゃ is ja; きゃ is kya, ひゃ is hya.
    private static void CombineWithY(StringBuilder form, string syllable)
    {
        form.Length--;
        var isSibilant = form[^1] == 'j' || (form[^1] == 'h' && form.Length > 1 && form[^2] is 's' or 'c');
        form.Append(isSibilant ? syllable[1..] : syllable);
    }

    // ファ is fa, ティ is ti, ウィ is wi, クァ is kwa.
    private static void CombineWithVowel(StringBuilder form, string vowel)
    {
        if (form[^1] is not ('a' or 'i' or 'u' or 'e' or 'o'))
        {
            form.Append(vowel);
            return;
        }

        var isAlone = form.Length == 1 || form[^2] is 'a' or 'i' or 'u' or 'e' or 'o';
        var last = form[^1];
        if (last is 'a' or 'o' or 'e' && !(form.Length > 1 && form[^2] is 't' or 'd'))
        {
            form.Append(vowel);
            return;
        }

        form.Length--;
        if (isAlone && last == 'u') form.Append('w');
        else if (isAlone && last == 'i') form.Append('y');
        else if (last == 'u' && form[^1] is 'k' or 'g') form.Append('w');
        form.Append(vowel);
    }

    private static string WithShortVowels(string form)
    {
        var shortened = new StringBuilder(form.Length);
        foreach (var letter in form)
        {
            var last = shortened.Length > 0 ? shortened[^1] : '\0';
            if ((last == 'o' && letter is 'o' or 'u') || (last == letter && letter is 'a' or 'u' or 'e' or 'i')) continue;
            shortened.Append(letter);
        }

        return shortened.ToString();
    }
}
