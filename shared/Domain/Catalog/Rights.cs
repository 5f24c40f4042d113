namespace Spotify.Domain.Catalog;

/// <summary>The reason why something may not be played.</summary>
public enum Restriction
{
    /// <summary>No restriction.</summary>
    None,

    /// <summary>Not available in the market, or no longer.</summary>
    Market,

    /// <summary>Not released yet.</summary>
    NotReleased,

    /// <summary>Explicit content, which the listener filters.</summary>
    Explicit,
}

/// <summary>The markets and the period in which something may be played.</summary>
/// <param name="Markets">The markets.</param>
/// <param name="From">The start of the period, inclusive; null if unbounded.</param>
/// <param name="Until">The end of the period, exclusive; null if unbounded.</param>
public readonly record struct Rights(MarketSet Markets, DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>Returns the restriction that applies in a market at a time.</summary>
    public Restriction Restricts(string market, DateTimeOffset now) =>
        !Markets.Contains(market) || now >= Until ? Restriction.Market
        : now < From ? Restriction.NotReleased
        : Restriction.None;
}
