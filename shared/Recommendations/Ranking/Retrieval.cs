using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Ranking;

/// <summary>
/// The retrieval of a listener's candidates from several sources. The number of candidates and the effort are bounded by the options,
/// whatever the number of tracks. Used again for the next listener, so that nothing is allocated.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="options">The settings.</param>
/// <param name="newTracks">The new tracks of the model.</param>
/// <param name="mostPopular">The rows of the most popular tracks of the model.</param>
internal sealed class Retrieval(TrainedModel model, RankingOptions options, NewTracks newTracks, int[] mostPopular)
{
    // Random choices are made among so many tracks, so that lists differ from week to week.
    private const int RecentPool = 20;
    private const int GenrePool = 50;

    private const int NewTrackSample = 32;
    private const int PopularSample = 32;
    private const int LikelySample = 60;
    private const int TracksPerGenre = 20;
    private const int TracksPerArtist = 10;
    private const int ExploredGenres = 10;
    private const int TracksPerExploredGenre = 5;
    private const int MaxScan = 20_000;

    private readonly TrackTable tracks = model.Tracks;
    private readonly int[] rows = new int[Math.Max(options.ItemCandidates, NewTrackSample)];
    private readonly float[] query = new float[Math.Max(model.Content.Dimensions, model.Audio?.Dimensions ?? 0)];
    private readonly Neighbour[] found =
        new Neighbour[Math.Max(options.FactorCandidates, Math.Max(options.SimilarCandidates, options.CandidatesPerRecentTrack))];

    /// <summary>Adds the tracks that the listener is likely to like.</summary>
    public void AddLikely(ListenerProfile profile, ItemScores items, MarketPopularity popularity, Random random, CandidateSet candidates)
    {
        AddNeighbours(model.FactorIndex, profile.Factors, options.FactorCandidates, profile, candidates);
        var count = items.FindBest(options.ItemCandidates, profile, rows);
        foreach (var row in rows.AsSpan(0, count)) candidates.TryAdd(row);
        AddNeighbours(model.ContentIndex, profile.Content, options.SimilarCandidates, profile, candidates);
        AddNeighbours(model.AudioIndex, profile.Audio, options.SimilarCandidates, profile, candidates);
        AddRecent(profile, random, candidates);
        AddFamiliar(profile, candidates);
        // The less is known, the more popular tracks.
        var popular = options.PopularCandidates * (profile.Recent.Length < 10 ? 2 : 1);
        AddFirst(popularity.Tracks, popular, profile, candidates);
        AddFirst(popularity.TracksNow, popular / 2, profile, candidates);
        AddFirst(mostPopular, popular / 2, profile, candidates);
        AddNew(profile, random, candidates);
    }

    /// <summary>Adds tracks that are neither by artists nor of genres that the listener has played lately.</summary>
    public void AddUnfamiliar(
        ListenerProfile profile, MarketPopularity popularity, Random random, CandidateSet likely, CandidateSet candidates)
    {
        foreach (var candidate in likely.Order[..Math.Min(likely.Count, LikelySample)])
            if (!profile.IsFamiliar(likely.Row(candidate))) candidates.TryAdd(likely.Row(candidate));
        for (var drawn = 0; drawn < ExploredGenres && tracks.GenreCount > 0; drawn++)
        {
            var genre = random.Next(tracks.GenreCount);
            if (profile.IsFamiliarGenre(genre)) continue;
            var best = tracks.GenreTracks(genre);
            for (var i = 0; i < TracksPerExploredGenre && best.Length > 0; i++)
                AddUnfamiliar(best[random.Next(Math.Min(best.Length, GenrePool))], profile, candidates);
        }

        var count = newTracks.Sample(random, rows.AsSpan(0, NewTrackSample));
        foreach (var row in rows.AsSpan(0, count)) AddUnfamiliar(row, profile, candidates);
        var popular = popularity.Tracks;
        for (var i = 0; i < PopularSample && popular.Length > 0; i++)
            AddUnfamiliar(popular[random.Next(popular.Length)], profile, candidates);
    }

    /// <summary>Adds unfamiliar tracks from a random part of the catalog until there are enough.</summary>
    public void FillUnfamiliar(ListenerProfile profile, int enough, Random random, CandidateSet candidates)
    {
        for (int i = 0, row = Start(random); i < Math.Min(tracks.Count, MaxScan) && candidates.Count < enough; i++, row = Next(row))
            AddUnfamiliar(row, profile, candidates);
    }

    /// <summary>Adds tracks from a random part of the catalog until there are enough.</summary>
    public void Fill(ListenerProfile profile, int enough, Random random, CandidateSet candidates)
    {
        AddFirst(mostPopular, enough - candidates.Count, profile, candidates);
        for (int i = 0, row = Start(random); i < Math.Min(tracks.Count, MaxScan) && candidates.Count < enough; i++, row = Next(row))
            if (profile.Matches(row)) candidates.TryAdd(row);
    }

    private int Start(Random random) => tracks.Count == 0 ? 0 : random.Next(tracks.Count);

    private int Next(int row) => row + 1 == tracks.Count ? 0 : row + 1;

    private void AddUnfamiliar(int row, ListenerProfile profile, CandidateSet candidates)
    {
        if (!candidates.Contains(row) && !profile.IsFamiliar(row) && profile.Matches(row)) candidates.TryAdd(row);
    }

    private void AddNeighbours(
        NeighbourIndex? index, ReadOnlySpan<float> query, int most, ListenerProfile profile, CandidateSet candidates)
    {
        if (index is null || query.IsEmpty || most == 0) return;
        var count = index.Search(query, most, most, profile, found);
        foreach (var (row, similarity) in found.AsSpan(0, count))
            if (similarity > 0) candidates.TryAdd(row);
    }

    private void AddRecent(ListenerProfile profile, Random random, CandidateSet candidates)
    {
        if (profile.Recent.IsEmpty) return;
        for (var i = 0; i < options.RecentTracks; i++)
        {
            var row = profile.Recent[random.Next(Math.Min(profile.Recent.Length, RecentPool))];
            Add(i % 2 == 0 || model.AudioIndex is null ? model.ContentIndex : model.AudioIndex, row);
        }

        void Add(NeighbourIndex index, int row)
        {
            var vector = query.AsSpan(0, index.Vectors.Dimensions);
            index.Vectors.CopyTo(row, vector);
            if (vector.IndexOfAnyExcept(0f) >= 0)
                AddNeighbours(index, vector, options.CandidatesPerRecentTrack, profile, candidates);
        }
    }

    // The most popular tracks of the artists and genres that were chosen or played last.
    private void AddFamiliar(ListenerProfile profile, CandidateSet candidates)
    {
        const int Recent = 5;
        foreach (var artist in profile.ChosenArtists) AddFirst(tracks.ArtistTracks(artist), TracksPerArtist, profile, candidates);
        foreach (var genre in profile.ChosenGenres) AddFirst(tracks.GenreTracks(genre), TracksPerGenre, profile, candidates);
        var recent = profile.Recent[..Math.Min(profile.Recent.Length, Recent)];
        for (var i = 0; i < recent.Length; i++)
        {
            if (tracks.Artist(recent[i]) is var artist and >= 0)
                AddFirst(tracks.ArtistTracks(artist), options.TracksPerArtist, profile, candidates);
            var genres = tracks.Genres(recent[i]);
            if (genres.Length > 0 && !IsGenreOf(recent[..i], genres[0]))
                AddFirst(tracks.GenreTracks(genres[0]), TracksPerGenre, profile, candidates);
        }
    }

    private bool IsGenreOf(ReadOnlySpan<int> rows, ushort genre)
    {
        foreach (var row in rows)
            if (tracks.Genres(row) is [var first, ..] && first == genre) return true;
        return false;
    }

    private static void AddFirst(ReadOnlySpan<int> from, int most, ListenerProfile profile, CandidateSet candidates)
    {
        const int MostRejected = 500;
        var rejected = 0;
        for (var i = 0; i < from.Length && most > 0 && rejected < MostRejected; i++)
        {
            if (!profile.Matches(from[i])) rejected++;
            else if (candidates.TryAdd(from[i])) most--;
        }
    }

    // The new tracks of a sample that resemble best what the listener likes.
    private void AddNew(ListenerProfile profile, Random random, CandidateSet candidates)
    {
        const int Most = 12;
        Span<float> best = stackalloc float[Most];
        var count = newTracks.Sample(random, rows.AsSpan(0, NewTrackSample));
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            var row = rows[i];
            if (!profile.Matches(row)) continue;
            var similarity = profile.Content.IsEmpty ? 0 : model.Content.Dot(row, profile.Content);
            if (!profile.Audio.IsEmpty) similarity += model.Audio!.Dot(row, profile.Audio);
            if (kept == Most && !(similarity > best[^1])) continue;
            var position = kept < Most ? kept++ : Most - 1;
            for (; position > 0 && best[position - 1] < similarity; position--)
                (best[position], rows[position]) = (best[position - 1], rows[position - 1]);
            (best[position], rows[position]) = (similarity, row);
        }

        foreach (var row in rows.AsSpan(0, kept)) candidates.TryAdd(row);
    }
}
