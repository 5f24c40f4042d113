using Microsoft.Extensions.Options;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>
/// The choice of CDN. Score = 0.5 latency + 0.3 availability + 0.2 cost, each from 0 to 1: latency and cost as the least among the
/// candidates over the CDN's own (half the score at twice the price), availability as it is. Ratios rather than the place between the
/// least and the greatest, which would make a hundredth of a cent count like a dollar whenever there are two CDNs.
/// </summary>
public sealed class CdnSelector(IOptions<CdnOptions> options, CdnHealth health)
{
    private const double LatencyWeight = 0.5, AvailabilityWeight = 0.3, CostWeight = 0.2;

    private readonly IReadOnlyList<CdnDefinition> cdns = options.Value.All;

    /// <summary>
    /// The healthy CDNs, best first. If none is healthy, all of them, the most available first: a bad CDN is better than none.
    /// </summary>
    /// <param name="market">The client's market (ISO 3166-1 alpha-2), if known.</param>
    public IReadOnlyList<RankedCdn> Rank(string? market)
    {
        var candidates = cdns.Select(cdn => (Cdn: cdn, Health: health.StateOf(cdn.Name))).ToList();
        if (candidates.Exists(candidate => candidate.Health.IsHealthy))
        {
            candidates.RemoveAll(candidate => !candidate.Health.IsHealthy);
            return [.. Score().OrderByDescending(ranked => ranked.Score)];
        }

        return [.. Score().OrderByDescending(ranked => ranked.Health.Availability).ThenByDescending(ranked => ranked.Score)];

        IEnumerable<RankedCdn> Score()
        {
            var leastLatency = candidates.Min(candidate => candidate.Cdn.LatencyIn(market));
            var leastCost = candidates.Min(candidate => candidate.Cdn.CostPerGb);
            return candidates.Select(candidate => new RankedCdn(
                candidate.Cdn,
                (LatencyWeight * Ratio(leastLatency, candidate.Cdn.LatencyIn(market)))
                    + (AvailabilityWeight * candidate.Health.Availability)
                    + (CostWeight * Ratio(leastCost, candidate.Cdn.CostPerGb)),
                candidate.Health));
        }
    }

    /// <summary>The CDNs that come first in one market or another.</summary>
    public IReadOnlyList<CdnDefinition> FirstChoices() =>
        [.. cdns.SelectMany(cdn => cdn.LatencyMsByMarket.Keys).Prepend<string?>(null).Distinct().Select(market => Rank(market)[0].Cdn).Distinct()];

    /// <summary>1 for the least; for what costs nothing, too.</summary>
    private static double Ratio(double least, double own) => own == 0 ? 1 : least / own;
}
