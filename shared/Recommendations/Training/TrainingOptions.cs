using Spotify.Recommendations.Content;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Training;

/// <summary>Settings of a training.</summary>
public sealed record TrainingOptions
{
    /// <summary>Settings of the factor model.</summary>
    public FactorOptions Factors { get; init; } = new() { WeightScale = 1, UnobservedWeight = 0.1f, Regularization = 0.03f };

    /// <summary>Settings of the item model; null: none is trained.</summary>
    public ItemModelOptions? Items { get; init; } = new();

    /// <summary>Settings of the content vectors.</summary>
    public ContentOptions Content { get; init; } = new();

    /// <summary>Weights of the signals.</summary>
    public EnsembleOptions Ensemble { get; init; } = new();

    /// <summary>The format of the vectors in the indexes of neighbours.</summary>
    public VectorFormat IndexFormat { get; init; } = VectorFormat.Int8;

    /// <summary>The choice of settings on held-out interactions; null: the settings are used as they are.</summary>
    public TuningOptions? Tuning { get; init; } = new();

    /// <summary>The seed of all that depends on chance.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Throws if a setting is invalid.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate()
    {
        Factors.Validate();
        Items?.Validate();
        Content.Validate();
        Ensemble.Validate();
        Tuning?.Validate();
    }
}
