namespace Spotify.Search.Romanization;

/// <summary>The romanizations of words.</summary>
internal static class Romanizer
{
    /// <summary>The maximum number of romanizations of a word.</summary>
    public const int MaxForms = 8;

    /// <summary>Returns the distinct romanizations of a normalized word, the most usual first; none for most scripts.</summary>
    /// <param name="word">The word, all in the given script.</param>
    /// <param name="script">The script.</param>
    public static IEnumerable<string> Of(string word, Script script) => script switch
    {
        Script.Cyrillic => Cyrillic.Of(word),
        Script.Greek => Greek.Of(word),
        Script.Hangul => Hangul.Of(word),
        Script.Kana => Kana.Of(word),
        _ => [],
    };
}
