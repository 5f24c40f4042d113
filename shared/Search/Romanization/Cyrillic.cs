using System.Text;

namespace Spotify.Search.Romanization;

/// <summary>
/// Romanization of Cyrillic: BGN/PCGN and the form of passports (ICAO Doc 9303), in every combination of the letters on which they differ,
/// and scientific transliteration without its accents, which is that of Serbian, Macedonian and Bulgarian names.
/// </summary>
/// <seealso href="https://geonames.nga.mil/geonames/GNSSearch/GNSDocs/romanization/ROMANIZATION_OF_RUSSIAN.pdf"/>
internal static class Cyrillic
{
    [Flags]
    private enum Choices
    {
        None = 0,

        /// <summary>й is i, ю is iu, я is ia, as in passports.</summary>
        IForY = 1,

        /// <summary>х is h.</summary>
        HForKh = 2,

        /// <summary>ё is e.</summary>
        EForYo = 4,

        /// <summary>A final ий or ый is y.</summary>
        ShortEnding = 8,

        /// <summary>щ is sch.</summary>
        SchForShch = 16,

        /// <summary>An initial е is ye.</summary>
        InitialYe = 32,

        /// <summary>Scientific transliteration.</summary>
        Scientific = 64,
    }

    /// <summary>Returns the romanizations of a word.</summary>
    public static IEnumerable<string> Of(string word)
    {
        var isUkrainian = word.AsSpan().ContainsAny("іїєґ");
        var open = OpenChoices(word);
        var forms = new List<string>();
        for (var choices = Choices.None; choices <= open && forms.Count < Romanizer.MaxForms - 1; choices++)
            if ((choices & ~open) == 0) forms.Add(Form(word, choices, isUkrainian));
        forms.Add(Form(word, Choices.Scientific, isUkrainian));
        return forms.Distinct(StringComparer.Ordinal);
    }

    private static Choices OpenChoices(string word)
    {
        var letters = word.AsSpan();
        var open = Choices.None;
        if (letters.ContainsAny("йюя")) open |= Choices.IForY;
        if (letters.Contains('х')) open |= Choices.HForKh;
        if (letters.Contains('ё')) open |= Choices.EForYo;
        if (letters.EndsWith("ий") || letters.EndsWith("ый")) open |= Choices.ShortEnding;
        if (letters.Contains('щ')) open |= Choices.SchForShch;
        if (letters.StartsWith("е")) open |= Choices.InitialYe;
        return open;
    }

    private static string Form(string word, Choices choices, bool isUkrainian)
    {
        var form = new StringBuilder(word.Length + 8);
        var end = choices.HasFlag(Choices.ShortEnding) ? word.Length - 2 : word.Length;
        for (var i = 0; i < end; i++)
        {
            var letter = word[i];
            form.Append(
                isUkrainian && letter == 'г' ? "h"
                : isUkrainian && letter == 'и' ? "y"
                : choices.HasFlag(Choices.Scientific) && Scientific(letter) is { } scientific ? scientific
                : i == 0 && letter == 'е' && choices.HasFlag(Choices.InitialYe) ? "ye"
                : Letter(letter, choices));
        }

        return end < word.Length ? form.Append('y').ToString() : form.ToString();
    }

    private static string? Scientific(char letter) => letter switch
    {
        'ё' => "jo",
        'ж' or 'џ' => "z",
        'й' => "j",
        'х' => "h",
        'ц' or 'ч' => "c",
        'ш' => "s",
        'щ' => "sc",
        'ю' => "ju",
        'я' => "ja",
        'ђ' => "d",
        'є' => "je",
        'ї' => "ji",
        _ => null,
    };

    private static string Letter(char letter, Choices choices) => letter switch
    {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' or 'ґ' or 'ғ' => "g",
        'д' => "d",
        'е' or 'э' => "e",
        'ё' => choices.HasFlag(Choices.EForYo) ? "e" : "yo",
        'ж' => "zh",
        'з' => "z",
        'и' or 'і' => "i",
        'й' => choices.HasFlag(Choices.IForY) ? "i" : "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' or 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' or 'ў' or 'ұ' or 'ү' => "u",
        'ф' => "f",
        'х' => choices.HasFlag(Choices.HForKh) ? "h" : "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => choices.HasFlag(Choices.SchForShch) ? "sch" : "shch",
        'ы' => "y",
        'ю' => choices.HasFlag(Choices.IForY) ? "iu" : "yu",
        'я' => choices.HasFlag(Choices.IForY) ? "ia" : "ya",
        'є' => "ye",
        'ї' => "yi",
        'ә' => "a",
        'қ' => "q",
        'ң' => "n",
        'һ' => "h",
        'ј' => "j",
        'љ' => "lj",
        'њ' => "nj",
        'ћ' => "c",
        'ђ' => "dj",
        'џ' => "dz",
        'ѓ' => "gj",
        'ќ' => "kj",
        'ѕ' => "dz",
        'ъ' or 'ь' => "",
        _ => letter.ToString(),
    };
}
