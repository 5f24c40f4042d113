namespace Spotify.Recommendations.Publishing;

/// <summary>The limits a new model must keep, compared with the published one.</summary>
public sealed record PublicationOptions
{
    /// <summary>The lowest recall, as a share of the published model's, 0 to 1. Both are measured on the same listeners.</summary>
    public double MinRecallShare { get; init; } = 0.9;

    /// <summary>The lowest coverage, as a share of the published model's, 0 to 1.</summary>
    public double MinCoverageShare { get; init; } = 0.5;

    /// <summary>The lowest number of tracks, as a share of the published model's, 0 to 1.</summary>
    public double MinTrackShare { get; init; } = 0.5;

    /// <summary>The largest share of recommendations that change, 0 to 1.</summary>
    public double MaxDrift { get; init; } = 0.95;

    /// <summary>The fewest listeners with which recall is compared, at least 1. With fewer, chance decides.</summary>
    public int MinListeners { get; init; } = 50;

    /// <summary>Checks that every limit is in its range.</summary>
    /// <exception cref="ArgumentException">A limit is out of its range.</exception>
    public void Validate()
    {
        Check(nameof(MinRecallShare), MinRecallShare);
        Check(nameof(MinCoverageShare), MinCoverageShare);
        Check(nameof(MinTrackShare), MinTrackShare);
        Check(nameof(MaxDrift), MaxDrift);
        if (MinListeners < 1) throw new ArgumentException($"{nameof(MinListeners)} is {MinListeners}. Expected: at least 1.");
    }

    private static void Check(string name, double value)
    {
        if (!(value is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"{name} is {value}. Expected: 0 to 1."));
    }
}
