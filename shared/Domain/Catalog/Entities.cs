namespace Spotify.Domain.Catalog;

/// <summary>The id and name of an artist in the credits of an album or track.</summary>
public sealed record ArtistCredit(string Id, string Name);

/// <summary>An artist. The popularity is 0 to 100.</summary>
public sealed record Artist(string Id, string Name, IReadOnlyList<string> Genres, int Popularity, long Followers, string? ImageId)
{
    /// <summary>The MusicBrainz id, which tells artists with the same name apart; null if unknown.</summary>
    public string? MusicBrainzId { get; init; }

    /// <summary>
    /// The name for sorting, which search finds too, because it is often in Latin letters; null if unknown. Not part of responses.
    /// </summary>
    public string? SortName { get; init; }
}

/// <summary>An album.</summary>
/// <param name="Id">The id.</param>
/// <param name="AlbumType"><c>album</c>, <c>single</c> or <c>compilation</c>.</param>
/// <param name="Name">The name.</param>
/// <param name="ReleaseDate"><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>.</param>
/// <param name="Label">The record label.</param>
/// <param name="Copyrights">Copyright lines, each prefixed with <c>C</c> (the work) or <c>P</c> (the recording) and a space.</param>
/// <param name="Genres">The genres.</param>
/// <param name="Upc">The universal product code (UPC); null if unknown.</param>
/// <param name="Popularity">0 to 100.</param>
/// <param name="Markets">The markets in which it is available.</param>
/// <param name="ImageId">The id of its image; null if it has none.</param>
/// <param name="Artists">The credited artists, in order.</param>
/// <param name="TotalTracks">The number of tracks.</param>
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
    int TotalTracks)
{
    /// <summary>When it was imported; null if unknown. Not part of responses.</summary>
    public DateTimeOffset? AddedAt { get; init; }
}

/// <summary>A show. Its episodes are <see cref="Playable"/>.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">The name.</param>
/// <param name="Publisher">The publisher.</param>
/// <param name="Description">The description, as plain text.</param>
/// <param name="Languages">ISO 639-1 codes.</param>
/// <param name="Copyrights">Copyright lines, in the format of <see cref="Album"/>.</param>
/// <param name="Explicit">Whether it is marked explicit.</param>
/// <param name="Popularity">0 to 100.</param>
/// <param name="Markets">The markets in which it is available.</param>
/// <param name="ImageId">The id of its image; null if it has none.</param>
/// <param name="TotalEpisodes">The number of episodes.</param>
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

/// <summary>An audiobook. Its chapters are <see cref="Playable"/>.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">The name.</param>
/// <param name="Authors">The names of the authors.</param>
/// <param name="Narrators">The names of the narrators.</param>
/// <param name="Publisher">The publisher.</param>
/// <param name="Description">The description, as plain text.</param>
/// <param name="Edition">The edition; may be empty.</param>
/// <param name="Languages">ISO 639-1 codes.</param>
/// <param name="Copyrights">Copyright lines, in the format of <see cref="Album"/>.</param>
/// <param name="Explicit">Whether it is marked explicit.</param>
/// <param name="Popularity">0 to 100.</param>
/// <param name="Markets">The markets in which it is available.</param>
/// <param name="ImageId">The id of its image; null if it has none.</param>
/// <param name="TotalChapters">The number of chapters.</param>
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
/// <param name="Id">The id.</param>
/// <param name="Type">Track, episode or chapter.</param>
/// <param name="ParentId">The id of its album, show or audiobook.</param>
/// <param name="DiscNumber">The disc, from 1; always 1 for episodes and chapters.</param>
/// <param name="Number">The position on the disc, in the show or in the audiobook, from 1.</param>
/// <param name="Name">The name.</param>
/// <param name="DurationMs">The duration, in milliseconds.</param>
/// <param name="Explicit">Whether it is marked explicit.</param>
/// <param name="Popularity">0 to 100.</param>
/// <param name="Rights">Where and when it may be played.</param>
/// <param name="Isrc">The international standard recording code (ISRC); null if unknown.</param>
/// <param name="ReleaseDate"><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>.</param>
/// <param name="Description">The description, as plain text.</param>
/// <param name="Languages">ISO 639-1 codes.</param>
/// <param name="ImageId">Its own image; null if it uses the image of its parent.</param>
/// <param name="Artists">The credited artists, in order; empty for episodes and chapters.</param>
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
    IReadOnlyList<ArtistCredit> Artists)
{
    /// <summary>When it was imported; null if unknown. Not part of responses.</summary>
    public DateTimeOffset? AddedAt { get; init; }
}
