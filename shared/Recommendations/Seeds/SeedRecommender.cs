using System.Collections.Concurrent;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Seeds;

/// <summary>
/// A recommender of tracks from seeds: neighbours of the seeds by all signals, ranked by the ensemble as if the seeds were the history of a
/// listener, and by the distance from targets of attributes. The effort of a call is bounded, whatever the number of tracks of the model.
/// Safe for concurrent use; each concurrent call takes working memory, which is used again.
/// </summary>
public sealed class SeedRecommender
{
    // Neighbours by each signal, at first and if too few of them are within the limits.
    private const int Neighbours = 600;
    private const int NeighboursForTargets = 1_200;
    private const int MoreNeighbours = 6_000;
    private const int Listed = 600;
    private const int MoreListed = 20_000;

    // The weights, in standard deviations, beside a relevance of weight 1.
    private const float TargetWeight = 2;
    private const float ListenerWeight = 0.4f;

    private readonly TrainedModel model;
    private readonly RankingOptions options;
    private readonly SharedTables shared;
    private readonly ConcurrentBag<Workspace> workspaces = [];

    /// <summary>Creates a recommender of a model, which must not be disposed before the last call returns.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ensemble">The weights of the signals; null for those of the model.</param>
    /// <exception cref="ArgumentException">A weight is invalid.</exception>
    public SeedRecommender(TrainedModel model, EnsembleOptions? ensemble = null) : this(new PreparedModel(model), ensemble)
    {
    }

    /// <summary>Creates a recommender of a prepared model.</summary>
    /// <exception cref="ArgumentException">A weight is invalid.</exception>
    internal SeedRecommender(PreparedModel prepared, EnsembleOptions? ensemble)
    {
        // Unlike a short history, few seeds do not make the taste uncertain.
        options = new RankingOptions { Ensemble = ensemble, NewListenerPlays = 0 };
        options.Validate();
        model = prepared.Model;
        shared = new SharedTables(prepared.NewTracksOf(options.NewTrackDays), prepared.MostPopular, prepared.Covered);
    }

    /// <summary>
    /// Recommends a list. It is shorter than <see cref="SeedRequest.Count"/> if the seeds have too few neighbours within the limits.
    /// </summary>
    /// <param name="request">The seeds and conditions.</param>
    /// <param name="seed">The seed of the random choices: the same request, seed and time give the same list.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ArgumentException">The request is invalid.</exception>
    public SeedRecommendations Recommend(SeedRequest request, int seed, DateTimeOffset now)
    {
        request.Validate();
        var workspace = Rent();
        var result = workspace.Recommend(request, new Random(seed), now);
        workspaces.Add(workspace);
        return result;
    }

    /// <summary>
    /// Returns the artists whose tracks are nearest to those of an artist, the nearest first. Empty if the model knows neither the artist
    /// nor their genres.
    /// </summary>
    /// <param name="artist">The artist, with genres for an artist whom the model does not know.</param>
    /// <param name="count">The largest number of artists, at least 1.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<UInt128> RelatedArtists(Seed artist, int count, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var workspace = Rent();
        var result = workspace.RelatedArtists(artist, count, now);
        workspaces.Add(workspace);
        return result;
    }

    private Workspace Rent() => workspaces.TryTake(out var free) ? free : new Workspace(model, options, shared);

    private sealed record SharedTables(NewTracks NewTracks, int[] MostPopular, CoveredTracks? Covered);

    private sealed class Workspace(TrainedModel model, RankingOptions options, SharedTables shared)
    {
        private readonly SeedTracks seeds = new(model.Tracks);
        private readonly SeedFilter filter = new(model.Tracks);
        private readonly SeedRetrieval retrieval = new(model, options, shared.MostPopular);
        private readonly ListenerProfile profile = new(model, options);
        private readonly ListenerProfile listener = new(model, options);
        private readonly ItemScores items = new(model.Items, shared.Covered);
        private readonly MarketPopularity popularity = new(model);
        private readonly CandidateSet candidates = new(model, options);
        private readonly SeedSelection selection = new(model.Tracks);
        private readonly TrackOrder order = new(model.Tracks);
        private readonly SeedReasons reasons = new(model, options, shared.NewTracks);
        private float[] additions = new float[1024];
        private float[] signal = new float[1024];

        public SeedRecommendations Recommend(SeedRequest request, Random random, DateTimeOffset now)
        {
            var profile = Rank(request, random, now);
            selection.Select(request, candidates, retrieval);
            if (!filter.Attributes.HasTargets) order.Arrange(selection.Tracks);
            var picks = new Pick[selection.Tracks.Count];
            for (var i = 0; i < picks.Length; i++)
            {
                var track = selection.Tracks[i];
                var reason = reasons.Find(track, seeds, profile, candidates, popularity);
                picks[i] = new Pick(model.Tracks.Id(track.Row), reason, float.IsFinite(track.Score) ? track.Score : 0);
            }

            return new SeedRecommendations(picks, [.. retrieval.Pools]);
        }

        public IReadOnlyList<UInt128> RelatedArtists(Seed artist, int count, DateTimeOffset now)
        {
            // Several good tracks say more about an artist than one, and the first tracks more than the last ones.
            const int TracksPerArtist = 3;
            const float Smoothing = 20;
            _ = Rank(new SeedRequest { Seeds = [artist], ExcludedArtists = new[] { artist.Id }, AnyMarket = true }, new Random(0), now);
            var artists = new Dictionary<int, (int Tracks, float Score)>();
            for (var rank = 0; rank < candidates.Count; rank++)
            {
                var number = model.Tracks.Artist(candidates.Row(candidates.Order[rank]));
                if (number < 0) continue;
                var (tracks, score) = artists.GetValueOrDefault(number);
                if (tracks < TracksPerArtist) artists[number] = (tracks + 1, score + (1 / (Smoothing + rank)));
            }

            return
            [
                .. artists.OrderByDescending(known => known.Value.Score).ThenBy(known => known.Key).Take(count)
                    .Select(known => model.Tracks.ArtistId(known.Key)),
            ];
        }

        private ListenerProfile Rank(SeedRequest request, Random random, DateTimeOffset now)
        {
            seeds.Load(request.Seeds);
            filter.Load(request, now);
            listener.Load(request.Listener ?? new ListenerInput(), now);
            var profile = LoadProfile(request, now);
            Retrieve(request, profile, random);
            items.Load(profile.History);
            candidates.Rank(profile, items, popularity, shared.NewTracks);
            Adjust(request, random);
            return profile;
        }

        // Without seeds, the listener's own taste ranks the tracks.
        private ListenerProfile LoadProfile(SeedRequest request, DateTimeOffset now)
        {
            var market = Tracks.MarketCode.Parse(request.Market);
            profile.Load(seeds.All, market, now);
            popularity.Load(profile);
            return request.Seeds.Count == 0 ? listener : profile;
        }

        private void Retrieve(SeedRequest request, ListenerProfile profile, Random random)
        {
            if (request.Seeds.Count == 0)
            {
                retrieval.RetrieveAny(profile, popularity, filter, random, candidates);
                return;
            }

            var neighbours = filter.Attributes.HasTargets ? NeighboursForTargets : Neighbours;
            retrieval.Retrieve(seeds, filter, neighbours + request.Count, Listed, candidates);
            if (candidates.Count >= request.Count * 3) return;
            // More neighbours, whose search is slow, would hardly have the genre. The list of a genre has all of its tracks.
            var ofGenres = request.Genres.Count > 0 && request.Seeds.Any(seed => seed.Kind == SeedKind.Genre);
            retrieval.Retrieve(seeds, filter, ofGenres ? neighbours + request.Count : MoreNeighbours, MoreListed, candidates);
        }

        private void Adjust(SeedRequest request, Random random)
        {
            if (additions.Length < candidates.Count)
            {
                additions = new float[candidates.Count * 2];
                signal = new float[candidates.Count * 2];
            }

            var sums = additions.AsSpan(0, candidates.Count);
            var values = signal.AsSpan(0, candidates.Count);
            sums.Clear();
            if (filter.Attributes.HasTargets)
            {
                for (var i = 0; i < values.Length; i++) values[i] = filter.Attributes.Distance(candidates.Row(i));
                Add(ScoreMixer.Normalize(values), -TargetWeight, sums);
            }

            if (request.Seeds.Count > 0 && !listener.Factors.IsEmpty)
            {
                for (var i = 0; i < values.Length; i++)
                    values[i] = Kernels.Dot(model.Factors.Track(candidates.Row(i)), listener.Factors);
                Add(ScoreMixer.Normalize(values), ListenerWeight, sums);
            }

            if (request.Variety > 0)
                foreach (ref var sum in sums) sum += request.Variety * MathF.Sqrt(12) * (random.NextSingle() - 0.5f);
            candidates.Adjust(sums);
        }

        private static void Add(ReadOnlySpan<float> normalized, float weight, Span<float> sums)
        {
            for (var i = 0; i < normalized.Length; i++) sums[i] += weight * normalized[i];
        }
    }
}
