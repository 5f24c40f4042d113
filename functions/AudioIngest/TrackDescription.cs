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
    IReadOnlyList<ArtistCredit> Artists,
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
public sealed record TrackDescription(
    string Name,
    IReadOnlyList<ArtistCredit> Artists,
    AlbumDescription Album,
    int DiscNumber,
    int Number,
    bool IsExplicit,
    string? Isrc,
    string ReleaseDate,
    IReadOnlyList<string> Genres)
{
    /// <summary>The release date of tracks without a date.</summary>
    public const string UnknownDate = "0000";

    // The length of the columns.
    private const int MaxName = 1024;
    private const string VariousArtistsName = "Various Artists";
    private const string UnknownArtistName = "Unknown Artist";

    /// <summary>The artist of albums whose tracks have no artist in common.</summary>
    public static ArtistCredit VariousArtists { get; } = Credit(VariousArtistsName);

    /// <summary>
    /// Describes a file. With an album tag, the album is identified by its name and the album artists or, if there are none, by its name
    /// and the folder, so that the files of several artists in a folder are one album. Without an album tag, a file with a track number
    /// belongs to an album named after the folder, and other files are singles named after the track.
    /// </summary>
    /// <param name="tags">The file's tags.</param>
    /// <param name="path">The file's path.</param>
    public static TrackDescription Of(AudioTags tags, string path)
    {
        var file = TrackFileName.Parse(path);
        var albumArtists = tags.AlbumArtists.Select(name => IsVarious(name) ? VariousArtistsName : name).ToList();
        var artists = tags.Artists.Count > 0 ? tags.Artists
            : albumArtists.Count > 0 && !albumArtists.Contains(VariousArtistsName) ? albumArtists
            : [UnknownArtistName];
        var name = tags.Title ?? file.Title;
        return new TrackDescription(
            Fit(name),
            Credits(artists),
            AlbumOf(tags, file, name, artists, albumArtists),
            tags.DiscNumber ?? file.DiscNumber ?? 1,
            tags.TrackNumber ?? file.Number ?? 1,
            tags.IsExplicit ?? false,
            tags.Isrc,
            tags.Date ?? UnknownDate,
            [.. tags.Genres.Select(Line).Distinct(StringComparer.Ordinal)]);
    }

    private static AlbumDescription AlbumOf(
        AudioTags tags, TrackFileName file, string title, IReadOnlyList<string> artists, IReadOnlyList<string> albumArtists)
    {
        var (name, key) = tags.Album switch
        {
            { } album when albumArtists.Count > 0 => (album, $"album:{album}\nby:{string.Join('\n', albumArtists)}"),
            { } album => (album, $"album:{album}\nin:{file.FolderKey}"),
            null when (tags.TrackNumber ?? file.Number) is not null && file.Folder.Length > 0 => (file.Folder, $"folder:{file.FolderKey}"),
            null => (title, $"single:{title}\nby:{string.Join('\n', artists)}"),
        };
        return new AlbumDescription(
            SpotifyId.FromName(key),
            Fit(name),
            Credits(albumArtists),
            tags.IsCompilation || albumArtists.Contains(VariousArtistsName),
            tags.TrackTotal,
            Fit(tags.Label ?? ""),
            tags.Copyright is { } copyright ? [CopyrightLine(Line(copyright))] : [],
            tags.Upc);
    }

    private static List<ArtistCredit> Credits(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Select(Credit)];

    private static ArtistCredit Credit(string name) => new(SpotifyId.FromName("artist:" + name), Fit(name));

    private static bool IsVarious(string name) => name.Equals(VariousArtistsName, StringComparison.OrdinalIgnoreCase);

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
