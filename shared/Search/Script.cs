using System.Text;

namespace Spotify.Search;

/// <summary>A group of scripts that are treated alike.</summary>
internal enum Script
{
    /// <summary>Words are separated by spaces and are not romanized.</summary>
    Other,

    Cyrillic,
    Greek,
    Hangul,

    /// <summary>Each letter is a word, because words are written without spaces.</summary>
    Unspaced,

    Han,
    Kana,
}

/// <summary>The scripts of letters.</summary>
internal static class Scripts
{
    /// <summary>Returns the script of a letter.</summary>
    public static Script Of(Rune rune) => rune.Value switch
    {
        < 0x0370 => Script.Other,
        <= 0x03FF => Script.Greek,
        >= 0x0400 and <= 0x052F => Script.Cyrillic,
        >= 0x0E00 and <= 0x0EFF or >= 0x1000 and <= 0x109F or >= 0x1780 and <= 0x17FF => Script.Unspaced, // Thai, Lao, Myanmar, Khmer
        >= 0x1100 and <= 0x11FF or >= 0x3131 and <= 0x318E or >= 0xAC00 and <= 0xD7A3 => Script.Hangul,
        >= 0x3041 and <= 0x30FF or >= 0x31F0 and <= 0x31FF => Script.Kana,
        >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF => Script.Han,
        _ => Script.Other,
    };

    /// <summary>Whether each letter of a script is a word.</summary>
    public static bool IsUnspaced(this Script script) => script is Script.Unspaced or Script.Han or Script.Kana;
}
