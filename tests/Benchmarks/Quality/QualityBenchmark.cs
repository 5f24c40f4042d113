using System.Diagnostics;
using System.Globalization;
using Spotify.Recommendations.Evaluation;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Training;

namespace Spotify.Benchmarks.Quality;

/// <summary>
/// The recall of the models that <c>train</c> publishes, against popularity and a textbook ALS on the same files. The textbook's ALS gets
/// the weights of the file, and in a second run their logarithms, because raw counts of plays are unfair to it.
/// </summary>
internal static class QualityBenchmark
{
    public static int Run(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var arguments = new Arguments(args, "--train", "--test", "--items", "--threads");
        var (data, threads) = (Read(arguments), arguments.Number("--threads", Environment.ProcessorCount));
        var raw = Textbook("textbook", data, data.Train, threads);
        var logarithmic = Textbook("textbook, ln(1 + weight)", data, data.Train.Transform(weight => MathF.Log(1 + weight)), threads);
        double? popularity = null;
        foreach (var result in ModelEvaluation.Run(data, new TrainingOptions(), threads, progress: null, default))
        {
            var recall = result.Metrics.RecallAt20;
            popularity ??= recall;
            Console.WriteLine(result);
            var ratios = $"{recall / raw:F3} textbook, {recall / logarithmic:F3} with logarithms, {recall / popularity:F3} popularity";
            Console.WriteLine($"    recall@20 relative to: {ratios}");
        }

        return 0;
    }

    private static double Textbook(string name, EvaluationData data, InteractionMatrix train, int threads)
    {
        var clock = Stopwatch.StartNew();
        var model = TextbookAls.Fit(train, seed: 1, threads);
        TrackScoring scoring = (listener, _, scores) => model.Score(listener, scores);
        var metrics = Evaluator.Measure(data.Train, data.Test, scoring, threads, null, default);
        Console.WriteLine(new EvaluationResult(name, metrics, clock.Elapsed));
        return metrics.RecallAt20;
    }

    private static EvaluationData Read(Arguments arguments)
    {
        try
        {
            using var train = new StreamReader(arguments.Text("--train"));
            using var test = new StreamReader(arguments.Text("--test"));
            var path = arguments.Text("--items", "");
            using var items = path.Length > 0 ? new StreamReader(path) : null;
            return EvaluationData.Read(new("--train", train), new("--test", test), items is null ? null : new("--items", items));
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new BenchmarkException(e.Message);
        }
    }
}
