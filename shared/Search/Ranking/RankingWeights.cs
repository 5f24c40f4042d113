using System.ComponentModel.DataAnnotations;

namespace Spotify.Search.Ranking;

/// <summary>The weights of the signals that order search results. Each signal is between 0 and 1.</summary>
public sealed class RankingWeights
{
    /// <summary>The weight of the text relevance: BM25, less for words that match by a guess.</summary>
    [Range(0.0, 1.0)]
    public double Text { get; set; } = 0.30;

    /// <summary>The weight of the popularity everywhere.</summary>
    [Range(0.0, 1.0)]
    public double Popularity { get; set; } = 0.25;

    /// <summary>The weight of the listener's affinity: saved and followed entities, and the artists of these.</summary>
    [Range(0.0, 1.0)]
    public double Affinity { get; set; } = 0.20;

    /// <summary>The weight of the freshness: 1 on the day of release, half of it 90 days later.</summary>
    [Range(0.0, 1.0)]
    public double Freshness { get; set; } = 0.15;

    /// <summary>The weight of the popularity in the listener's market.</summary>
    [Range(0.0, 1.0)]
    public double MarketPopularity { get; set; } = 0.10;
}
