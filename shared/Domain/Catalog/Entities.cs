namespace Spotify.Domain.Catalog;

/// <summary>An artist's id and name, as credits carry them.</summary>
public sealed record ArtistCredit(string Id, string Name);

/// <summary>An artist. Popularity is 0 to 100.</summary>
public sealed record Artist(string Id, string Name, IReadOnlyList<string> Genres, int Popularity, long Followers, string? ImageId);

/// <summary>An album: <c>album</c>, <c>single</c> or <c>compilation</c>.</summary>
/// <param name="ReleaseDate"><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>.</param>
/// <param name="Copyrights">Each with the mark of its kind first: <c>C</c> for the work, <c>P</c> for the recording, then a space.</param>
/// <param name="Popularity">0 to 100.</param>
/// <param name="TotalTracks">How many tracks it has.</param>
public sealed record Album(
    string Id,
    string AlbumType,
    string Name,
    string ReleaseDate,
    string Label,
    IReadOnlyList<string> Copyrights,
    IReadOnlyList<string> Genres,
    string? Upc,
    int Popularity,
    MarketSet Markets,
    string? ImageId,
    IReadOnlyList<ArtistCredit> Artists,
    int TotalTracks);

/// <summary>A show, whose episodes are playable.</summary>
/// <param name="Languages">ISO 639-1 codes.</param>
public sealed record Show(
    string Id,
    string Name,
    string Publisher,
    string Description,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Copyrights,
    bool Explicit,
    int Popularity,
    MarketSet Markets,
    string? ImageId,
    int TotalEpisodes);

/// <summary>An audiobook, whose chapters are playable.</summary>
/// <param name="Languages">ISO 639-1 codes.</param>
public sealed record Audiobook(
    string Id,
    string Name,
    IReadOnlyList<string> Authors,
    IReadOnlyList<string> Narrators,
    string Publisher,
    string Description,
    string Edition,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Copyrights,
    bool Explicit,
    int Popularity,
    MarketSet Markets,
    string? ImageId,
    int TotalChapters);

/// <summary>A track, an episode or a chapter.</summary>
/// <param name="Type">Which of the three.</param>
/// <param name="ParentId">Its album, show or audiobook.</param>
/// <param name="DiscNumber">The disc, from 1; always 1 where there are none.</param>
/// <param name="Number">Its place on the disc, in the show or in the book, from 1.</param>
/// <param name="Popularity">0 to 100.</param>
/// <param name="Rights">Where and when it may be played.</param>
/// <param name="ReleaseDate"><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>.</param>
/// <param name="ImageId">Its own picture; null where it shares its parent's.</param>
/// <param name="Artists">Who made it, in the order of credit; empty for episodes and chapters.</param>
public sealed record Playable(
    string Id,
    EntityType Type,
    string ParentId,
    int DiscNumber,
    int Number,
    string Name,
    int DurationMs,
    bool Explicit,
    int Popularity,
    Rights Rights,
    string? Isrc,
    string ReleaseDate,
    string Description,
    IReadOnlyList<string> Languages,
    string? ImageId,
    IReadOnlyList<ArtistCredit> Artists);
