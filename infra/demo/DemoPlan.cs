using Spotify.Demo.Music;

namespace Spotify.Demo;

/// <summary>What the demo catalog contains. Keys are stable texts such as <c>artist:aurora-fields</c>; ids are the caller's.</summary>
public sealed record DemoPlan
{
    /// <summary>The countries in which the demo catalog is offered, ISO 3166-1 alpha-2.</summary>
    public required IReadOnlyList<string> Markets { get; init; }

    /// <summary>Musicians.</summary>
    public required IReadOnlyList<DemoArtist> Artists { get; init; }

    /// <summary>Releases.</summary>
    public required IReadOnlyList<DemoAlbum> Albums { get; init; }

    /// <summary>Songs, in the order of their albums.</summary>
    public required IReadOnlyList<DemoTrack> Tracks { get; init; }

    /// <summary>Podcasts.</summary>
    public required IReadOnlyList<DemoShow> Shows { get; init; }

    /// <summary>Audiobooks.</summary>
    public required IReadOnlyList<DemoAudiobook> Audiobooks { get; init; }

    /// <summary>Public playlists.</summary>
    public required IReadOnlyList<DemoPlaylist> Playlists { get; init; }

    /// <summary>Listeners.</summary>
    public required IReadOnlyList<DemoUser> Users { get; init; }
}

/// <summary>A musician or a band.</summary>
/// <param name="Key">Stable key.</param>
/// <param name="Name">Name.</param>
/// <param name="Genres">One or two, the main one first.</param>
/// <param name="Popularity">0–100.</param>
/// <param name="CoverSeed">For <see cref="CoverPainter"/>.</param>
public sealed record DemoArtist(string Key, string Name, IReadOnlyList<Genre> Genres, int Popularity, ulong CoverSeed);

/// <summary>Kinds of releases.</summary>
public enum DemoAlbumType
{
    /// <summary>By one artist.</summary>
    Album,

    /// <summary>One to three songs.</summary>
    Single,

    /// <summary>By several artists.</summary>
    Compilation,
}

/// <summary>A release.</summary>
/// <param name="Key">Stable key.</param>
/// <param name="Name">Title.</param>
/// <param name="Type">Kind.</param>
/// <param name="ArtistKeys">Those on its cover.</param>
/// <param name="Genre">Decides the colours of its cover.</param>
/// <param name="ReleaseDate">May be in the future.</param>
/// <param name="Label">Record company.</param>
/// <param name="Upc">Twelve digits, the last one a check digit (GS1 UPC-A; the leading 4 is for use within one shop).</param>
/// <param name="CoverSeed">For <see cref="CoverPainter"/>.</param>
public sealed record DemoAlbum(
    string Key,
    string Name,
    DemoAlbumType Type,
    IReadOnlyList<string> ArtistKeys,
    Genre Genre,
    DateOnly ReleaseDate,
    string Label,
    string Upc,
    ulong CoverSeed);

/// <summary>A song.</summary>
/// <param name="Key">Stable key.</param>
/// <param name="Title">Title.</param>
/// <param name="AlbumKey">Its album.</param>
/// <param name="ArtistKeys">Its artist, then those featured.</param>
/// <param name="Disc">From 1.</param>
/// <param name="Number">From 1 on each disc.</param>
/// <param name="Explicit">Whether its words are not for children.</param>
/// <param name="Popularity">0–100; few are popular.</param>
/// <param name="Isrc">Twelve characters (ISO 3901); unique.</param>
/// <param name="Genre">For <see cref="Composer.Compose"/>.</param>
/// <param name="Seed">For <see cref="Composer.Compose"/>.</param>
/// <param name="Duration">Length of that composition.</param>
/// <param name="Markets">Where it may be played.</param>
/// <param name="AvailableFrom">First day on which it may be played.</param>
public sealed record DemoTrack(
    string Key,
    string Title,
    string AlbumKey,
    IReadOnlyList<string> ArtistKeys,
    int Disc,
    int Number,
    bool Explicit,
    int Popularity,
    string Isrc,
    Genre Genre,
    ulong Seed,
    TimeSpan Duration,
    IReadOnlyList<string> Markets,
    DateOnly AvailableFrom);

/// <summary>A podcast.</summary>
/// <param name="Key">Stable key.</param>
/// <param name="Name">Title.</param>
/// <param name="Publisher">Who makes it.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Language">ISO 639-1.</param>
/// <param name="Genre">Decides the colours of its cover.</param>
/// <param name="CoverSeed">For <see cref="CoverPainter"/>.</param>
/// <param name="Episodes">The oldest first.</param>
public sealed record DemoShow(
    string Key,
    string Name,
    string Publisher,
    string Description,
    string Language,
    Genre Genre,
    ulong CoverSeed,
    IReadOnlyList<DemoNarration> Episodes);

/// <summary>An audiobook.</summary>
/// <param name="Key">Stable key.</param>
/// <param name="Name">Title.</param>
/// <param name="Authors">Who wrote it.</param>
/// <param name="Narrators">Who reads it.</param>
/// <param name="Publisher">Who publishes it.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Language">ISO 639-1.</param>
/// <param name="Genre">Decides the colours of its cover.</param>
/// <param name="CoverSeed">For <see cref="CoverPainter"/>.</param>
/// <param name="Chapters">In order.</param>
public sealed record DemoAudiobook(
    string Key,
    string Name,
    IReadOnlyList<string> Authors,
    IReadOnlyList<string> Narrators,
    string Publisher,
    string Description,
    string Language,
    Genre Genre,
    ulong CoverSeed,
    IReadOnlyList<DemoNarration> Chapters);

/// <summary>An episode or a chapter.</summary>
/// <param name="Key">Stable key.</param>
/// <param name="Title">Title.</param>
/// <param name="Description">What it is about.</param>
/// <param name="ReleaseDate">When it came out.</param>
/// <param name="Seed">For <see cref="Composer.ComposeNarration"/>.</param>
/// <param name="Duration">Length of that composition.</param>
public sealed record DemoNarration(string Key, string Title, string Description, DateOnly ReleaseDate, ulong Seed, TimeSpan Duration);

/// <summary>A public playlist.</summary>
/// <param name="Key">Stable key.</param>
/// <param name="Name">Title.</param>
/// <param name="Description">What it is for.</param>
/// <param name="OwnerKey">The user who made it.</param>
/// <param name="TrackKeys">Its songs, in order.</param>
public sealed record DemoPlaylist(string Key, string Name, string Description, string OwnerKey, IReadOnlyList<string> TrackKeys);

/// <summary>A listener.</summary>
/// <param name="Key">Stable key.</param>
/// <param name="Name">Name to log in with and to show.</param>
/// <param name="Product">free, premium, family or student.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record DemoUser(string Key, string Name, string Product, string Country);
