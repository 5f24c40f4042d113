using System.Text;

namespace Spotify.Search.Romanization;

/// <summary>
/// The Revised Romanization of Korean, with the assimilation of neighboring consonants (dongnimmun) and syllable by syllable
/// (doknipmun), and with k, t and p for an initial g, d and b, as in family names such as Kim.
/// </summary>
/// <seealso href="https://www.korean.go.kr/front_eng/roman/roman_01.do"/>
internal static class Hangul
{
    private const int FirstSyllable = 0xAC00, Vowels = 21, Finals = 28;

    // Indexes of initial consonants.
    private const int G = 0, N = 2, D = 3, R = 5, M = 6, Silent = 11, J = 12;

    private const int InitialI = 20, FinalNg = 21;

    private static readonly string[] Initials =
        ["g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h"];

    private static readonly string[] Medials =
    [
        "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i",
    ];

    private static readonly string[] FinalConsonants =
    [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t",
        "p", "t",
    ];

    // The pronunciation of a final consonant before a vowel: the part that stays, and the part that begins the next syllable.
    private static readonly (string Stays, string Moves)[] Linked =
    [
        ("", ""), ("", "g"), ("", "kk"), ("k", "s"), ("", "n"), ("n", "j"), ("", "n"), ("", "d"), ("", "r"), ("l", "g"), ("l", "m"),
        ("l", "b"), ("l", "s"), ("l", "t"), ("l", "p"), ("", "r"), ("", "m"), ("", "b"), ("p", "s"), ("", "s"), ("", "ss"), ("ng", ""),
        ("", "j"), ("", "ch"), ("", "k"), ("", "t"), ("", "p"), ("", ""),
    ];

    /// <summary>Returns the romanizations of a word; none if it has letters that are not part of syllables.</summary>
    public static IEnumerable<string> Of(string word)
    {
        if (!word.All(letter => letter is >= '\uAC00' and <= '\uD7A3')) return [];
        var assimilated = Romanize(word, true);
        return new[] { assimilated, Romanize(word, false), WithVoicelessInitial(assimilated) }.Distinct(StringComparer.Ordinal);
    }

    /// <summary>
    /// Appends the letters of a syllable or of a Hangul letter one by one, as they are typed, so that an incomplete syllable is a prefix of
    /// the complete one: 밖 is ㅂㅏㄲ, 과 is ㄱㅗㅏ. Initial and final consonants are the same letters.
    /// </summary>
    public static void AppendLetters(StringBuilder text, char letter)
    {
        if (letter is < '\uAC00' or > '\uD7A3')
        {
            AppendSimple(text, letter);
            return;
        }

        var code = letter - FirstSyllable;
        text.Append("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"[code / (Vowels * Finals)]);
        AppendSimple(text, (char)('ㅏ' + (code / Finals % Vowels)));
        if (code % Finals > 0) AppendSimple(text, "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"[(code % Finals) - 1]);
    }

    private static void AppendSimple(StringBuilder text, char letter) => _ = letter switch
    {
        'ㅘ' => text.Append("ㅗㅏ"),
        'ㅙ' => text.Append("ㅗㅐ"),
        'ㅚ' => text.Append("ㅗㅣ"),
        'ㅝ' => text.Append("ㅜㅓ"),
        'ㅞ' => text.Append("ㅜㅔ"),
        'ㅟ' => text.Append("ㅜㅣ"),
        'ㅢ' => text.Append("ㅡㅣ"),
        'ㄳ' => text.Append("ㄱㅅ"),
        'ㄵ' => text.Append("ㄴㅈ"),
        'ㄶ' => text.Append("ㄴㅎ"),
        'ㄺ' => text.Append("ㄹㄱ"),
        'ㄻ' => text.Append("ㄹㅁ"),
        'ㄼ' => text.Append("ㄹㅂ"),
        'ㄽ' => text.Append("ㄹㅅ"),
        'ㄾ' => text.Append("ㄹㅌ"),
        'ㄿ' => text.Append("ㄹㅍ"),
        'ㅀ' => text.Append("ㄹㅎ"),
        'ㅄ' => text.Append("ㅂㅅ"),
        >= '\u1100' and <= '\u1112' => text.Append("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"[letter - '\u1100']),
        _ => text.Append(letter),
    };

    private static string Romanize(string word, bool isAssimilated)
    {
        var form = new StringBuilder(word.Length * 4);
        string? begin = null;
        for (var i = 0; i < word.Length; i++)
        {
            var code = word[i] - FirstSyllable;
            var (initial, medial, final) = (code / (Vowels * Finals), code / Finals % Vowels, code % Finals);
            form.Append(begin ?? Initials[initial]).Append(Medials[medial]);
            if (!isAssimilated || i + 1 == word.Length)
            {
                form.Append(FinalConsonants[final]);
                continue;
            }

            var next = word[i + 1] - FirstSyllable;
            (var end, begin) = Boundary(final, next / (Vowels * Finals), next / Finals % Vowels);
            form.Append(end);
        }

        return form.ToString();
    }

    // The final consonant of a syllable and the initial of the next one, as they are pronounced.
    private static (string End, string Begin) Boundary(int final, int initial, int medial)
    {
        if (initial == Silent && final != FinalNg)
        {
            var (stays, moves) = Linked[final];
            return (stays, medial != InitialI ? moves : moves switch { "d" => "j", "t" => "ch", _ => moves });
        }

        var end = FinalConsonants[final];
        if (final is 6 or 15 or 27 && initial is G or D or J) // A final consonant with ㅎ.
            return (final == 27 ? "" : end, initial switch { G => "k", D => "t", _ => "ch" });
        return (end, initial) switch
        {
            ("k", N or R) => ("ng", "n"),
            ("k", M) => ("ng", "m"),
            ("t", N or R) => ("n", "n"),
            ("t", M) => ("n", "m"),
            ("p", N or R) => ("m", "n"),
            ("p", M) => ("m", "m"),
            ("m" or "ng", R) => (end, "n"),
            ("n", R) or ("l", N or R) => ("l", "l"),
            _ => (end, Initials[initial]),
        };
    }

    private static string WithVoicelessInitial(string form) => form[0] switch
    {
        'g' => "k" + form[1..],
        'd' => "t" + form[1..],
        'b' => "p" + form[1..],
        _ => form,
    };
}
