using System.Diagnostics;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.Benchmarks.Generate;

/// <summary>
/// The rate of generated playlists, with a generated model: computation alone, on one and on two threads, against the nearest neighbours of
/// the listener in the factor model alone, and against the same ensemble over all tracks; then with reads of the history and writes of the
/// playlist. In alternating rounds. Also how well new listeners and new tracks are served.
/// </summary>
internal static class GenerateBenchmark
{
    private const double ComputationAim = 1_000;
    private const double StorageAim = 300;
    private const double HitAim = 1.5;
    private const int ExhaustiveListeners = 3;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--tracks", "--listeners", "--plays", "--rounds", "--data");
        var (tracks, listeners) = (arguments.Number("--tracks", 1_000_000), arguments.Number("--listeners", 1_000));
        var (plays, rounds) = (arguments.Number("--plays", 500), arguments.Number("--rounds", 5));
        using var model = new GeneratedModel(arguments.Text("--data", ""), tracks);
        var opened = Stopwatch.GetTimestamp();
        var recommender = new Recommender(model.Model, new RankingOptions());
        var prepared = Stopwatch.GetElapsedTime(opened).TotalMilliseconds;
        Console.WriteLine($"{tracks:N0} tracks, files of {model.Size / 1e6:N0} MB, recommender ready in {prepared:0} ms; "
            + $"{rounds} rounds of {listeners:N0} listeners of {plays} plays");
        var histories = Enumerable.Range(0, listeners).Select(seed => GeneratedListeners.Rows(model, seed, plays)).ToArray();
        var inputs = Array.ConvertAll(histories, GeneratedListeners.Of);
        var preferences = Array.ConvertAll(histories, rows => Array.ConvertAll(rows, row => new Preference(row, 1)));
        using var storage = await GenerateStorage.CreateAsync(histories);
        var rates = new Dictionary<string, List<double>>();
        // The first round warms up and is not counted.
        for (var round = 0; round <= rounds; round++)
        {
            Add("one", Rate(listeners, () => Generate(0, 1)));
            Add("two", Rate(listeners, () => Parallel.For(0, 2, thread => Generate(thread, 2))));
            Add("neighbours", Rate(listeners, () => FindNeighbours(model.Model, preferences)));
            Add("exhaustive", Rate(ExhaustiveListeners, () => RankAll(model.Model, preferences.AsSpan(0, ExhaustiveListeners))));
            var watch = Stopwatch.StartNew();
            await storage.GenerateAsync(recommender, listeners, round);
            Add("storage", listeners / watch.Elapsed.TotalSeconds);

            void Add(string name, double rate)
            {
                if (!rates.TryGetValue(name, out var list)) rates[name] = list = [];
                if (round > 0) list.Add(rate);
            }

            void Generate(int first, int step)
            {
                for (var i = first; i < listeners; i += step) recommender.Recommend(inputs[i], round, GeneratedListeners.Now);
            }
        }

        Report("one", "computation, 1 thread", 1, ComputationAim);
        Report("two", "computation, 2 threads, per thread", 0.5, ComputationAim);
        Report("storage", "with reads and writes", 1, StorageAim);
        Ratio("neighbours", "factor model's nearest neighbours alone");
        Ratio("exhaustive", "ensemble over all tracks");
        MeasureNewListeners(model, recommender);
        return 0;

        void Report(string name, string title, double factor, double aim)
        {
            var rate = Statistics.Of(rates[name].Select(value => value * factor));
            Console.WriteLine($"{title}: {rate.Median:0} playlists/s ({rate.Minimum:0}–{rate.Maximum:0}); "
                + $"aim: at least {aim:0}{(rate.Median < aim ? ", MISSED" : "")}");
        }

        void Ratio(string name, string title)
        {
            var ratio = Statistics.Of(rates["one"].Zip(rates[name], (mine, theirs) => mine / theirs));
            Console.WriteLine($"{title}: {Statistics.Of(rates[name]).Median:0.0} listeners/s; the recommender's rate is "
                + $"{ratio.Median:0.00} times that ({ratio.Minimum:0.00}–{ratio.Maximum:0.00})");
        }
    }

    private static double Rate(int count, Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void FindNeighbours(TrainedModel model, Preference[][] histories)
    {
        var listener = new float[model.Factors.Dimensions];
        var found = new Neighbour[30];
        foreach (var history in histories)
        {
            model.Factors.FoldIn(history, listener);
            model.FactorIndex.Search(listener, found.Length, 100, new Unheard(history), found);
        }
    }

    // The scores of the ensemble, but no retrieval, limits, exploration, order or reasons.
    private static void RankAll(TrainedModel model, ReadOnlySpan<Preference[]> histories)
    {
        var count = model.Tracks.Count;
        var (listener, mean, vector) = (new float[GeneratedModel.Dimensions], new float[2][], new float[GeneratedModel.Dimensions]);
        var (signals, mixed) = (Enumerable.Range(0, 5).Select(_ => new float[count]).ToArray(), new float[count]);
        foreach (var history in histories)
        {
            model.Factors.FoldIn(history, listener);
            for (var i = 0; i < 2; i++)
            {
                mean[i] = new float[GeneratedModel.Dimensions];
                foreach (var (track, _) in history)
                {
                    (i == 0 ? model.Content : model.Audio!).CopyTo(track, vector);
                    for (var d = 0; d < vector.Length; d++) mean[i][d] += vector[d];
                }
            }

            Array.Clear(signals[1]);
            model.Items!.Score(history, signals[1]);
            for (var row = 0; row < count; row++)
            {
                signals[0][row] = model.FactorIndex.Vectors.Dot(row, listener);
                signals[2][row] = model.Content.Dot(row, mean[0]);
                signals[3][row] = model.Audio!.Dot(row, mean[1]);
                signals[4][row] = model.Tracks.Popularity(row);
            }

            ScoreMixer.Mix(
                new SignalScores
                {
                    Factors = signals[0], Items = signals[1], Content = signals[2], Audio = signals[3], Popularity = signals[4],
                },
                model.Ensemble,
                mixed);
        }
    }

    private static void MeasureNewListeners(GeneratedModel model, Recommender recommender)
    {
        const int Known = 10, Held = 10, Listeners = 500;
        var popular = model.Model.Popular.Find(PopularTracks.World, null).Tracks.ToArray();
        var (hits, popularHits) = (0, 0);
        for (var seed = 0; seed < Listeners; seed++)
        {
            var rows = GeneratedListeners.Rows(model, 1_000_000 + seed, Known + Held);
            var (known, held) = (rows[..Known], rows[Known..].Select(GeneratedModel.Id).ToHashSet());
            var picks = recommender.Recommend(GeneratedListeners.Of(known), seed, GeneratedListeners.Now);
            if (picks.Any(pick => held.Contains(pick.TrackId))) hits++;
            if (popular.Except(known).Take(picks.Count).Any(row => held.Contains(GeneratedModel.Id(row)))) popularHits++;
        }

        var ratio = hits / (double)Math.Max(popularHits, 1);
        Console.WriteLine($"new listeners after {Known} plays: hit@30 {hits / (double)Listeners:0.000}, popularity's "
            + $"{popularHits / (double)Listeners:0.000}, ratio {ratio:0.0}; aim: at least {HitAim}{(ratio < HitAim ? ", MISSED" : "")}");
    }

    private sealed class Unheard(Preference[] history) : RowFilter
    {
        private readonly HashSet<int> heard = [.. history.Select(preference => preference.Track)];

        public override bool Matches(int row) => !heard.Contains(row);
    }
}
