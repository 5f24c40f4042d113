namespace Spotify.Recommendations.Training;

/// <summary>Bounds of the choice of settings on held-out interactions.</summary>
public sealed record TuningOptions
{
    /// <summary>
    /// The least number of interactions. With fewer, the settings are used as they are, because a choice would be chance.
    /// </summary>
    public int MinInteractions { get; init; } = 10_000;

    /// <summary>The number of interactions to tune on, those of listeners chosen at random. Bounds the time and the memory.</summary>
    public int MaxInteractions { get; init; } = 1_000_000;

    /// <summary>The number of listeners to predict. Bounds the time. At least 1.</summary>
    public int MaxListeners { get; init; } = 3_000;

    /// <summary>The share of each listener's interactions that is held out, between 0 and 1.</summary>
    public double HeldOut { get; init; } = 0.2;

    /// <summary>The number of factors to tune with, if the model has more. At least 1.</summary>
    public int Factors { get; init; } = 64;

    /// <summary>The number of tracks of the item model to tune with, if it has more. At least 1.</summary>
    public int ItemTracks { get; init; } = 3_000;

    /// <summary>Throws if a bound is invalid.</summary>
    /// <exception cref="ArgumentException">A bound is out of its range.</exception>
    public void Validate()
    {
        if (MaxListeners < 1) throw new ArgumentException($"Settings cannot be tuned on {MaxListeners} listeners.");
        if (!(HeldOut is > 0 and < 1)) throw new ArgumentException($"The held-out share {HeldOut} must be between 0 and 1.");
        if (Factors < 1 || ItemTracks < 1) throw new ArgumentException("Settings cannot be tuned with models of nothing.");
    }
}
