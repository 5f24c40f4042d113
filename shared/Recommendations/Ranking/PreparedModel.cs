using System.Collections.Concurrent;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// A model with what recommenders derive from it alone (the most popular, new and covered tracks), computed once, and the recommenders of
/// each settings. Safe for concurrent use.
/// </summary>
public sealed class PreparedModel
{
    private const int MostPopularTracks = 500;

    // Settings come from a few places in the code. A recommender of further ones is not kept, because it has working memory.
    private const int MaxKept = 32;

    private readonly ConcurrentDictionary<int, NewTracks> newTracks = new();
    private readonly ConcurrentDictionary<RankingOptions, Recommender> recommenders = new();
    private readonly ConcurrentDictionary<EnsembleOptions, SeedRecommender> seedRecommenders = new();

    /// <summary>Prepares a model, which must not be disposed before the last use. Takes about 0.1 s per million tracks.</summary>
    public PreparedModel(TrainedModel model)
    {
        Model = model;
        MostPopular = FindMostPopular();
        Covered = model.Items is { } items ? new CoveredTracks(items) : null;
        _ = NewTracksOf(new RankingOptions().NewTrackDays);
    }

    /// <summary>The model.</summary>
    public TrainedModel Model { get; }

    /// <summary>The rows of the most played tracks, the most played first.</summary>
    internal int[] MostPopular { get; }

    /// <summary>The tracks that the item model covers, if there is one.</summary>
    internal CoveredTracks? Covered { get; }

    /// <summary>Returns the recommender of some settings.</summary>
    /// <exception cref="ArgumentException">A setting is invalid.</exception>
    public Recommender With(RankingOptions options) =>
        recommenders.TryGetValue(options, out var known) ? known
        : recommenders.Count >= MaxKept ? new Recommender(this, options)
        : recommenders.GetOrAdd(options, missing => new Recommender(this, missing));

    /// <summary>Returns the recommender from seeds of some weights of the signals.</summary>
    /// <param name="ensemble">The weights; null for those of the model.</param>
    /// <exception cref="ArgumentException">A weight is invalid.</exception>
    public SeedRecommender SeedsWith(EnsembleOptions? ensemble)
    {
        var key = ensemble ?? Model.Ensemble;
        return seedRecommenders.TryGetValue(key, out var known) ? known
            : seedRecommenders.Count >= MaxKept ? new SeedRecommender(this, key)
            : seedRecommenders.GetOrAdd(key, missing => new SeedRecommender(this, missing));
    }

    /// <summary>Returns the tracks that are new for a number of days.</summary>
    internal NewTracks NewTracksOf(int days) =>
        newTracks.GetOrAdd(days, missing => new NewTracks(Model.Tracks, Model.Factors, missing));

    private int[] FindMostPopular()
    {
        var best = new PriorityQueue<int, (float, int)>();
        for (var row = 0; row < Model.Tracks.Count; row++)
        {
            var popularity = Model.Tracks.Popularity(row);
            if (popularity == 0) continue;
            if (best.Count < MostPopularTracks) best.Enqueue(row, (popularity, -row));
            else best.EnqueueDequeue(row, (popularity, -row));
        }

        var rows = new int[best.Count];
        for (var i = rows.Length - 1; i >= 0; i--) rows[i] = best.Dequeue();
        return rows;
    }
}
