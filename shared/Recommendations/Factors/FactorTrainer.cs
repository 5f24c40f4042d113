using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Factors;

/// <summary>
/// Fits factor models by alternating least squares: solves every listener's vector with the tracks fixed, then every track's with the
/// listeners fixed. The result is the same for the same seed, whatever the number of threads.
/// </summary>
/// <remarks>
/// A fit takes 4 bytes per factor of each listener and track, 8 bytes per interaction (12 with a <see cref="FactorOptions.WeightScale"/>)
/// beside the caller's matrix, and a few megabytes at 128 factors, however long a row is.
/// </remarks>
public static class FactorTrainer
{
    // The previous model has no vectors of listeners: the first solve of a refit starts from 0, and takes more steps to fit good tracks.
    private const int RefitSteps = 4;

    /// <summary>Fits a model.</summary>
    /// <param name="interactions">A row per listener, a column per track.</param>
    /// <param name="options">The options of the model.</param>
    /// <param name="seed">The seed of the tracks' first vectors.</param>
    /// <param name="threads">The number of threads, above 0.</param>
    /// <param name="progress">Receives the iterations done.</param>
    /// <param name="cancellationToken">Stops the fit.</param>
    /// <exception cref="ArgumentException">An option or the number of threads is out of range, or there are too many tracks.</exception>
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
        using var solver = new AlternatingLeastSquares(options.Transform(interactions), options, threads);
        var random = new Random(seed);
        var scale = 1 / MathF.Sqrt(options.Factors);
        for (var track = 0; track < interactions.ColumnCount; track++)
            foreach (ref var number in solver.Track(track)) number = scale * (random.NextSingle() - 0.5f);
        return Iterate(solver, options, options.Iterations, options.ConjugateGradientSteps, progress, cancellationToken);
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
    /// <exception cref="ArgumentException">
    /// <paramref name="previousRows"/> has a wrong length or a row out of range, the number of threads is out of range, or there are too
    /// many tracks.
    /// </exception>
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
        using var solver = new AlternatingLeastSquares(options.Transform(interactions), options, threads);
        for (var track = 0; track < count; track++)
        {
            var row = !previousRows.IsEmpty ? previousRows[track] : track < previous.Tracks ? track : -1;
            if (row < -1 || row >= previous.Tracks)
                throw new ArgumentException($"Row {row} of track {track} is out of range.", nameof(previousRows));
            if (row >= 0) previous.Track(row).CopyTo(solver.Track(track));
        }

        var firstSteps = RefitSteps * options.ConjugateGradientSteps;
        return Iterate(solver, options, options.RefitIterations, firstSteps, progress, cancellationToken);
    }

    private static FactorModel Iterate(
        AlternatingLeastSquares solver,
        FactorOptions options,
        int iterations,
        int firstSteps,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        for (var done = 0; done < iterations; done++)
        {
            progress?.Report(new("factors", done, iterations));
            solver.Iterate(done == 0 ? firstSteps : options.ConjugateGradientSteps, cancellationToken);
        }

        progress?.Report(new("factors", iterations, iterations));
        return solver.Model();
    }
}
