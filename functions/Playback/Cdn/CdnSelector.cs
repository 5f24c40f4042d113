using Microsoft.Extensions.Options;

namespace Spotify.Functions.Playback.Cdn;

/// <summary>
/// A ranking of the CDNs by score = 0.5 latency + 0.3 availability + 0.2 cost, each from 0 to 1. The terms for latency and cost are the
/// minimum among the candidates divided by the CDN's own value, so that twice the price has half the score. Scaling between minimum and
/// maximum instead would exaggerate small differences: of two CDNs, the cheaper one would always score 1 and the other 0.
/// </summary>
public sealed class CdnSelector(IOptions<CdnOptions> options, CdnHealth health)
{
    private const double LatencyWeight = 0.5, AvailabilityWeight = 0.3, CostWeight = 0.2;

    private readonly IReadOnlyList<CdnDefinition> cdns = options.Value.All;

    /// <summary>
    /// Returns the healthy CDNs, the best first. If no CDN is healthy, returns all of them by availability, because an unhealthy CDN may
    /// still work.
    /// </summary>
    /// <param name="market">The client's market (ISO 3166-1 alpha-2); null if unknown.</param>
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
            var minLatency = candidates.Min(candidate => candidate.Cdn.LatencyIn(market));
            var minCost = candidates.Min(candidate => candidate.Cdn.CostPerGb);
            return candidates.Select(candidate => new RankedCdn(
                candidate.Cdn,
                (LatencyWeight * Ratio(minLatency, candidate.Cdn.LatencyIn(market)))
                    + (AvailabilityWeight * candidate.Health.Availability)
                    + (CostWeight * Ratio(minCost, candidate.Cdn.CostPerGb)),
                candidate.Health));
        }
    }

    /// <summary>Returns the CDNs that rank first in at least one market.</summary>
    public IReadOnlyList<CdnDefinition> FirstChoices() =>
    [
        .. cdns.SelectMany(cdn => cdn.LatencyMsByMarket.Keys)
            .Prepend<string?>(null)
            .Distinct()
            .Select(market => Rank(market)[0].Cdn)
            .Distinct(),
    ];

    /// <summary>Returns 1 for the minimum and for 0.</summary>
    private static double Ratio(double min, double own) => own == 0 ? 1 : min / own;
}
