using System.Globalization;
using System.Text;

namespace Spotify.Search;

/// <summary>
/// The first step of folding: lower case, compatibility forms decomposed, accents removed. What romanization needs is kept: й and ё, voiced
/// kana, Hangul syllables.
/// </summary>
internal static class NormalizedText
{
    private const int FirstSyllable = 0xAC00, LeadingBase = 0x1100, VowelBase = 0x1161, TrailingBase = 0x11A7;

    private const int Vowels = 21, Trailings = 28;

    /// <summary>
    /// Returns the normalized characters of a text: letters, marks of letters, digits, <c>'</c> for every apostrophe, a space for every
    /// white space and control character, and symbols as they are.
    /// </summary>
    /// <param name="text">The text. Lone surrogates count as spaces.</param>
    /// <param name="maxLength">The number of characters after which the rest is ignored.</param>
    public static string Of(string text, int maxLength)
    {
        var normalized = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (normalized.Length >= maxLength) break;
            if (rune.IsAscii)
                AppendAscii(normalized, (char)rune.Value);
            else if (rune.Value == '´') // An apostrophe in practice; its decomposition has a space.
                normalized.Append('\'');
            else if (UnicodeTables.Decomposition(rune) is { } decomposition)
                foreach (var part in decomposition.EnumerateRunes()) Append(normalized, part);
            else
                Append(normalized, rune);
        }

        return normalized.ToString();
    }

    /// <summary>Whether a normalized character is part of a word: a letter, a digit, or a mark that changes a letter.</summary>
    public static bool IsLetter(Rune rune) => Rune.IsLetterOrDigit(rune) || IsMark(Rune.GetUnicodeCategory(rune));

    /// <summary>Whether a category is that of marks.</summary>
    public static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static void AppendAscii(StringBuilder text, char character) => text.Append(character switch
    {
        <= ' ' or '\u007F' => ' ',
        '`' => '\'',
        _ => char.ToLowerInvariant(character),
    });

    private static void Append(StringBuilder text, Rune rune)
    {
        if (rune.IsAscii)
        {
            AppendAscii(text, (char)rune.Value);
            return;
        }

        if (Composed(text.Length > 0 ? text[^1] : '\0', rune.Value) is var composed and not '\0')
        {
            text[^1] = composed;
            return;
        }

        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Format:
            case var category when IsMark(category) && IsAccent(rune.Value):
                break;
            case UnicodeCategory.DecimalDigitNumber:
                text.Append((int)Rune.GetNumericValue(rune));
                break;
            case UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator:
            case UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
            case UnicodeCategory.OtherSymbol when rune == Rune.ReplacementChar:
                text.Append(' ');
                break;
            default:
                text.Append(Letter(Rune.ToLowerInvariant(rune)));
                break;
        }
    }

    private static string Letter(Rune rune) => rune.Value switch
    {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' or 'ð' => "d",
        'ħ' => "h",
        'ł' => "l",
        'ŋ' => "ng",
        'ŧ' => "t",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        'ى' or 'ی' => "ي", // Letters that are confused in typing, as are the next two.
        'ة' => "ه",
        'ک' => "ك",
        'ـ' => "", // Lengthens a line.
        '’' or '‘' or 'ʼ' or 'ʻ' or '′' => "'",
        _ => rune.ToString(),
    };

    // Accents are removed. In Indic and Southeast Asian scripts, marks are vowels.
    private static bool IsAccent(int mark) => mark
        is >= 0x0300 and <= 0x036F or >= 0x0483 and <= 0x0489 or >= 0x0591 and <= 0x05C7 or >= 0x0610 and <= 0x061A
        or >= 0x064B and <= 0x065F or 0x0670 or >= 0x06D6 and <= 0x06ED or >= 0x1AB0 and <= 0x1AFF or >= 0x1DC0 and <= 0x1DFF
        or >= 0x20D0 and <= 0x20FF or 0x3099 or 0x309A or >= 0xFE00 and <= 0xFE2F or >= 0xE0100 and <= 0xE01EF;

    // The letter that a letter and the next character form; '\0' if they form none.
    private static char Composed(char letter, int next) => (letter, next) switch
    {
        ('и', 0x0306) => 'й',
        ('у', 0x0306) => 'ў',
        ('е', 0x0308) => 'ё',
        ('і', 0x0308) => 'ї',
        ('г', 0x0301) => 'ѓ',
        ('к', 0x0301) => 'ќ',
        ('ι', 0x0308) => 'ϊ',
        ('υ', 0x0308) => 'ϋ',
        ('う' or 'ウ', 0x3099) => (char)(letter + ('ゔ' - 'う')),
        (>= 'か' and <= 'ぢ' or >= 'カ' and <= 'ヂ', 0x3099) when letter % 2 == 'か' % 2 => (char)(letter + 1),
        ('つ' or 'て' or 'と' or 'ツ' or 'テ' or 'ト', 0x3099) => (char)(letter + 1),
        (>= 'は' and <= 'ほ', 0x3099 or 0x309A) when (letter - 'は') % 3 == 0 => (char)(letter + next - 0x3098),
        (>= 'ハ' and <= 'ホ', 0x3099 or 0x309A) when (letter - 'ハ') % 3 == 0 => (char)(letter + next - 0x3098),
        (>= (char)LeadingBase and < (char)(LeadingBase + 19), >= VowelBase and < VowelBase + Vowels) =>
            (char)(FirstSyllable + (((letter - LeadingBase) * Vowels) + next - VowelBase) * Trailings),
        (>= (char)FirstSyllable and <= '\uD7A3', > TrailingBase and < TrailingBase + Trailings)
            when (letter - FirstSyllable) % Trailings == 0 => (char)(letter + next - TrailingBase),
        _ => '\0',
    };
}
