using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Tests.Factors;

/// <summary>Alternating least squares as the definition in <see cref="FactorOptions"/> reads: dense, exact and slow.</summary>
internal sealed class ExactLeastSquares
{
    private readonly FactorOptions options;
    private readonly InteractionMatrix interactions, transposed;
    private readonly double[][] listeners, tracks;

    public ExactLeastSquares(InteractionMatrix interactions, FactorOptions options, int seed)
    {
        (this.options, this.interactions) = (options, interactions);
        transposed = interactions.Transpose();
        var random = new Random(seed);
        listeners = new double[interactions.RowCount][];
        tracks = Enumerable.Range(0, interactions.ColumnCount)
            .Select(_ => Enumerable.Range(0, options.Factors).Select(_ => random.NextDouble() - 0.5).ToArray()).ToArray();
    }

    public void Iterate()
    {
        Solve(interactions, tracks, listeners);
        Solve(transposed, listeners, tracks);
    }

    /// <summary>Returns the objective for the present tracks and the best listeners for them.</summary>
    public double Objective()
    {
        Solve(interactions, tracks, listeners);
        return Objective(interactions, options, listeners, tracks);
    }

    /// <summary>Returns the objective of a model with the best listeners for its tracks.</summary>
    public static double Objective(InteractionMatrix interactions, FactorModel model)
    {
        var tracks = Tracks(model);
        var listeners = new double[interactions.RowCount][];
        var gram = Gram(tracks, model.Dimensions);
        for (var row = 0; row < listeners.Length; row++)
            listeners[row] = Solve(RandomMatrix.History(interactions, row), tracks, gram, model.Options);
        return Objective(interactions, model.Options, listeners, tracks);
    }

    /// <summary>Returns the vector of a listener with a history.</summary>
    public static double[] FoldIn(FactorModel model, Preference[] history) =>
        Solve(history, Tracks(model), Gram(Tracks(model), model.Dimensions), model.Options);

    private static double[][] Tracks(FactorModel model) =>
        Enumerable.Range(0, model.Tracks).Select(row => Array.ConvertAll(model.Track(row).ToArray(), number => (double)number)).ToArray();

    private static double Dot(double[] x, double[] y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    private static double Regularization(int count, int columns, FactorOptions options) =>
        options.Regularization * Math.Pow(count + options.UnobservedWeight * columns, options.RegularizationExponent);

    private static double Objective(InteractionMatrix interactions, FactorOptions options, double[][] listeners, double[][] tracks)
    {
        var sum = 0.0;
        var lengths = new int[tracks.Length];
        for (var listener = 0; listener < listeners.Length; listener++)
        {
            var x = listeners[listener];
            sum += Regularization(interactions.Length(listener), tracks.Length, options) * Dot(x, x);
            var weights = new double[tracks.Length];
            for (var k = 0; k < interactions.Length(listener); k++)
            {
                weights[interactions.Columns(listener)[k]] = interactions.Weights(listener)[k];
                lengths[interactions.Columns(listener)[k]]++;
            }

            for (var track = 0; track < tracks.Length; track++)
            {
                var error = (weights[track] > 0 ? 1 : 0) - Dot(x, tracks[track]);
                sum += (options.UnobservedWeight + options.Alpha * Math.Abs(weights[track])) * error * error;
            }
        }

        return sum + tracks.Select((y, track) => Regularization(lengths[track], listeners.Length, options) * Dot(y, y)).Sum();
    }

    private static double[,] Gram(double[][] vectors, int n)
    {
        var gram = new double[n, n];
        foreach (var y in vectors)
        {
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++) gram[i, j] += y[i] * y[j];
        }

        return gram;
    }

    private static double[] Solve(Preference[] row, double[][] vectors, double[,] gram, FactorOptions options)
    {
        var n = options.Factors;
        var system = new double[n, n + 1];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) system[i, j] = options.UnobservedWeight * gram[i, j];
        foreach (var (column, weight) in row)
        {
            var (y, confidence) = (vectors[column], options.Alpha * Math.Abs(weight));
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++) system[i, j] += confidence * y[i] * y[j];
                if (weight > 0) system[i, n] += (options.UnobservedWeight + confidence) * y[i];
            }
        }

        for (var i = 0; i < n; i++) system[i, i] += Regularization(row.Length, vectors.Length, options);
        for (var k = 0; k < n; k++)
        {
            for (var i = 0; i < n; i++)
            {
                if (i == k) continue;
                var factor = system[i, k] / system[k, k];
                for (var j = k; j <= n; j++) system[i, j] -= factor * system[k, j];
            }
        }

        return Enumerable.Range(0, n).Select(i => system[i, n] / system[i, i]).ToArray();
    }

    private void Solve(InteractionMatrix matrix, double[][] vectors, double[][] solved)
    {
        var gram = Gram(vectors, options.Factors);
        for (var row = 0; row < matrix.RowCount; row++) solved[row] = Solve(RandomMatrix.History(matrix, row), vectors, gram, options);
    }
}
