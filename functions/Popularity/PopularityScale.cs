using System.Globalization;

namespace Spotify.Functions.Popularity;

/// <summary>
/// A scale of popularity, 0 to 100: the logarithm of the plays in relation to that of the most played entity of the same type, in the world
/// or in a market.
/// </summary>
internal sealed class PopularityScale
{
    // Steps of popularity in a market, so that it changes rarely.
    private const int MarketStep = 5;

    private readonly long most;
    private readonly Dictionary<string, long> mostByMarket = new(StringComparer.Ordinal);

    /// <summary>Creates the scale of the entities of a type.</summary>
    public PopularityScale(IEnumerable<PlayCount> counts)
    {
        foreach (var count in counts)
        {
            most = Math.Max(most, count.Total ?? 0);
            foreach (var (market, plays) in count.ByMarket)
                mostByMarket[market] = Math.Max(mostByMarket.GetValueOrDefault(market), plays);
        }
    }

    /// <summary>Returns the popularity in the world; null if the plays are unknown.</summary>
    public int? World(PlayCount count) => count.Total is { } plays ? Of(plays, most, step: 1) : null;

    /// <summary>Returns the popularity in markets, such as <c>SE80US75</c>; null if there are none.</summary>
    public string? Markets(PlayCount count)
    {
        var markets = count.ByMarket.Select(market =>
            string.Create(CultureInfo.InvariantCulture, $"{market.Key}{Of(market.Value, mostByMarket[market.Key], MarketStep)}"));
        return count.ByMarket.Count > 0 ? string.Concat(markets) : null;
    }

    private static int Of(long plays, long most, int step) =>
        most == 0 ? 0 : (int)Math.Round(100 / step * Math.Log(1 + plays) / Math.Log(1 + most)) * step;
}
