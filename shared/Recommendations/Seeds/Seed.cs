namespace Spotify.Recommendations.Seeds;

/// <summary>A track, an artist or a genre from which recommendations start.</summary>
public sealed record Seed
{
    private Seed(SeedKind kind, UInt128 id) => (Kind, Id) = (kind, id);

    /// <summary>The kind.</summary>
    public SeedKind Kind { get; }

    /// <summary>The id of the track or artist; 0 for a genre.</summary>
    public UInt128 Id { get; }

    /// <summary>The artists who stand for a track that the model does not know, the main artist first.</summary>
    public IReadOnlyList<UInt128> Artists { get; private init; } = [];

    /// <summary>
    /// The names of the genre, as in <see cref="Tracks.TrackDescription.Genres"/>; or the genres that stand for a track or an artist that
    /// the model does not know, the main genre first.
    /// </summary>
    public IReadOnlyList<string> Genres { get; private init; } = [];

    /// <summary>Returns the seed of a track.</summary>
    /// <param name="id">The track.</param>
    /// <param name="artists">Its artists, if known. They are used if the model does not know the track.</param>
    /// <param name="genres">Its genres, if known. They are used if the model knows neither the track nor an artist.</param>
    public static Seed Track(UInt128 id, IReadOnlyList<UInt128>? artists = null, IReadOnlyList<string>? genres = null) =>
        new(SeedKind.Track, id) { Artists = artists ?? [], Genres = genres ?? [] };

    /// <summary>Returns the seed of an artist.</summary>
    /// <param name="id">The artist.</param>
    /// <param name="genres">The artist's genres, if known. They are used if the model does not know the artist.</param>
    public static Seed Artist(UInt128 id, IReadOnlyList<string>? genres = null) => new(SeedKind.Artist, id) { Genres = genres ?? [] };

    /// <summary>Returns the seed of a genre.</summary>
    /// <param name="names">The name of the genre; further names, if the model has it in several spellings.</param>
    public static Seed Genre(params IReadOnlyList<string> names) => new(SeedKind.Genre, 0) { Genres = names };
}

/// <summary>The kinds of seeds.</summary>
public enum SeedKind
{
    /// <summary>A track.</summary>
    Track,

    /// <summary>An artist.</summary>
    Artist,

    /// <summary>A genre.</summary>
    Genre,
}
