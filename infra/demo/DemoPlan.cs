using Spotify.Demo.Music;
using Spotify.Domain.Users;

namespace Spotify.Demo;

/// <summary>The content of the demo catalog. Ids are derived from keys, stable texts such as <c>artist:aurora-fields</c>.</summary>
/// <param name="Markets">The countries in which the catalog is available, ISO 3166-1 alpha-2.</param>
/// <param name="Tracks">The tracks, in the order of their albums.</param>
internal sealed record DemoPlan(
    IReadOnlyList<string> Markets,
    IReadOnlyList<DemoArtist> Artists,
    IReadOnlyList<DemoAlbum> Albums,
    IReadOnlyList<DemoTrack> Tracks,
    IReadOnlyList<DemoSeries> Shows,
    IReadOnlyList<DemoSeries> Audiobooks,
    DemoPlaylist Playlist,
    IReadOnlyList<DemoUser> Users);

/// <summary>An artist.</summary>
/// <param name="Genres">One or two, the main one first.</param>
/// <param name="Popularity">0–100.</param>
internal sealed record DemoArtist(string Key, string Name, IReadOnlyList<Genre> Genres, int Popularity);

internal enum DemoAlbumType
{
    Album,
    Single,
    Compilation,
}

/// <summary>A release.</summary>
/// <param name="ReleaseDate">May be in the future.</param>
/// <param name="Upc">Twelve digits, the last one a check digit (GS1 UPC-A; the leading 4 is for use within one shop).</param>
internal sealed record DemoAlbum(
    string Key,
    string Name,
    DemoAlbumType Type,
    IReadOnlyList<string> ArtistKeys,
    Genre Genre,
    DateOnly ReleaseDate,
    string Label,
    string Upc);

/// <summary>A track.</summary>
/// <param name="ArtistKeys">The main artist, then the featured ones.</param>
/// <param name="Popularity">0–100; few are popular.</param>
/// <param name="Isrc">Twelve characters (ISO 3901); unique.</param>
/// <param name="Movements">The compositions that are played one after another; one for most tracks.</param>
internal sealed record DemoTrack(
    string Key,
    string Title,
    DemoAlbum Album,
    IReadOnlyList<string> ArtistKeys,
    int Disc,
    int Number,
    bool Explicit,
    int Popularity,
    string Isrc,
    Genre Genre,
    int Movements,
    IReadOnlyList<string> Markets)
{
    /// <summary>The length of the recording.</summary>
    public TimeSpan Duration { get; } = Composer.Compose(Genre, SeededRandom.SeedOf(Key), Movements)
        .Aggregate(TimeSpan.Zero, (sum, movement) => sum + movement.Duration);

    /// <summary>The seed of the music.</summary>
    public ulong Seed => SeededRandom.SeedOf(Key);
}

/// <summary>A show or an audiobook.</summary>
/// <param name="Genre">Determines the colors of the cover.</param>
internal sealed record DemoSeries(
    string Key, string Name, string Publisher, string Description, Genre Genre, IReadOnlyList<DemoNarration> Parts);

/// <summary>An episode or a chapter.</summary>
internal sealed record DemoNarration(string Key, string Title, string Description, DateOnly ReleaseDate)
{
    /// <summary>The length of the recording.</summary>
    public TimeSpan Duration { get; } = Composer.ComposeNarration(SeededRandom.SeedOf(Key)).Duration;

    /// <summary>The seed of the voice and the music.</summary>
    public ulong Seed => SeededRandom.SeedOf(Key);
}

internal sealed record DemoPlaylist(string Key, string Name, string Description, string OwnerKey, IReadOnlyList<string> TrackKeys);

internal sealed record DemoUser(string Key, string Name, Product Product, string Country);
