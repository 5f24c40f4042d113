namespace Spotify.Domain.Catalog;

/// <summary>Why something may not be played.</summary>
public enum Restriction
{
    /// <summary>It may.</summary>
    None,

    /// <summary>Not in that market, or no longer.</summary>
    Market,

    /// <summary>Not yet.</summary>
    NotReleased,

    /// <summary>It is explicit, and the listener filters that.</summary>
    Explicit,
}

/// <summary>Where and when a playable may be played.</summary>
/// <param name="Markets">Where.</param>
/// <param name="From">From when, inclusive; null: always.</param>
/// <param name="Until">Until when, exclusive; null: for ever.</param>
public readonly record struct Rights(MarketSet Markets, DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>Whether and why it may not be played in <paramref name="market"/> at <paramref name="now"/>.</summary>
    public Restriction Restricts(string market, DateTimeOffset now) =>
        !Markets.Contains(market) || now >= Until ? Restriction.Market
        : now < From ? Restriction.NotReleased
        : Restriction.None;
}
