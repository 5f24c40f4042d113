using Spotify.Recommendations.Evaluation;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Training;

/// <summary>
/// The choice of the models' settings and the signals' weights: by the recall of held-out interactions, one setting after the other. It
/// takes a number of trials that depends on the data alone, never on time.
/// </summary>
internal sealed class SettingsTuner
{
    private const string Stage = "tuning";

    // Content and audio keep some weight, because nothing else is known of a new track.
    private const float Smallest = 0.02f;

    // A gain below is chance.
    private const double LeastGain = 1.001;

    private readonly TuningOptions tuning;
    private readonly TrainingData data;
    private readonly InteractionMatrix test;
    private readonly int seed;
    private readonly int threads;
    private readonly IProgress<TrainingProgress>? progress;
    private readonly CancellationToken ct;
    private int trials;

    private SettingsTuner(
        TuningOptions tuning,
        TrainingData data,
        InteractionMatrix test,
        int seed,
        int threads,
        IProgress<TrainingProgress>? progress,
        CancellationToken ct)
    {
        (this.tuning, this.data, this.test, this.seed, this.threads) = (tuning, data, test, seed, threads);
        (this.progress, this.ct) = (progress, ct);
    }

    /// <summary>Returns options with chosen settings; the same ones if there is too little data.</summary>
    public static TrainingOptions Tune(
        TrainingOptions options, TrainingData data, int threads, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        if (options.Tuning is not { } tuning || data.Interactions.Count < tuning.MinInteractions) return options;
        var sample = Sample(data.Interactions, tuning.MaxInteractions, options.Seed);
        var (train, test) = HoldOut.Split(sample, tuning.HeldOut, options.Seed, tuning.MaxListeners);
        // A factor model that was fitted elsewhere has seen what is held out.
        var known = data with { Interactions = train, Tracks = WithPopularity(data.Tracks, train), Factors = null };
        return new SettingsTuner(tuning, known, test, options.Seed, threads, progress, ct).Tune(options);
    }

    private TrainingOptions Tune(TrainingOptions options)
    {
        options = options with { Factors = TuneFactors(options.Factors) };
        if (options.Items is { } items) options = options with { Items = TuneItems(items) };
        var smaller = options with
        {
            Tuning = null,
            Factors = options.Factors with { Factors = Math.Min(options.Factors.Factors, tuning.Factors) },
            Items = options.Items is null ? null : options.Items with { Tracks = Math.Min(options.Items.Tracks, tuning.ItemTracks) },
        };
        using var model = new ModelTrainer(smaller).Train(data, threads, null, ct);
        return options with { Ensemble = TuneEnsemble(model, options.Ensemble) };
    }

    private FactorOptions TuneFactors(FactorOptions factors)
    {
        var smaller = factors with { Factors = Math.Min(factors.Factors, tuning.Factors) };
        var best = Recall(smaller);
        smaller = Walk(smaller, ref best, (one, scale) => one with { Regularization = one.Regularization * scale }, Recall, 1.5f);
        smaller = Walk(smaller, ref best, (one, scale) => one with { UnobservedWeight = one.UnobservedWeight * scale }, Recall, 2);
        return smaller with { Factors = factors.Factors };

        double Recall(FactorOptions tried)
        {
            var model = FactorTrainer.Fit(data.Interactions, tried, seed, threads, null, ct);
            return Measure((_, history, scores) => ModelScores.Factors(model, history, scores));
        }
    }

    private ItemModelOptions TuneItems(ItemModelOptions items)
    {
        var smaller = items with { Tracks = Math.Min(items.Tracks, tuning.ItemTracks) };
        var features = TrackFeatures.Build(data, smaller.Tracks);
        var best = Recall(smaller);
        smaller = Walk(smaller, ref best, (one, scale) => one with { Regularization = one.Regularization * scale }, Recall, 1.5f);
        if (features.Count > 0)
            smaller = Walk(smaller, ref best, (one, scale) => one with { FeatureWeight = one.FeatureWeight * scale }, Recall, 1.5f);
        return smaller with { Tracks = items.Tracks };

        double Recall(ItemModelOptions tried)
        {
            var model = ItemModelTrainer.Fit(data.Interactions, features, tried, threads, null, ct);
            return model is null ? 0 : Measure((_, history, scores) => model.Score(history, scores));
        }
    }

    private EnsembleOptions TuneEnsemble(TrainedModel model, EnsembleOptions ensemble)
    {
        var best = Recall(ensemble);
        Try([Smallest], (one, weight) => one with { Content = weight, Audio = weight, Popularity = weight });
        if (model.Items is not null) Try([0.15f, 0.3f, 0.7f], (one, share) => one with { ItemShare = share });
        if (model.Content.Count > 0) Try([Smallest, 0.1f, 0.2f], (one, weight) => one with { Content = weight });
        if (model.Audio is not null) Try([Smallest, 0.1f], (one, weight) => one with { Audio = weight });
        Try([0, 0.01f, 0.05f], (one, weight) => one with { Popularity = weight });
        return ensemble;

        void Try(float[] values, Func<EnsembleOptions, float, EnsembleOptions> with)
        {
            foreach (var tried in Array.ConvertAll(values, value => with(ensemble, value)))
            {
                var recall = Recall(tried);
                if (recall > best * LeastGain) (ensemble, best) = (tried, recall);
            }
        }

        double Recall(EnsembleOptions tried) =>
            Measure(ModelScores.Ranked(new Recommender(model, new RankingOptions { Ensemble = tried })));
    }

    // Scales a setting up or down as long as that helps.
    private static T Walk<T>(T start, ref double best, Func<T, float, T> scaled, Func<T, double> recall, float step)
    {
        const int MaxSteps = 4;
        foreach (var direction in (ReadOnlySpan<float>)[step, 1 / step])
        {
            var moved = 0;
            for (; moved < MaxSteps; moved++)
            {
                var tried = scaled(start, direction);
                var result = recall(tried);
                if (!(result > best * LeastGain)) break;
                (start, best) = (tried, result);
            }

            if (moved > 0) break;
        }

        return start;
    }

    private double Measure(TrackScoring scoring)
    {
        progress?.Report(new TrainingProgress(Stage, trials, Math.Max(trials + 1, 30)));
        trials++;
        return Evaluator.Measure(data.Interactions, test, scoring, threads, null, ct).RecallAt20;
    }

    // Whole histories of listeners chosen at random.
    private static InteractionMatrix Sample(InteractionMatrix interactions, int most, int seed)
    {
        if (interactions.Count <= most) return interactions;
        var rows = Enumerable.Range(0, interactions.RowCount).ToArray();
        new Random(seed).Shuffle(rows);
        var sample = new List<Interaction>(most);
        foreach (var row in rows)
        {
            if (sample.Count + interactions.Length(row) > most) continue;
            foreach (var (track, weight) in Evaluator.History(interactions, row)) sample.Add(new Interaction(row, track, weight));
        }

        return InteractionMatrix.Build(interactions.RowCount, interactions.ColumnCount, [.. sample]);
    }

    // The popularity of the tracks must not know of the held-out interactions.
    private static TrackTable WithPopularity(TrackTable tracks, InteractionMatrix interactions)
    {
        var popularity = ModelScores.Popularity(interactions);
        var popularities = Array.ConvertAll(popularity, value => (ushort)(value * ushort.MaxValue));
        return new TrackTable(tracks.Columns with { Popularities = popularities });
    }
}
