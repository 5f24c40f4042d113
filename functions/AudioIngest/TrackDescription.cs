using Spotify.Audio.Tags;
using Spotify.Domain;
using Spotify.Domain.Catalog;

namespace Spotify.Functions.AudioIngest;

/// <summary>The description of an album from the tags and path of one of its files.</summary>
/// <param name="Id">The album's id, which is the same for all files of the album.</param>
/// <param name="Name">The name.</param>
/// <param name="Artists">The artists; empty if they are to be derived from the tracks' artists.</param>
/// <param name="IsCompilation">Whether the album is tagged as a compilation.</param>
/// <param name="TotalTracks">The number of tracks; null if unknown.</param>
/// <param name="Label">The record label; empty if unknown.</param>
/// <param name="Copyrights">The copyright lines, in the format of <see cref="Album.Copyrights"/>.</param>
/// <param name="Upc">The bar code; null if unknown.</param>
public sealed record AlbumDescription(
    string Id,
    string Name,
    IReadOnlyList<ArtistDescription> Artists,
    bool IsCompilation,
    int? TotalTracks,
    string Label,
    IReadOnlyList<string> Copyrights,
    string? Upc);

/// <summary>The description of a track from the tags of its file, or from its path if tags are missing.</summary>
/// <param name="Name">The name.</param>
/// <param name="Artists">The artists; never empty.</param>
/// <param name="Album">The album.</param>
/// <param name="DiscNumber">The disc number, from 1.</param>
/// <param name="Number">The track number on the disc, from 1.</param>
/// <param name="IsExplicit">Whether the track is tagged as explicit.</param>
/// <param name="Isrc">The ISRC; null if missing or invalid.</param>
/// <param name="ReleaseDate"><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>; <c>0000</c> if unknown.</param>
/// <param name="Genres">The genre names.</param>
/// <param name="Composers">The composers.</param>
/// <param name="Lyrics">The lyrics; null if unknown.</param>
/// <param name="RecordingId">The MusicBrainz id of the recording; null if unknown.</param>
public sealed record TrackDescription(
    string Name,
    IReadOnlyList<ArtistDescription> Artists,
    AlbumDescription Album,
    int DiscNumber,
    int Number,
    bool IsExplicit,
    string? Isrc,
    string ReleaseDate,
    IReadOnlyList<string> Genres,
    IReadOnlyList<string> Composers,
    string? Lyrics,
    string? RecordingId)
{
    /// <summary>The release date of tracks without a date.</summary>
    public const string UnknownDate = "0000";

    // The length of the columns.
    private const int MaxName = 1024;
    private const string VariousArtistsName = "Various Artists";
    private const string UnknownArtistName = "Unknown Artist";

    /// <summary>The artist of albums whose tracks have no artist in common.</summary>
    public static ArtistCredit VariousArtists { get; } = new ArtistDescription(VariousArtistsName).Credit;

    /// <summary>
    /// Describes a file. With an album tag, the album is identified by its MusicBrainz id, or else by its name and the album artists or, if
    /// there are none, by its name and the folder, so that the files of several artists in a folder are one album. Without an album tag, a
    /// file with a track number belongs to an album named after the folder, and other files are singles named after the track.
    /// </summary>
    /// <param name="tags">The file's tags.</param>
    /// <param name="path">The file's path.</param>
    public static TrackDescription Of(AudioTags tags, string path)
    {
        var file = TrackFileName.Parse(path);
        var albumArtists = ArtistDescription
            .Of(tags.AlbumArtists, tags.AlbumArtistNames, tags.AlbumArtistIds, tags.AlbumArtistSortNames)
            .Select(artist => Fit(IsVarious(artist) ? artist with { Name = VariousArtistsName } : artist)).ToList();
        IReadOnlyList<ArtistDescription> artists =
            [.. ArtistDescription.Of(tags.Artists, tags.ArtistNames, tags.ArtistIds, tags.ArtistSortNames).Select(Fit)];
        if (artists.Count == 0)
            artists = albumArtists.Count > 0 && !albumArtists.Exists(IsVarious) ? albumArtists : [new(UnknownArtistName)];
        var name = tags.Title ?? file.Title;
        return new TrackDescription(
            Fit(name),
            artists,
            AlbumOf(tags, file, name, artists, albumArtists),
            tags.DiscNumber ?? file.DiscNumber ?? 1,
            tags.TrackNumber ?? file.Number ?? 1,
            tags.IsExplicit ?? false,
            tags.Isrc,
            tags.Date ?? UnknownDate,
            [.. tags.Genres.Select(Line).Distinct(StringComparer.Ordinal)],
            [.. tags.Composers.Select(Line).Distinct(StringComparer.Ordinal)],
            tags.Lyrics,
            tags.RecordingId);
    }

    private static AlbumDescription AlbumOf(
        AudioTags tags,
        TrackFileName file,
        string title,
        IReadOnlyList<ArtistDescription> artists,
        IReadOnlyList<ArtistDescription> albumArtists)
    {
        var (name, key) = tags.Album switch
        {
            { } album when tags.AlbumId is { } release => (album, $"release:{release}"),
            { } album when albumArtists.Count > 0 => (album, $"album:{album}\nby:{Keys(albumArtists)}"),
            { } album => (album, $"album:{album}\nin:{file.FolderKey}"),
            null when (tags.TrackNumber ?? file.Number) is not null && file.Folder.Length > 0 => (file.Folder, $"folder:{file.FolderKey}"),
            null => (title, $"single:{title}\nby:{Keys(artists)}"),
        };
        return new AlbumDescription(
            SpotifyId.FromName(key),
            Fit(name),
            albumArtists,
            tags.IsCompilation || albumArtists.Any(IsVarious),
            tags.TrackTotal,
            Fit(tags.Label ?? ""),
            tags.Copyright is { } copyright ? [CopyrightLine(Line(copyright))] : [],
            tags.Upc);
    }

    private static string Keys(IEnumerable<ArtistDescription> artists) => string.Join('\n', artists.Select(artist => artist.Key));

    private static bool IsVarious(ArtistDescription artist) =>
        artist.Name.Equals(VariousArtistsName, StringComparison.OrdinalIgnoreCase);

    private static ArtistDescription Fit(ArtistDescription artist) =>
        artist with { Name = Fit(artist.Name), SortName = artist.SortName is { } sortName ? Fit(sortName) : null };

    // The catalog prefixes copyright lines with their type: P for the recording, C (the default) for the work.
    private static string CopyrightLine(string text) => text switch
    {
        ['℗', .. var rest] => "P " + rest.Trim(),
        ['©', .. var rest] => "C " + rest.Trim(),
        _ when text.StartsWith("(P)", StringComparison.OrdinalIgnoreCase) => "P " + text[3..].Trim(),
        _ when text.StartsWith("(C)", StringComparison.OrdinalIgnoreCase) => "C " + text[3..].Trim(),
        _ => "C " + text,
    };

    // Lists are stored with one item per line.
    private static string Line(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Truncates text to the length of the columns and replaces lone surrogates.</summary>
    private static string Fit(string text)
    {
        if (text.Length > MaxName) text = text[..(char.IsHighSurrogate(text[MaxName - 1]) ? MaxName - 1 : MaxName)];
        return text.Any(char.IsSurrogate) ? string.Concat(text.EnumerateRunes()) : text;
    }
}
