using System.Runtime.InteropServices;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Training;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Mixes;

/// <summary>The artists and genres of a track.</summary>
/// <param name="Artists">The ids of the artists.</param>
/// <param name="Genres">The names of the genres.</param>
public sealed record TrackTags(IReadOnlyCollection<UInt128> Artists, IReadOnlyCollection<string> Genres);

/// <summary>Vectors of tracks whose cosine is high if the same listeners like the tracks. Safe for concurrent use.</summary>
public abstract class TasteVectors
{
    /// <summary>The number of dimensions.</summary>
    public abstract int Dimensions { get; }

    /// <summary>
    /// Returns the vectors of a model: half factors, half content; content alone for tracks that the factor model knows nothing about.
    /// </summary>
    /// <param name="model">The model.</param>
    public static TasteVectors Of(TrainedModel model) => new ModelVectors(model);

    /// <summary>Returns vectors by common genres and artists, without a model.</summary>
    /// <param name="tracks">The tracks.</param>
    public static TasteVectors Of(IReadOnlyDictionary<UInt128, TrackTags> tracks) => new TagVectors(tracks);

    /// <summary>Writes the vector of a track, of length 1. Returns false if nothing is known about the track.</summary>
    /// <param name="track">The track's id.</param>
    /// <param name="vector">Receives the vector. It is undefined if nothing is known.</param>
    public abstract bool TryWrite(UInt128 track, Span<float> vector);

    /// <summary>Scales a vector to length 1. Returns false if it is 0.</summary>
    internal static bool Normalize(Span<float> vector)
    {
        Norm.Normalize(vector);
        return vector.IndexOfAnyExcept(0f) >= 0;
    }

    private sealed class ModelVectors(TrainedModel model) : TasteVectors
    {
        private readonly int factors = model.Factors.Dimensions;

        public override int Dimensions => factors + model.Content.Dimensions;

        public override bool TryWrite(UInt128 track, Span<float> vector)
        {
            if (!model.Tracks.TryFind(track, out var row)) return false;
            var own = vector[..factors];
            var content = vector[factors..];
            model.Factors.Track(row).CopyTo(own);
            model.Content.CopyTo(row, content);
            Normalize(own);
            Normalize(content);
            return Normalize(vector);
        }
    }

    // A dimension per genre and artist. Artists count for less, because clusters by artist have no neighbors.
    private sealed class TagVectors(IReadOnlyDictionary<UInt128, TrackTags> tracks) : TasteVectors
    {
        private const float ArtistWeight = 0.5f;

        private readonly Dictionary<string, int> genres = Number(tracks.Values.SelectMany(tags => tags.Genres));
        private readonly Dictionary<UInt128, int> artists = Number(tracks.Values.SelectMany(tags => tags.Artists));

        public override int Dimensions => Math.Max(1, genres.Count + artists.Count);

        public override bool TryWrite(UInt128 track, Span<float> vector)
        {
            if (!tracks.TryGetValue(track, out var tags)) return false;
            vector.Clear();
            foreach (var genre in tags.Genres) vector[genres[genre]] = 1;
            foreach (var artist in tags.Artists) vector[genres.Count + artists[artist]] = ArtistWeight;
            return Normalize(vector);
        }

        private static Dictionary<T, int> Number<T>(IEnumerable<T> names) where T : notnull
        {
            var numbers = new Dictionary<T, int>();
            foreach (var name in names) numbers.TryAdd(name, numbers.Count);
            return numbers;
        }
    }
}

/// <summary>A table of unit vectors.</summary>
/// <param name="dimensions">The number of dimensions.</param>
internal sealed class UnitVectors(int dimensions)
{
    private readonly List<float> numbers = [];

    /// <summary>The number of vectors.</summary>
    public int Count => numbers.Count / dimensions;

    /// <summary>The number of dimensions.</summary>
    public int Dimensions => dimensions;

    /// <summary>Returns a vector.</summary>
    public Span<float> this[int index] => CollectionsMarshal.AsSpan(numbers).Slice(index * dimensions, dimensions);

    /// <summary>Adds a vector of zeros.</summary>
    public Span<float> Add()
    {
        CollectionsMarshal.SetCount(numbers, numbers.Count + dimensions);
        var added = this[Count - 1];
        added.Clear();
        return added;
    }

    /// <summary>Removes the last vector.</summary>
    public void RemoveLast() => CollectionsMarshal.SetCount(numbers, numbers.Count - dimensions);

    /// <summary>Returns the cosine of a vector and another one of length 1.</summary>
    public float Cosine(int index, ReadOnlySpan<float> other) => Kernels.Dot(this[index], other);
}
