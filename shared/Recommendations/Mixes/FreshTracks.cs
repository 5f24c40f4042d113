using System.Collections.Concurrent;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Mixes;

/// <summary>
/// The tracks of a model that were added lately, ranked by how near they are to a listener's taste. Safe for concurrent use; compares all
/// of them with the listener, about 0.1 ms per thousand.
/// </summary>
public sealed class FreshTracks
{
    /// <summary>The largest number of tracks: the newest.</summary>
    public const int MaxTracks = 10_000;

    private static readonly RankingOptions Options = new();

    private readonly TrainedModel model;
    private readonly int[] rows;
    private readonly ConcurrentBag<ListenerProfile> profiles = [];

    /// <summary>Finds the tracks of a model, which must not be disposed before the last call returns.</summary>
    /// <param name="model">The model.</param>
    /// <param name="days">The age up to which a track is fresh, compared with the track added last. At least 1.</param>
    public FreshTracks(TrainedModel model, int days)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        this.model = model;
        var last = 0;
        foreach (var day in model.Tracks.Columns.AddedDays.Span) last = Math.Max(last, day);
        rows = [.. Enumerable.Range(0, model.Tracks.Count)
            .Where(row => model.Tracks.AddedDay(row) >= Math.Max(1, last - days + 1))
            .OrderByDescending(model.Tracks.AddedDay).ThenBy(row => row)
            .Take(MaxTracks)];
    }

    /// <summary>
    /// Returns the tracks that are nearest to a listener's taste and may be recommended: not heard, not excluded, available. None for a
    /// listener about whom nothing is known. Scores are standard deviations above the mean.
    /// </summary>
    /// <param name="listener">The listener.</param>
    /// <param name="count">The largest number of tracks.</param>
    /// <param name="tracksPerArtist">The largest number of tracks by an artist.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<Pick> NearTo(ListenerInput listener, int count, int tracksPerArtist, DateTimeOffset now)
    {
        var profile = profiles.TryTake(out var used) ? used : new ListenerProfile(model, Options);
        profile.Load(listener, now);
        var picks = NearTo(profile, count, tracksPerArtist);
        profiles.Add(profile);
        return picks;
    }

    private List<Pick> NearTo(ListenerProfile profile, int count, int tracksPerArtist)
    {
        if (profile.Content.IsEmpty && profile.Audio.IsEmpty && profile.Factors.IsEmpty) return [];
        var candidates = Array.FindAll(rows, profile.Matches);
        var scores = new float[candidates.Length];
        var signals = new SignalScores
        {
            Factors = Dots(model.FactorIndex.Vectors, profile.Factors, candidates),
            Content = Dots(model.Content, profile.Content, candidates),
            Audio = model.Audio is { } audio ? Dots(audio, profile.Audio, candidates) : [],
        };
        ScoreMixer.Mix(signals, model.Ensemble, scores);
        Array.Sort(Array.ConvertAll(scores, score => -score), candidates);
        Array.Sort(scores, (one, other) => other.CompareTo(one));
        var (picks, artists) = (new List<Pick>(), new RowMap());
        for (var i = 0; i < candidates.Length && picks.Count < count && float.IsFinite(scores[i]); i++)
        {
            var (row, artist) = (candidates[i], model.Tracks.Artist(candidates[i]));
            if (artist >= 0 && artists[artist] >= tracksPerArtist) continue;
            if (artist >= 0) artists.Increment(artist);
            var genre = model.Tracks.Genres(row) is [var first, ..] ? model.Tracks.GenreName(first) : null;
            var reason = new PickReason(
                PickKind.NewTrack, Artist: artist >= 0 ? model.Tracks.ArtistId(artist) : null, Genre: genre);
            picks.Add(new Pick(model.Tracks.Id(row), reason, scores[i]));
        }

        return picks;
    }

    // A product of 0 means a zero vector: nothing is known about the track.
    private static Span<float> Dots(VectorTable vectors, ReadOnlySpan<float> query, int[] candidates)
    {
        if (query.IsEmpty) return [];
        var products = new float[candidates.Length];
        vectors.Dot(candidates, query, products);
        foreach (ref var product in products.AsSpan())
            if (product == 0) product = float.NaN;
        return products;
    }
}
