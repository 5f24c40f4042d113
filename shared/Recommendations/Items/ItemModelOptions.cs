namespace Spotify.Recommendations.Items;

/// <summary>Settings of the item model.</summary>
public sealed record ItemModelOptions
{
    /// <summary>
    /// The number of tracks covered: those with the most listeners. Training needs 2·Tracks² bytes of memory and Tracks³/2
    /// multiplications.
    /// </summary>
    public int Tracks { get; init; } = 8_000;

    /// <summary>The number of neighbours kept per track: those with the greatest influence on its score.</summary>
    public int Neighbours { get; init; } = 200;

    /// <summary>
    /// Strength of the regularization, relative to the mean of the diagonal of the Gram matrix, weighted by itself. Above 0.
    /// </summary>
    public float Regularization { get; init; } = 4;

    /// <summary>Exponent of the weights, because counts of plays have a heavy tail. From 0 to 1.</summary>
    public float WeightExponent { get; init; } = 0.25f;

    /// <summary>
    /// Exponent of the norm that a listener's weights are divided by: 0 lets listeners with many tracks dominate, 1 makes all equal.
    /// </summary>
    public float ListenerExponent { get; init; } = 0.75f;

    /// <summary>
    /// Exponent of the norm that a track's weights are divided by: 0 favors popular tracks, 1 makes all equal.
    /// </summary>
    public float TrackExponent { get; init; } = 0.5f;

    /// <summary>Weight of a feature that tracks share, relative to a listener with as many tracks. At least 0.</summary>
    public float FeatureWeight { get; init; } = 1;

    /// <summary>Returns a weight of an interaction as the model uses it. The sign stays.</summary>
    public float Transform(float weight) => MathF.CopySign(MathF.Pow(MathF.Abs(weight), WeightExponent), weight);

    /// <summary>Throws if a setting is invalid.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate()
    {
        if (Tracks is < 1 or > 100_000) throw new ArgumentException($"The item model cannot cover {Tracks} tracks; from 1 to 100,000.");
        if (Neighbours < 1) throw new ArgumentException($"The item model cannot keep {Neighbours} neighbours; at least 1.");
        if (!(Regularization > 0) || !float.IsFinite(Regularization))
            throw new ArgumentException($"The item model's regularization {Regularization} must be above 0.");
        if (!(FeatureWeight >= 0) || !float.IsFinite(FeatureWeight))
            throw new ArgumentException($"The item model's weight of features {FeatureWeight} must be at least 0.");
        foreach (var exponent in (ReadOnlySpan<float>)[WeightExponent, ListenerExponent, TrackExponent])
            if (!(exponent is >= 0 and <= 1)) throw new ArgumentException($"The item model's exponent {exponent} must be from 0 to 1.");
    }
}
