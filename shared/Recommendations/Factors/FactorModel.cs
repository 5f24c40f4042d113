using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Factors;

/// <summary>
/// A factor model: a vector per track. A listener's vector is computed from their history when it is needed. The preference of a listener
/// for a track is the inner product of their vectors: about 1 for a sure preference, about 0 for none.
/// </summary>
public sealed class FactorModel
{
    private readonly ReadOnlyMemory<float> vectors;
    private readonly ReadOnlyMemory<float> gram;

    /// <summary>Creates a model from stored numbers, which are used in place.</summary>
    /// <param name="options">The options the model was fitted with.</param>
    /// <param name="vectors">The vectors of the tracks, one after the other.</param>
    /// <param name="gram">The Gram matrix of the vectors, in row-major order.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a length does not match the number of factors.</exception>
    public FactorModel(FactorOptions options, ReadOnlyMemory<float> vectors, ReadOnlyMemory<float> gram)
    {
        options.Validate();
        if (vectors.Length % options.Factors != 0)
            throw new ArgumentException($"{vectors.Length} numbers are no vectors of {options.Factors} factors.", nameof(vectors));
        if (gram.Length != options.Factors * options.Factors)
            throw new ArgumentException($"{gram.Length} numbers are no matrix of {options.Factors}² elements.", nameof(gram));
        Options = options;
        Tracks = vectors.Length / options.Factors;
        (this.vectors, this.gram) = (vectors, gram);
    }

    /// <summary>The options the model was fitted with.</summary>
    public FactorOptions Options { get; }

    /// <summary>The number of tracks.</summary>
    public int Tracks { get; }

    /// <summary>The number of factors.</summary>
    public int Dimensions => Options.Factors;

    /// <summary>The vectors of all tracks, one after the other.</summary>
    public ReadOnlyMemory<float> Vectors => vectors;

    /// <summary>The Gram matrix of the tracks' vectors, in row-major order.</summary>
    public ReadOnlyMemory<float> Gram => gram;

    /// <summary>Creates a model from vectors, which are used in place.</summary>
    /// <param name="options">The options of the model.</param>
    /// <param name="vectors">The vectors of the tracks, one after the other.</param>
    /// <param name="threads">The number of threads that compute the Gram matrix.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the length does not match the number of factors.</exception>
    public static FactorModel Create(FactorOptions options, ReadOnlyMemory<float> vectors, int threads = 1)
    {
        options.Validate();
        return new FactorModel(options, vectors, GramMatrix.Of(vectors, options.Factors, threads));
    }

    /// <summary>Returns the vector of a track.</summary>
    public ReadOnlySpan<float> Track(int row) => vectors.Span.Slice(row * Dimensions, Dimensions);

    /// <summary>
    /// Computes the vector of a listener from their history: the exact minimum of the objective of <see cref="FactorOptions"/> with the
    /// tracks' vectors as they are. Without history, or with skips only, it is 0. Safe for concurrent calls; deterministic.
    /// </summary>
    /// <param name="history">The listener's interactions, one per track, in any order.</param>
    /// <param name="listener">The vector, of <see cref="Dimensions"/> numbers.</param>
    /// <exception cref="ArgumentException">A track is out of range, a weight infinite or NaN, or the vector's length wrong.</exception>
    public void FoldIn(ReadOnlySpan<Preference> history, Span<float> listener)
    {
        if (listener.Length != Dimensions)
            throw new ArgumentException($"The vector has {listener.Length} numbers, not {Dimensions}.", nameof(listener));
        foreach (var (track, weight) in history)
        {
            if ((uint)track >= (uint)Tracks || !float.IsFinite(weight))
                throw new ArgumentException($"The preference ({track}, {weight}) is invalid.", nameof(history));
        }

        Factors.FoldIn.Solve(this, history, listener);
    }
}
