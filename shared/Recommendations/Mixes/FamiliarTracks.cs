using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Mixes;

/// <summary>The tracks that a listener knows, in the order of their similarity to a seed.</summary>
public static class FamiliarTracks
{
    // The tracks that stand for an artist or a genre.
    private const int SeedTracks = 5;

    // Tracks with a lower mean of the similarities have little in common.
    private const float MinSimilarity = 0.2f;

    /// <summary>
    /// Returns the known tracks that resemble a seed by content or sound, the most similar first, without the seed itself.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="known">The tracks that the listener knows. Those that the model does not know are ignored.</param>
    /// <param name="count">The largest number of tracks.</param>
    public static IReadOnlyList<MixTrack> Nearest(TrainedModel model, Seed seed, IEnumerable<UInt128> known, int count)
    {
        var tracks = model.Tracks;
        var seeds = RowsOf(seed, tracks);
        if (seeds.Length == 0) return [];
        var (content, sound) = (Mean(model.Content, seeds), model.Audio is { } audio ? Mean(audio, seeds) : null);
        var artist = tracks.Artist(seeds[0]);
        var found = new PriorityQueue<int, (float, int)>();
        foreach (var id in known)
        {
            if (id == seed.Id || !tracks.TryFind(id, out var row)) continue;
            var similarity = Similarity(row);
            if (similarity < MinSimilarity) continue;
            if (found.Count < count) found.Enqueue(row, (similarity, -row));
            else found.EnqueueDequeue(row, (similarity, -row));
        }

        var nearest = new MixTrack[found.Count];
        for (var i = nearest.Length - 1; i >= 0; i--) nearest[i] = TrackOf(found.Dequeue());
        return nearest;

        // The mean of the similarities by artist, content and, if the sound of the seed is known, sound.
        float Similarity(int row)
        {
            var sum = (artist >= 0 && tracks.Artists(row).Contains(artist) ? 1f : 0f) + Math.Max(0, model.Content.Dot(row, content));
            if (sound is null) return sum / 2;
            return (sum + Math.Max(0, model.Audio!.Dot(row, sound))) / 3;
        }

        MixTrack TrackOf(int row)
        {
            var by = tracks.Artist(row) is >= 0 and var number ? tracks.ArtistId(number) : (UInt128?)null;
            var reason = by is not null && artist >= 0 && by == tracks.ArtistId(artist)
                ? new PickReason(PickKind.FamiliarArtist, Artist: by)
                : new PickReason(PickKind.SimilarContent, Track: tracks.Id(seeds[0]));
            return new MixTrack(tracks.Id(row), by, reason);
        }
    }

    private static int[] RowsOf(Seed seed, TrackTable tracks)
    {
        switch (seed.Kind)
        {
            case SeedKind.Track: return tracks.TryFind(seed.Id, out var row) ? [row] : [];
            case SeedKind.Artist: return tracks.TryFindArtist(seed.Id, out var artist) ? First(tracks.ArtistTracks(artist)) : [];
        }

        foreach (var name in seed.Genres)
            if (tracks.TryFindGenre(name, out var genre)) return First(tracks.GenreTracks(genre));
        return [];
    }

    private static int[] First(ReadOnlySpan<int> rows) => rows[..Math.Min(rows.Length, SeedTracks)].ToArray();

    // Of length 1, or 0 if nothing is known.
    private static float[] Mean(VectorTable table, int[] rows)
    {
        var mean = new float[table.Dimensions];
        foreach (var row in rows) table.AddTo(row, 1, mean);
        var squares = Kernels.Dot(mean, mean);
        if (!(squares > 0)) return mean;
        var scale = 1 / MathF.Sqrt(squares);
        foreach (ref var number in mean.AsSpan()) number *= scale;
        return mean;
    }
}
