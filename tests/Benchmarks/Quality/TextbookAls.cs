using Spotify.Recommendations.Interactions;

namespace Spotify.Benchmarks.Quality;

/// <summary>
/// Implicit-feedback ALS as in its paper (Hu, Koren, Volinsky 2008), with exact solves and no refinements: 64 factors, confidence
/// 1 + 2·weight, λ 1, 15 iterations.
/// </summary>
internal sealed class TextbookAls
{
    private const int Factors = 64;
    private const int Iterations = 15;
    private const double Alpha = 2;
    private const double Lambda = 1;

    private readonly double[][] listeners;
    private readonly double[][] tracks;

    private TextbookAls(double[][] listeners, double[][] tracks) => (this.listeners, this.tracks) = (listeners, tracks);

    public static TextbookAls Fit(InteractionMatrix interactions, int seed, int threads)
    {
        var random = new Random(seed);
        var tracks = Enumerable.Range(0, interactions.ColumnCount)
            .Select(_ => Enumerable.Range(0, Factors).Select(_ => 0.01 * (random.NextDouble() - 0.5)).ToArray()).ToArray();
        var transposed = interactions.Transpose();
        var listeners = new double[interactions.RowCount][];
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            Solve(interactions, tracks, listeners, threads);
            Solve(transposed, listeners, tracks, threads);
        }

        return new TextbookAls(listeners, tracks);
    }

    public void Score(int listener, Span<float> scores)
    {
        var vector = listeners[listener];
        for (var track = 0; track < scores.Length; track++)
        {
            var (other, sum) = (tracks[track], 0d);
            for (var i = 0; i < Factors; i++) sum += vector[i] * other[i];
            scores[track] = (float)sum;
        }
    }

    private static void Solve(InteractionMatrix matrix, double[][] others, double[][] solved, int threads)
    {
        var gram = new double[Factors * Factors];
        foreach (var vector in others) AddOuter(gram, vector, 1);
        for (var i = 0; i < Factors; i++) gram[(i * Factors) + i] += Lambda;
        Parallel.For(0, matrix.RowCount, new ParallelOptions { MaxDegreeOfParallelism = threads }, row =>
        {
            var (system, right) = ((double[])gram.Clone(), new double[Factors]);
            var columns = matrix.Columns(row);
            var weights = matrix.Weights(row);
            for (var i = 0; i < columns.Length; i++)
            {
                var vector = others[columns[i]];
                AddOuter(system, vector, Alpha * weights[i]);
                for (var k = 0; k < Factors; k++) right[k] += (1 + (Alpha * weights[i])) * vector[k];
            }

            SolveLower(system, right);
            solved[row] = right;
        });
    }

    private static void AddOuter(double[] matrix, double[] vector, double factor)
    {
        for (var i = 0; i < Factors; i++)
        {
            var scale = factor * vector[i];
            for (var k = 0; k <= i; k++) matrix[(i * Factors) + k] += scale * vector[k];
        }
    }

    // Cholesky: the system becomes its factor, the right side the solution.
    private static void SolveLower(double[] system, double[] right)
    {
        for (var i = 0; i < Factors; i++)
        {
            for (var k = 0; k <= i; k++)
            {
                var sum = system[(i * Factors) + k];
                for (var j = 0; j < k; j++) sum -= system[(i * Factors) + j] * system[(k * Factors) + j];
                system[(i * Factors) + k] = i == k ? Math.Sqrt(sum) : sum / system[(k * Factors) + k];
            }

            for (var k = 0; k < i; k++) right[i] -= system[(i * Factors) + k] * right[k];
            right[i] /= system[(i * Factors) + i];
        }

        for (var i = Factors - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < Factors; k++) right[i] -= system[(k * Factors) + i] * right[k];
            right[i] /= system[(i * Factors) + i];
        }
    }
}
