using System.Runtime.InteropServices;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Content;

/// <summary>
/// A vector per track from all that is known about it except its sound and its listeners: genres, artists, album, year, the artists' other
/// tracks, and the playlists that contain it. The features are weighted by their inverse document frequency and projected on random
/// directions. Playlists are random indexing (Kanerva 2000) with one reflection: a playlist is the sum of its tracks and the words of its
/// title, a track gains the sum of its playlists. The vectors depend only on the input and the options.
/// </summary>
public sealed class ContentVectors
{
    private readonly TrackTable tracks;
    private readonly IReadOnlyList<PlaylistContents> playlists;
    private readonly ContentOptions options;
    private readonly ParallelOptions parallel;
    private readonly int dimensions;
    private readonly float[] vectors;
    private readonly Dictionary<string, int> wordCounts = new(StringComparer.Ordinal);
    private readonly ulong[][] genreFeatures;
    private readonly float[][] genreWeights;

    private ContentVectors(TrackTable tracks, IReadOnlyList<PlaylistContents> playlists, ContentOptions options, ParallelOptions parallel)
    {
        options.Validate();
        (this.tracks, this.playlists, this.options, this.parallel) = (tracks, playlists, options, parallel);
        dimensions = options.Dimensions;
        vectors = new float[checked(tracks.Count * dimensions)];
        (genreFeatures, genreWeights) = GenreFeatures();
    }

    /// <summary>Computes the vectors.</summary>
    /// <param name="tracks">The tracks.</param>
    /// <param name="playlists">The playlists. Rows that are out of range are ignored.</param>
    /// <param name="options">The settings.</param>
    /// <param name="threads">The number of threads, at least 1. The vectors do not depend on it.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The vectors, one after the other, of length 1 each, or 0 if nothing is known about the track.</returns>
    /// <exception cref="ArgumentException">A setting is invalid.</exception>
    public static float[] Build(
        TrackTable tracks,
        IReadOnlyList<PlaylistContents> playlists,
        ContentOptions options,
        int threads,
        IProgress<TrainingProgress>? progress,
        CancellationToken ct)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct };
        var content = new ContentVectors(tracks, playlists, options, parallel);
        Action[] steps = [content.AddMetadata, content.AddArtistTracks, content.AddPlaylists];
        for (var i = 0; i < steps.Length; i++)
        {
            ct.ThrowIfCancellationRequested();
            steps[i]();
            progress?.Report(new TrainingProgress("content", i + 1, steps.Length));
        }

        return content.vectors;
    }

    private Span<float> Vector(int row) => vectors.AsSpan(row * dimensions, dimensions);

    // The rarer a feature, the more it says. A feature of one track only tells it apart from all others, which is of no use.
    private float InverseFrequency(int count) => count < 2 ? 0 : MathF.Log(1 + ((float)tracks.Count / count));

    private void AddMetadata()
    {
        var albumSizes = new int[tracks.AlbumCount];
        foreach (var album in tracks.Columns.Albums.Span)
            if (album >= 0) albumSizes[album]++;
        var strongest = InverseFrequency(2);
        Parallel.For(0, tracks.Count, parallel, row =>
        {
            Span<float> part = stackalloc float[dimensions];
            var vector = Vector(row);
            foreach (var genre in tracks.Genres(row))
            {
                for (var i = 0; i < genreFeatures[genre].Length; i++)
                    RandomDirections.Add(genreFeatures[genre][i], genreWeights[genre][i], part);
            }

            Accumulate(part, options.Genres, vector);
            foreach (var artist in tracks.Artists(row))
            {
                var weight = InverseFrequency(tracks.ArtistTracks(artist).Length);
                if (weight > 0)
                    RandomDirections.Add(RandomDirections.Feature(options.Seed, FeatureKind.Artist, tracks.ArtistId(artist)), weight, part);
            }

            Accumulate(part, options.Artists, vector);
            if (tracks.Album(row) is var number and >= 0 && albumSizes[number] > 1)
                RandomDirections.Add(RandomDirections.Feature(options.Seed, FeatureKind.Album, tracks.AlbumId(number)), strongest, part);
            Accumulate(part, options.Album, vector);
            if (tracks.Year(row) is var year and > 0) AddYear(year, part);
            Accumulate(part, options.Year, vector);
            Normalize(vector);
        });
    }

    // Overlapping periods of 8 years: the nearer two years are, the more periods they share.
    private void AddYear(int year, Span<float> part)
    {
        const int Length = 8;
        for (var offset = 0; offset < Length; offset++)
        {
            var period = (UInt128)((((year + offset) / Length) * Length) + offset);
            RandomDirections.Add(RandomDirections.Feature(options.Seed, FeatureKind.Years, period), 1, part);
        }
    }

    private void AddArtistTracks()
    {
        const int MostTracks = 200;
        if (options.ArtistTracks == 0) return;
        var artists = new float[checked(tracks.ArtistCount * dimensions)];
        Parallel.For(0, tracks.ArtistCount, parallel, artist =>
        {
            var rows = tracks.ArtistTracks(artist);
            var sum = artists.AsSpan(artist * dimensions, dimensions);
            if (rows.Length < 2) return;
            foreach (var row in rows[..Math.Min(rows.Length, MostTracks)]) Kernels.AddScaled(sum, 1, Vector(row));
            Normalize(sum);
        });
        Parallel.For(0, tracks.Count, parallel, row =>
        {
            var vector = Vector(row);
            var numbers = tracks.Artists(row);
            foreach (var artist in numbers)
                Kernels.AddScaled(vector, options.ArtistTracks / numbers.Length, artists.AsSpan(artist * dimensions, dimensions));
            Normalize(vector);
        });
    }

    private void AddPlaylists()
    {
        if (options.Playlists == 0) return;
        var entries = new List<Interaction>();
        for (var playlist = 0; playlist < playlists.Count; playlist++)
        {
            foreach (var row in playlists[playlist].Tracks)
                if ((uint)row < (uint)tracks.Count) entries.Add(new Interaction(playlist, row, 1));
        }

        var byPlaylist = InteractionMatrix.Build(playlists.Count, tracks.Count, CollectionsMarshal.AsSpan(entries));
        var byTrack = byPlaylist.Transpose();
        var sums = new float[checked(playlists.Count * dimensions)];
        Parallel.For(0, playlists.Count, parallel, playlist => Sum(playlist, byPlaylist, byTrack, sums));
        Parallel.For(0, tracks.Count, parallel, row =>
        {
            Span<float> part = stackalloc float[dimensions];
            foreach (var playlist in byTrack.Columns(row))
            {
                // A playlist of few tracks says more about each of them.
                var weight = 1 / MathF.Log(2 + byPlaylist.Length(playlist));
                Kernels.AddScaled(part, weight, sums.AsSpan(playlist * dimensions, dimensions));
            }

            // The more playlists, the surer is their sum.
            var count = byTrack.Length(row);
            Accumulate(part, options.Playlists * count / (count + 2f), Vector(row));
            Normalize(Vector(row));
        });
    }

    private void Sum(int playlist, InteractionMatrix byPlaylist, InteractionMatrix byTrack, float[] sums)
    {
        Span<float> part = stackalloc float[dimensions];
        var sum = sums.AsSpan(playlist * dimensions, dimensions);
        foreach (var row in byPlaylist.Columns(playlist))
        {
            Kernels.AddScaled(sum, 1, Vector(row));
            var weight = byTrack.Length(row) < 2 ? 0 : MathF.Log(1 + ((float)playlists.Count / byTrack.Length(row)));
            RandomDirections.Add(RandomDirections.Feature(options.Seed, FeatureKind.Track, tracks.Id(row)), weight, part);
        }

        Normalize(sum);
        Accumulate(part, 1, sum);
        foreach (var word in RandomDirections.Words(playlists[playlist].Title))
        {
            if (wordCounts.TryGetValue(word, out var count) && count > 1)
                RandomDirections.Add(RandomDirections.Feature(options.Seed, FeatureKind.Word, word), 1 / MathF.Log(1 + count), part);
        }

        Accumulate(part, 0.5f, sum);
        Normalize(sum);
    }

    // A genre, and the words of its name, because "acid house" is a kind of house. Words are those of titles, too.
    private (ulong[][] Features, float[][] Weights) GenreFeatures()
    {
        var genreCounts = new int[tracks.GenreCount];
        for (var row = 0; row < tracks.Count; row++)
        {
            foreach (var genre in tracks.Genres(row)) genreCounts[genre]++;
        }

        foreach (var word in playlists.SelectMany(playlist => RandomDirections.Words(playlist.Title)))
            CollectionsMarshal.GetValueRefOrAddDefault(wordCounts, word, out _)++;
        var words = new HashSet<string>[tracks.GenreCount];
        var inGenres = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var genre = 0; genre < words.Length; genre++)
        {
            words[genre] = RandomDirections.Words(tracks.GenreName(genre));
            foreach (var word in words[genre])
            {
                CollectionsMarshal.GetValueRefOrAddDefault(wordCounts, word, out _)++;
                CollectionsMarshal.GetValueRefOrAddDefault(inGenres, word, out _) += genreCounts[genre];
            }
        }

        var features = new ulong[tracks.GenreCount][];
        var weights = new float[tracks.GenreCount][];
        for (var genre = 0; genre < features.Length; genre++)
        {
            features[genre] =
            [
                RandomDirections.Feature(options.Seed, FeatureKind.Genre, tracks.GenreName(genre)),
                .. words[genre].Select(word => RandomDirections.Feature(options.Seed, FeatureKind.Word, word)),
            ];
            weights[genre] =
            [
                InverseFrequency(genreCounts[genre]),
                .. words[genre].Select(word => InverseFrequency(inGenres[word]) / words[genre].Count),
            ];
        }

        return (features, weights);
    }

    // Adds a part with a weight to a vector, independent of the part's length, and clears the part.
    private static void Accumulate(Span<float> part, float weight, Span<float> vector)
    {
        Normalize(part);
        Kernels.AddScaled(vector, weight, part);
        part.Clear();
    }

    private static void Normalize(Span<float> vector)
    {
        var squares = Kernels.Dot(vector, vector);
        if (!(squares > 0)) return;
        var scale = 1 / MathF.Sqrt(squares);
        foreach (ref var number in vector) number *= scale;
    }
}
