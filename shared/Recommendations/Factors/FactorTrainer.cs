using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Factors;

/// <summary>
/// Fits factor models by alternating least squares: solves every listener's vector with the tracks fixed, then every track's with the
/// listeners fixed. The result is the same for the same seed, whatever the number of threads.
/// </summary>
public static class FactorTrainer
{
    /// <summary>Fits a model.</summary>
    /// <param name="interactions">A row per listener, a column per track.</param>
    /// <param name="options">The options of the model.</param>
    /// <param name="seed">The seed of the tracks' first vectors.</param>
    /// <param name="threads">The number of threads, above 0.</param>
    /// <param name="progress">Receives the iterations done.</param>
    /// <param name="cancellationToken">Stops the fit.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The fit was canceled.</exception>
    public static FactorModel Fit(
        InteractionMatrix interactions,
        FactorOptions options,
        int seed,
        int threads,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        var tracks = new float[checked(interactions.ColumnCount * options.Factors)];
        var random = new Random(seed);
        var scale = 1 / MathF.Sqrt(options.Factors);
        for (var i = 0; i < tracks.Length; i++) tracks[i] = scale * (random.NextSingle() - 0.5f);
        return Iterate(interactions, tracks, options, options.Iterations, threads, progress, cancellationToken);
    }

    /// <summary>Fits a model to new interactions, starting from the vectors of a previous model, with its options.</summary>
    /// <param name="previous">The previous model.</param>
    /// <param name="interactions">A row per listener, a column per track.</param>
    /// <param name="previousRows">
    /// For each track its row in the previous model, or -1 if it is new. Empty: rows are unchanged, and rows past the end are new tracks.
    /// </param>
    /// <param name="threads">The number of threads, above 0.</param>
    /// <param name="progress">Receives the iterations done.</param>
    /// <param name="cancellationToken">Stops the fit.</param>
    /// <exception cref="ArgumentException"><paramref name="previousRows"/> has a wrong length or a row out of range.</exception>
    /// <exception cref="OperationCanceledException">The fit was canceled.</exception>
    public static FactorModel Refit(
        FactorModel previous,
        InteractionMatrix interactions,
        ReadOnlySpan<int> previousRows,
        int threads,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var (options, count) = (previous.Options, interactions.ColumnCount);
        if (!previousRows.IsEmpty && previousRows.Length != count)
            throw new ArgumentException($"{previousRows.Length} rows for {count} tracks.", nameof(previousRows));
        var tracks = new float[checked(count * options.Factors)];
        for (var track = 0; track < count; track++)
        {
            var row = !previousRows.IsEmpty ? previousRows[track] : track < previous.Tracks ? track : -1;
            if (row < -1 || row >= previous.Tracks)
                throw new ArgumentException($"Row {row} of track {track} is out of range.", nameof(previousRows));
            if (row >= 0) previous.Track(row).CopyTo(tracks.AsSpan(track * options.Factors));
        }

        return Iterate(interactions, tracks, options, options.RefitIterations, threads, progress, cancellationToken);
    }

    private static FactorModel Iterate(
        InteractionMatrix interactions,
        float[] tracks,
        FactorOptions options,
        int iterations,
        int threads,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        var transposed = interactions.Transpose();
        var listeners = new float[checked(interactions.RowCount * options.Factors)];
        for (var done = 0; done < iterations; done++)
        {
            progress?.Report(new("factors", done, iterations));
            Solve(interactions, tracks, listeners);
            Solve(transposed, listeners, tracks);
        }

        progress?.Report(new("factors", iterations, iterations));
        return FactorModel.Create(options, tracks, threads);

        void Solve(InteractionMatrix matrix, float[] fixedVectors, float[] solved)
        {
            var n = options.Factors;
            var gram = GramMatrix.Of(fixedVectors, n, threads, cancellationToken);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
            Parallel.For(0, matrix.RowCount, parallel, row =>
                ConjugateGradient.Solve(matrix, row, fixedVectors, gram, options, solved.AsSpan(row * n, n)));
        }
    }
}
