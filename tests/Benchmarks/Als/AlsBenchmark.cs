using System.Diagnostics;
using System.Globalization;
using Spotify.Recommendations;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;

namespace Spotify.Benchmarks.Als;

/// <summary>
/// The time of an iteration of alternating least squares over generated interactions, with one and two threads; the same against a plain
/// implementation that solves every row exactly, over a tenth of the interactions; and the time of folding in a listener.
/// </summary>
internal static class AlsBenchmark
{
    private const int Threads = 2;
    private const int HistoryLength = 500;

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--interactions", "--listeners", "--tracks");
        var (rounds, interactions) = (arguments.Number("--rounds", 3), arguments.Number("--interactions", 20_000_000));
        var (listeners, tracks) = (arguments.Number("--listeners", 200_000), arguments.Number("--tracks", 100_000));

        var generated = GeneratedInteractions.Of(interactions, listeners, tracks);
        var started = Stopwatch.GetTimestamp();
        var matrix = InteractionMatrix.Build(listeners, tracks, generated);
        var built = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        matrix.Transpose();
        Print($"{matrix.Count:N0} interactions of {listeners:N0} listeners with {tracks:N0} tracks");
        Print($"matrix built in {built:0.00} s, transposed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");

        var smallerListeners = Math.Max(listeners / 10, 1);
        var smaller = InteractionMatrix.Build(
            smallerListeners, tracks, Array.FindAll(generated, interaction => interaction.Listener < smallerListeners));
        var (small, large) = (new FactorOptions { Factors = 64 }, new FactorOptions { Factors = 128 });
        var times = new Dictionary<string, List<double>>();
        for (var round = 0; round < rounds; round++)
        {
            Add("64", Iteration(matrix, small, Threads));
            Add("64 one", Iteration(matrix, small, 1));
            Add("128", Iteration(matrix, large, Threads));
            Add("128 one", Iteration(matrix, large, 1));
            Add("smaller", Iteration(smaller, small, Threads));
            Add("dense", DenseIteration(smaller, small));
            Add("fold-in", 1e6 * FoldIn(matrix, large));
        }

        Print($"64 factors, 2 threads: {Seconds("64")} per iteration");
        Print($"64 factors, 1 thread: {Seconds("64 one")} per iteration, {Ratio("64 one", "64")}");
        Print($"128 factors, 2 threads: {Seconds("128")} per iteration");
        Print($"128 factors, 1 thread: {Seconds("128 one")} per iteration, {Ratio("128 one", "128")}");
        Print($"{smaller.Count:N0} interactions, 64 factors, 2 threads: {Seconds("smaller")} per iteration");
        Print($"the same, dense: {Seconds("dense")} per iteration, {Ratio("dense", "smaller")}");
        var foldIn = Statistics.Of(times["fold-in"]);
        Print($"fold-in of {HistoryLength} tracks, 128 factors: {foldIn.Median:0} µs ({foldIn.Minimum:0}–{foldIn.Maximum:0})");
        return 0;

        void Add(string name, double value)
        {
            if (!times.TryGetValue(name, out var list)) times[name] = list = [];
            list.Add(value);
        }

        string Seconds(string name)
        {
            var statistics = Statistics.Of(times[name]);
            return string.Create(
                CultureInfo.InvariantCulture, $"{statistics.Median:0.00} s ({statistics.Minimum:0.00}–{statistics.Maximum:0.00})");
        }

        string Ratio(string slower, string faster)
        {
            var statistics = Statistics.Of(times[slower].Zip(times[faster], (x, y) => x / y));
            return string.Create(
                CultureInfo.InvariantCulture, $"{statistics.Median:0.00} times ({statistics.Minimum:0.00}–{statistics.Maximum:0.00})");
        }
    }

    // The first iteration is slower than the others, because its memory and code are new.
    private static double Iteration(InteractionMatrix matrix, FactorOptions options, int threads)
    {
        var clock = new IterationClock();
        FactorTrainer.Fit(matrix, options with { Iterations = 2 }, seed: 1, threads, clock);
        return Stopwatch.GetElapsedTime(clock.Times[1], clock.Times[2]).TotalSeconds;
    }

    private static double DenseIteration(InteractionMatrix matrix, FactorOptions options)
    {
        var dense = new DenseLeastSquares(matrix, options, Threads);
        dense.Iterate();
        var started = Stopwatch.GetTimestamp();
        dense.Iterate();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double FoldIn(InteractionMatrix matrix, FactorOptions options)
    {
        const int Calls = 2000;
        var random = new Random(1);
        var vectors = new float[matrix.ColumnCount * options.Factors];
        for (var i = 0; i < vectors.Length; i++) vectors[i] = 0.1f * (random.NextSingle() - 0.5f);
        var model = FactorModel.Create(options, vectors, Threads);
        var history = Enumerable.Range(0, HistoryLength).Select(_ => new Preference(random.Next(matrix.ColumnCount), 1)).ToArray();
        var listener = new float[options.Factors];
        var started = 0L;
        for (var call = -Calls / 10; call < Calls; call++)
        {
            if (call == 0) started = Stopwatch.GetTimestamp();
            model.FoldIn(history, listener);
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds / Calls;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class IterationClock : IProgress<TrainingProgress>
    {
        public List<long> Times { get; } = [];

        public void Report(TrainingProgress value) => Times.Add(Stopwatch.GetTimestamp());
    }
}
