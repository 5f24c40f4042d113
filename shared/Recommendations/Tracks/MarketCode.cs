namespace Spotify.Recommendations.Tracks;

/// <summary>
/// Numbers of markets: the two letters of the code in base 26. They are written to files, so they do not depend on the list of markets.
/// </summary>
public static class MarketCode
{
    /// <summary>The number of codes.</summary>
    public const int Count = 26 * 26;

    /// <summary>Returns the number of a market; -1 if the text is not two letters from A to Z.</summary>
    public static int Parse(ReadOnlySpan<char> market) =>
        market is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] ? ((market[0] - 'A') * 26) + market[1] - 'A' : -1;

    /// <summary>Returns the two letters of a market's number.</summary>
    public static string Format(int market) => string.Create(2, market, (text, code) =>
        (text[0], text[1]) = ((char)('A' + (code / 26)), (char)('A' + (code % 26))));
}
