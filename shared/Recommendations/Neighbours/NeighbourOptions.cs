using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>The options of a <see cref="NeighbourIndex"/>.</summary>
public sealed record NeighbourOptions
{
    /// <summary>The similarity by which rows are found.</summary>
    public Similarity Similarity { get; init; } = Similarity.InnerProduct;

    /// <summary>The format of the vectors in the index.</summary>
    public VectorFormat Format { get; init; } = VectorFormat.Float32;

    /// <summary>
    /// The number of links that a new vector gets in each layer (M in the paper), from 2 to 64; the bottom layer has up to twice as many
    /// per vector.
    /// </summary>
    public int Links { get; init; } = 16;

    /// <summary>The number of candidates for the links of a new vector (efConstruction in the paper), from 1 to 4,096.</summary>
    public int ConstructionCandidates { get; init; } = 200;

    /// <summary>The seed of the layers and of the order of insertion.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Links, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Links, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConstructionCandidates, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ConstructionCandidates, 4096);
    }
}
