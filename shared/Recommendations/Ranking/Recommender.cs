using System.Collections.Concurrent;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// Recommends tracks to listeners: candidates from several sources, a score from all signals, limits per artist and genre, exploration, an
/// order, a reason for each pick. Needs nothing about a listener but their input. Safe for concurrent use; each concurrent call takes
/// working memory, which is used again and does not grow with the catalog.
/// </summary>
public sealed class Recommender
{
    private readonly TrainedModel model;
    private readonly RankingOptions options;
    private readonly NewTracks newTracks;
    private readonly int[] mostPopular;
    private readonly CoveredTracks? covered;
    private readonly ConcurrentBag<Workspace> workspaces = [];

    /// <summary>Creates a recommender of a model, which must not be disposed before the last call returns.</summary>
    /// <exception cref="ArgumentException">A setting is invalid.</exception>
    public Recommender(TrainedModel model, RankingOptions options) : this(new PreparedModel(model), options)
    {
    }

    /// <summary>Creates a recommender of a prepared model.</summary>
    /// <exception cref="ArgumentException">A setting is invalid.</exception>
    internal Recommender(PreparedModel prepared, RankingOptions options)
    {
        options.Validate();
        (model, this.options) = (prepared.Model, options);
        newTracks = prepared.NewTracksOf(options.NewTrackDays);
        (mostPopular, covered) = (prepared.MostPopular, prepared.Covered);
    }

    /// <summary>
    /// Recommends a list, which is shorter than <see cref="RankingOptions.Count"/> only if not enough tracks may be recommended.
    /// </summary>
    /// <param name="listener">The listener.</param>
    /// <param name="seed">The seed of the random choices: the same listener, seed and time give the same list.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<Pick> Recommend(ListenerInput listener, int seed, DateTimeOffset now)
    {
        var workspace = Rent();
        workspace.Profile.Load(listener, now);
        var picks = workspace.Recommend(new Random(seed));
        workspaces.Add(workspace);
        return picks;
    }

    /// <summary>
    /// Ranks tracks for a listener of whom only the preferences are known, by the same candidates and scores as
    /// <see cref="Recommend"/>, but without its limits, exploration and order. All tracks may be ranked, except those of the preferences.
    /// </summary>
    /// <param name="preferences">The preferences.</param>
    /// <param name="ranked">Receives the rows and scores, the best first.</param>
    /// <returns>The number of tracks ranked.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A track of the preferences does not exist.</exception>
    public int Rank(ReadOnlySpan<Preference> preferences, Span<RankedTrack> ranked)
    {
        var workspace = Rent();
        workspace.Profile.Load(preferences);
        var count = workspace.Rank(ranked);
        workspaces.Add(workspace);
        return count;
    }

    private Workspace Rent() =>
        workspaces.TryTake(out var workspace) ? workspace : new Workspace(model, options, newTracks, mostPopular, covered);

    private sealed class Workspace(
        TrainedModel model, RankingOptions options, NewTracks newTracks, int[] mostPopular, CoveredTracks? covered)
    {
        // Enough that the limits rarely have to give way.
        private readonly int enough = options.Count * 4;

        private readonly Retrieval retrieval = new(model, options, newTracks, mostPopular);
        private readonly ItemScores items = new(model.Items, covered);
        private readonly MarketPopularity popularity = new(model);
        private readonly CandidateSet likely = new(model, options);
        private readonly CandidateSet unfamiliar = new(model, options);
        private readonly Selection selection = new(model.Tracks, options, newTracks);
        private readonly TrackOrder order = new(model.Tracks);
        private readonly ReasonFinder reasons = new(model, options, newTracks);

        public ListenerProfile Profile { get; } = new(model, options);

        public IReadOnlyList<Pick> Recommend(Random random)
        {
            Retrieve(enough, random);
            unfamiliar.Clear();
            if (options.ExplorationCount > 0)
            {
                retrieval.AddUnfamiliar(Profile, popularity, random, likely, unfamiliar);
                retrieval.FillUnfamiliar(Profile, options.ExplorationCount * 4, random, unfamiliar);
                unfamiliar.Rank(Profile, items, popularity, newTracks);
                unfamiliar.Perturb(random);
            }

            selection.Select(Profile, likely, unfamiliar);
            order.Arrange(selection.Tracks);
            var picks = new Pick[selection.Tracks.Count];
            for (var i = 0; i < picks.Length; i++)
            {
                var track = selection.Tracks[i];
                var reason = reasons.Find(track, Profile, likely, popularity);
                picks[i] = new Pick(model.Tracks.Id(track.Row), reason, float.IsFinite(track.Score) ? track.Score : 0);
            }

            return picks;
        }

        public int Rank(Span<RankedTrack> ranked)
        {
            Retrieve(ranked.Length, new Random(0));
            var count = Math.Min(ranked.Length, likely.Count);
            for (var i = 0; i < count; i++) ranked[i] = new RankedTrack(likely.Row(likely.Order[i]), likely.Score(likely.Order[i]));
            return count;
        }

        private void Retrieve(int atLeast, Random random)
        {
            items.Load(Profile.History);
            popularity.Load(Profile);
            likely.Clear();
            retrieval.AddLikely(Profile, items, popularity, random, likely);
            retrieval.Fill(Profile, atLeast, random, likely);
            likely.Rank(Profile, items, popularity, newTracks);
        }
    }
}

/// <summary>A ranked track.</summary>
/// <param name="Row">The track's row.</param>
/// <param name="Score">The score: the weighted mean of the signals, in standard deviations above the mean of the candidates.</param>
public readonly record struct RankedTrack(int Row, float Score);
