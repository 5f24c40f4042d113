using System.Text;

namespace Spotify.Search.Romanization;

/// <summary>Romanization of Greek: the transcription and the transliteration of ELOT 743, and the transcription with h for χ.</summary>
internal static class Greek
{
    /// <summary>Returns the romanizations of a word.</summary>
    public static IEnumerable<string> Of(string word)
    {
        var transcription = Transcription(word);
        return new[] { transcription, Transliteration(word), transcription.Replace("ch", "h", StringComparison.Ordinal) }
            .Distinct(StringComparer.Ordinal);
    }

    private static string Transliteration(string word) =>
        string.Concat(word.Select((letter, i) => letter == 'υ' && i > 0 && word[i - 1] is 'α' or 'ε' or 'ο' ? "u" : Letter(letter)));

    private static string Transcription(string word)
    {
        var form = new StringBuilder(word.Length + 8);
        for (var i = 0; i < word.Length; i++)
        {
            var next = i + 1 < word.Length ? word[i + 1] : '\0';
            var pair = (word[i], next) switch
            {
                ('α' or 'ε' or 'η', 'υ') => Letter(word[i]) + (IsVoiced(i + 2 < word.Length ? word[i + 2] : '\0') ? "v" : "f"),
                ('ο', 'υ') => "ou",
                ('γ', 'γ') => "ng",
                ('γ', 'ξ') => "nx",
                ('γ', 'χ') => "nch",
                ('μ', 'π') when i == 0 || i == word.Length - 2 => "b",
                _ => null,
            };
            form.Append(pair ?? Letter(word[i]));
            if (pair is not null) i++;
        }

        return form.ToString();
    }

    private static bool IsVoiced(char letter) => letter is 'α' or 'ε' or 'η' or 'ι' or 'ϊ' or 'ο' or 'υ' or 'ω'
        or 'β' or 'γ' or 'δ' or 'ζ' or 'λ' or 'μ' or 'ν' or 'ρ';

    private static string Letter(char letter) => letter switch
    {
        'α' => "a",
        'β' => "v",
        'γ' => "g",
        'δ' => "d",
        'ε' => "e",
        'ζ' => "z",
        'η' or 'ι' or 'ϊ' => "i",
        'θ' => "th",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => "x",
        'ο' or 'ω' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' => "s",
        'τ' => "t",
        'υ' or 'ϋ' => "y",
        'φ' => "f",
        'χ' => "ch",
        'ψ' => "ps",
        _ => letter.ToString(),
    };
}
