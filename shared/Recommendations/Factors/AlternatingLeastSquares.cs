using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Factors;

/// <summary>The state of a fit: the vectors of all listeners and tracks.</summary>
internal sealed unsafe class AlternatingLeastSquares : IDisposable
{
    private readonly FactorOptions options;
    private readonly int stride;
    private readonly Side listeners, tracks;
    private readonly NativeBuffer gram;
    private readonly ConjugateGradient[] solvers;

    /// <param name="interactions">A row per listener, a column per track.</param>
    /// <param name="options">The options of the model.</param>
    /// <param name="threads">The number of threads.</param>
    public AlternatingLeastSquares(InteractionMatrix interactions, FactorOptions options, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        if ((long)interactions.ColumnCount * options.Factors > Array.MaxLength)
            throw new ArgumentException($"{interactions.ColumnCount} tracks of {options.Factors} factors are too many.");
        this.options = options;
        stride = Kernels.Default.Pad(options.Factors);
        listeners = new Side(interactions, stride);
        tracks = new Side(interactions.Transpose(), stride);
        gram = new NativeBuffer((long)stride * stride * sizeof(float));
        solvers = new ConjugateGradient[threads];
        for (var i = 0; i < threads; i++) solvers[i] = new ConjugateGradient(options, stride);
    }

    /// <summary>Returns the vector of a track, at first 0. Those of the listeners are 0 at first, too.</summary>
    public Span<float> Track(int row) => new(tracks.Vectors + (long)row * stride, options.Factors);

    /// <summary>Solves all listeners, then all tracks.</summary>
    /// <param name="listenerSteps">The number of conjugate-gradient steps of a listener.</param>
    /// <param name="cancellationToken">Stops the iteration.</param>
    public void Iterate(int listenerSteps, CancellationToken cancellationToken)
    {
        for (var track = 0; track < tracks.Matrix.RowCount; track++)
            if (tracks.Matrix.Length(track) == 0) Track(track).Clear();
        Solve(tracks, listeners, listenerSteps, cancellationToken);
        Solve(listeners, tracks, options.ConjugateGradientSteps, cancellationToken);
    }

    /// <summary>Returns the model of the present vectors of the tracks.</summary>
    public FactorModel Model()
    {
        var vectors = new float[tracks.Matrix.RowCount * options.Factors];
        for (var track = 0; track < tracks.Matrix.RowCount; track++) Track(track).CopyTo(vectors.AsSpan(track * options.Factors));
        return FactorModel.Create(options, vectors, solvers.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        listeners.Dispose();
        tracks.Dispose();
        gram.Dispose();
        foreach (var solver in solvers) solver.Dispose();
    }

    private void Solve(Side given, Side solved, int steps, CancellationToken cancellationToken)
    {
        GramMatrix.Compute(
            given.Vectors, given.Matrix.RowCount, stride, options.UnobservedWeight, (float*)gram.Start, solvers.Length, cancellationToken);
        var next = -1;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = solvers.Length, CancellationToken = cancellationToken };
        Parallel.For(0, solvers.Length, parallel, thread =>
        {
            for (int block; (block = Interlocked.Increment(ref next)) < solved.Blocks.Count;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                solvers[thread].Solve(
                    solved.Matrix, solved.Blocks[block], given.Vectors, (float*)gram.Start, solved.Vectors, steps);
            }
        });
    }

    private sealed class Side(InteractionMatrix matrix, int stride) : IDisposable
    {
        private readonly NativeBuffer buffer = new((long)matrix.RowCount * stride * sizeof(float));

        public InteractionMatrix Matrix => matrix;

        public IReadOnlyList<RowBlock> Blocks { get; } = RowBlocks.Of(matrix, stride);

        public float* Vectors => (float*)buffer.Start;

        public void Dispose() => buffer.Dispose();
    }
}
