namespace Spotify.Domain.Catalog;

/// <summary>The countries in which the service is offered, as ISO 3166-1 alpha-2 codes.</summary>
public static class Markets
{
    /// <summary>All markets, in alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "AD", "AE", "AG", "AL", "AM", "AO", "AR", "AT", "AU", "AZ", "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BN",
        "BO", "BR", "BS", "BT", "BW", "BY", "BZ", "CA", "CD", "CG", "CH", "CI", "CL", "CM", "CO", "CR", "CV", "CW", "CY", "CZ",
        "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "ES", "ET", "FI", "FJ", "FM", "FR", "GA", "GB", "GD", "GE", "GH",
        "GM", "GN", "GQ", "GR", "GT", "GW", "GY", "HK", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IN", "IQ", "IS", "IT", "JM",
        "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KR", "KW", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU",
        "LV", "LY", "MA", "MC", "MD", "ME", "MG", "MH", "MK", "ML", "MN", "MO", "MR", "MT", "MU", "MV", "MW", "MX", "MY", "MZ",
        "NA", "NE", "NG", "NI", "NL", "NO", "NP", "NR", "NZ", "OM", "PA", "PE", "PG", "PH", "PK", "PL", "PR", "PS", "PT", "PW",
        "PY", "QA", "RO", "RS", "RW", "SA", "SB", "SC", "SE", "SG", "SI", "SK", "SL", "SM", "SN", "SR", "ST", "SV", "SZ", "TD",
        "TG", "TH", "TJ", "TL", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "US", "UY", "UZ", "VC", "VE", "VN", "VU",
        "WS", "XK", "ZA", "ZM", "ZW",
    ];

    private static readonly HashSet<string> Known = new(All, StringComparer.Ordinal);

    /// <summary>Returns whether the service is offered in a market.</summary>
    public static bool IsKnown(string market) => Known.Contains(market);
}

/// <summary>A set of markets: <c>*</c> for all markets, or codes separated by single spaces.</summary>
public readonly record struct MarketSet(string Text)
{
    /// <summary>Every market.</summary>
    public static MarketSet Everywhere { get; } = new("*");

    /// <summary>Returns the set of the given codes, which may be in any order.</summary>
    public static MarketSet Of(params IEnumerable<string> markets) =>
        new(string.Join(' ', markets.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));

    /// <summary>
    /// Returns whether the set contains a market. A substring search is exact because codes have two letters and are separated by spaces.
    /// </summary>
    public bool Contains(string market) => Text == "*" || (market.Length == 2 && Text.Contains(market, StringComparison.Ordinal));

    /// <summary>Returns the codes.</summary>
    public IReadOnlyList<string> ToList() => Text == "*" ? Markets.All : Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
