using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Seeds;

/// <summary>
/// The retrieval of the candidates of seeds. Neighbours are searched without a filter and filtered afterwards, because a search with a
/// filter that hardly any track matches would walk through the whole catalog. Used again for the next request, so that nothing is
/// allocated.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="options">The settings of the ranking.</param>
/// <param name="mostPopular">The rows of the most popular tracks of the model.</param>
internal sealed class SeedRetrieval(TrainedModel model, RankingOptions options, int[] mostPopular)
{
    private const int MaxNeighbours = 3_000;
    private const int MaxCandidates = 4_000;
    private const int MaxScan = 20_000;
    private const int SampledGenres = 100;
    private const int TracksPerSampledGenre = 50;

    private readonly TrackTable tracks = model.Tracks;
    private readonly ListenerProfile profile = new(model, options);
    private readonly Neighbour[] found = new Neighbour[MaxNeighbours];
    private readonly RowMap pool = new();
    private readonly List<(int Seed, int Rank)> best = [];
    private readonly List<SeedPool> pools = [];
    private int currentSeed;
    private int candidatesOfSeed;
    private SeedPool counts;

    /// <summary>The pool of each seed.</summary>
    public IReadOnlyList<SeedPool> Pools => pools;

    /// <summary>Returns the position of the seed to which a candidate is nearest; -1 for none.</summary>
    public int SeedOf(int candidate) => best[candidate].Seed;

    /// <summary>Finds the candidates of all seeds.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="neighbours">The number of neighbours by each signal for all seeds together.</param>
    /// <param name="listed">The number of tracks of each artist and genre of the seeds.</param>
    /// <param name="candidates">Receives the candidates.</param>
    public void Retrieve(SeedTracks seeds, SeedFilter filter, int neighbours, int listed, CandidateSet candidates)
    {
        Clear(candidates);
        var count = seeds.Seeds.Count;
        var most = Math.Clamp(neighbours / Math.Max(count, 1), 30, MaxNeighbours);
        for (currentSeed = 0; currentSeed < count; currentSeed++)
        {
            Begin();
            var seed = seeds.Seeds[currentSeed];
            if (seed.Count > 0) AddSeed(seed);
            pools.Add(counts);
        }

        void AddSeed(ResolvedSeed seed)
        {
            var limit = MaxCandidates / count;
            profile.Load(seeds.Of(seed));
            AddNeighbours(model.FactorIndex, profile.Factors, most);
            AddNeighbours(model.ContentIndex, profile.Content, most);
            AddNeighbours(model.AudioIndex, profile.Audio, most);
            if (model.Items is { } items)
            {
                foreach (var (row, _) in seeds.Of(seed))
                    foreach (var neighbour in items.Neighbours(row)) Offer(neighbour, most, limit);
            }

            if (seed.Artist >= 0) AddFirst(tracks.ArtistTracks(seed.Artist), Math.Max(1, listed / count), limit);
            if (seed.Genre >= 0)
            {
                var share = seed.Seed.Kind == SeedKind.Genre ? listed : listed / 4;
                AddFirst(tracks.GenreTracks(seed.Genre), Math.Max(1, share / count), limit);
            }

            void AddNeighbours(NeighbourIndex? index, ReadOnlySpan<float> query, int number)
            {
                if (index is null || query.IsEmpty) return;
                number = index.Search(query, number, number, null, found);
                for (var i = 0; i < number && found[i].Similarity > 0; i++) Offer(found[i].Row, i, limit);
            }
        }

        void AddFirst(ReadOnlySpan<int> rows, int number, int limit)
        {
            foreach (var row in rows[..Math.Min(rows.Length, number)]) Offer(row, most, limit);
        }

        void Offer(int row, int rank, int limit)
        {
            if (!seeds.IsSeed(row)) this.Offer(row, rank, filter, limit, candidates);
        }
    }

    /// <summary>Finds candidates without seeds: near to the listener's taste, popular ones, and those of all genres.</summary>
    /// <param name="listener">The listener, who may be unknown.</param>
    /// <param name="popularity">The popularity in the market.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="random">The random choices.</param>
    /// <param name="candidates">Receives the candidates.</param>
    public void RetrieveAny(
        ListenerProfile listener, MarketPopularity popularity, SeedFilter filter, Random random, CandidateSet candidates)
    {
        Clear(candidates);
        Begin();
        currentSeed = -1;
        AddNeighbours(model.FactorIndex, listener.Factors);
        AddNeighbours(model.ContentIndex, listener.Content);
        AddNeighbours(model.AudioIndex, listener.Audio);
        Fill(popularity, filter, MaxCandidates, candidates);
        for (var i = 0; i < Math.Min(SampledGenres, tracks.GenreCount); i++)
        {
            var best = tracks.GenreTracks(tracks.GenreCount <= SampledGenres ? i : random.Next(tracks.GenreCount));
            foreach (var row in best[..Math.Min(best.Length, TracksPerSampledGenre)]) Offer(row, 0, filter, MaxCandidates, candidates);
        }

        var position = tracks.Count == 0 ? 0 : random.Next(tracks.Count);
        for (var i = 0; i < Math.Min(tracks.Count, MaxScan) && candidates.Count < MaxCandidates; i++)
        {
            Offer(position, 0, filter, MaxCandidates, candidates);
            position = position + 1 == tracks.Count ? 0 : position + 1;
        }

        void AddNeighbours(NeighbourIndex? index, ReadOnlySpan<float> query)
        {
            if (index is null || query.IsEmpty) return;
            var number = index.Search(query, MaxNeighbours / 3, MaxNeighbours / 3, null, found);
            foreach (var (row, similarity) in found.AsSpan(0, number))
                if (similarity > 0) Offer(row, 0, filter, MaxCandidates, candidates);
        }
    }

    private void Fill(MarketPopularity popularity, SeedFilter filter, int limit, CandidateSet candidates)
    {
        foreach (var row in popularity.Tracks) Offer(row, 0, filter, limit, candidates);
        foreach (var row in mostPopular) Offer(row, 0, filter, limit, candidates);
    }

    private void Clear(CandidateSet candidates)
    {
        candidates.Clear();
        pools.Clear();
        best.Clear();
    }

    private void Begin()
    {
        pool.Clear();
        (candidatesOfSeed, counts) = (0, default);
    }

    // The rank is the position among the neighbours of the seed.
    private void Offer(int row, int rank, SeedFilter filter, int limit, CandidateSet candidates)
    {
        if (candidates.TryFind(row, out var candidate) && rank < best[candidate].Rank) best[candidate] = (currentSeed, rank);
        if (!pool.TryAdd(row, 0)) return;
        counts = counts with { Initial = counts.Initial + 1 };
        if (!filter.IsAvailable(row)) return;
        counts = counts with { AfterRelinking = counts.AfterRelinking + 1 };
        if (!filter.Matches(row)) return;
        counts = counts with { AfterFiltering = counts.AfterFiltering + 1 };
        if (candidatesOfSeed >= limit || !candidates.TryAdd(row)) return;
        candidatesOfSeed++;
        best.Add((currentSeed, rank));
    }
}
