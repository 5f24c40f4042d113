using System.Diagnostics;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Evaluation;

/// <summary>The evaluation of the models that a training publishes.</summary>
public static class ModelEvaluation
{
    /// <summary>Trains models on one part of the data and measures them on the other.</summary>
    /// <param name="data">The data.</param>
    /// <param name="options">The settings of the training.</param>
    /// <param name="threads">The number of threads, at least 1.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>
    /// The result of each model, each as soon as it is known: popularity, the factor model, the item model (if there is one), both
    /// (collaborative), and the ensemble if the items are described.
    /// </returns>
    public static IEnumerable<EvaluationResult> Run(
        EvaluationData data, TrainingOptions options, int threads, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        var popularity = ModelScores.Popularity(data.Train);
        yield return Measure("popularity", TimeSpan.Zero, (_, _, scores) => popularity.CopyTo(scores));

        var clock = Stopwatch.StartNew();
        var trainingData = new TrainingData { Interactions = data.Train, Tracks = data.Tracks };
        using var model = new ModelTrainer(options).Train(trainingData, threads, progress, ct);
        var training = clock.Elapsed;

        yield return Measure("factors", training, OrPopular((history, scores) => ModelScores.Factors(model.Factors, history, scores)));
        if (model.Items is { } items) yield return Measure("items", training, OrPopular((history, scores) => items.Score(history, scores)));
        var collaborative = model.Ensemble with { Collaborative = 1, Content = 0, Audio = 0, Popularity = 0 };
        yield return Measure("collaborative", training, ModelScores.Ranked(Recommender(collaborative)));
        if (data.HasDescriptions) yield return Measure("ensemble", training, ModelScores.Ranked(Recommender(model.Ensemble)));

        Recommender Recommender(EnsembleOptions ensemble) => new(model, new RankingOptions { Ensemble = ensemble });

        // A model of its own says nothing of a listener without a history.
        TrackScoring OrPopular(ModelScoring scoring) => (_, history, scores) =>
        {
            if (history.IsEmpty) popularity.CopyTo(scores);
            else scoring(history, scores);
        };

        EvaluationResult Measure(string name, TimeSpan before, TrackScoring scoring)
        {
            var (started, done, total) = (Stopwatch.StartNew(), 0, 0);
            for (var row = 0; row < data.Test.RowCount; row++) total += data.Test.Length(row) > 0 ? 1 : 0;
            var metrics = Evaluator.Measure(data.Train, data.Test, scoring, threads, Advance, ct);
            return new EvaluationResult(name, metrics, before + started.Elapsed);

            void Advance()
            {
                if (Interlocked.Increment(ref done) is var count && (count % 100 == 0 || count == total))
                    progress?.Report(new TrainingProgress(name, count, total));
            }
        }
    }

    private delegate void ModelScoring(ReadOnlySpan<Preference> history, Span<float> scores);
}
