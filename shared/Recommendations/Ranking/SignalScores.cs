namespace Spotify.Recommendations.Ranking;

/// <summary>
/// The scores of a listener's candidates by each signal, on any scale. All spans that are not empty have an element per candidate.
/// An empty span is a signal that is missing for the listener; NaN is a signal that is missing for a candidate.
/// </summary>
public ref struct SignalScores
{
    /// <summary>Scores of the factor model.</summary>
    public Span<float> Factors { get; set; }

    /// <summary>Scores of the item model.</summary>
    public Span<float> Items { get; set; }

    /// <summary>Similarities by content.</summary>
    public Span<float> Content { get; set; }

    /// <summary>Similarities by sound.</summary>
    public Span<float> Audio { get; set; }

    /// <summary>Popularities.</summary>
    public Span<float> Popularity { get; set; }
}
