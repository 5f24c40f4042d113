using Spotify.Audio.Tags;
using Spotify.Domain;
using Spotify.Domain.Catalog;

namespace Spotify.Functions.Ingest;

/// <summary>What a file says of its album.</summary>
/// <param name="Id">The album's id: the same for every file of the album.</param>
/// <param name="Name">Its name.</param>
/// <param name="Artists">Its artists; empty where they follow from those of its tracks.</param>
/// <param name="IsCompilation">Whether it is said to collect tracks of several artists.</param>
/// <param name="TotalTracks">How many tracks it is said to have.</param>
/// <param name="Label">The record label; empty if unknown.</param>
/// <param name="Copyrights">Copyright lines, as <see cref="Album.Copyrights"/> has them.</param>
/// <param name="Upc">Its bar code.</param>
public sealed record AlbumDescription(
    string Id, string Name, IReadOnlyList<ArtistCredit> Artists, bool IsCompilation, int? TotalTracks, string Label, IReadOnlyList<string> Copyrights, string? Upc);

/// <summary>What a file of music says of itself, by its tags or else by its name and place.</summary>
/// <param name="Name">The track's name.</param>
/// <param name="Artists">Who made it; never empty.</param>
/// <param name="Album">What it is part of.</param>
/// <param name="DiscNumber">The disc, from 1.</param>
/// <param name="Number">Its place on the disc, from 1.</param>
/// <param name="IsExplicit">Whether it is marked explicit.</param>
/// <param name="Isrc">Its ISRC, if there is a valid one.</param>
/// <param name="ReleaseDate"><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>; <c>0000</c> if unknown.</param>
/// <param name="Genres">Genres, by name.</param>
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
    /// <summary>The release date that stands for none.</summary>
    public const string UnknownDate = "0000";

    // The columns' lengths.
    private const int MaxName = 1024;
    private const string VariousArtistsName = "Various Artists";
    private const string UnknownArtistName = "Unknown Artist";

    /// <summary>Who made an album whose tracks have no artist in common.</summary>
    public static ArtistCredit VariousArtists { get; } = Credit(VariousArtistsName);

    /// <summary>
    /// Describes a file. Its album is, in this order: the one its tags name, by name and album artists, and without album artists by name
    /// and folder, so that a folder's files of several artists are one album; without an album tag but with a track number, the
    /// one its folder is named after; else a single of the track's own name.
    /// </summary>
    /// <param name="tags">The file's tags.</param>
    /// <param name="path">Where it is.</param>
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

    // The catalog keeps the mark of the kind in front; without one it is the work's.
    private static string CopyrightLine(string text) => text switch
    {
        ['℗', .. var rest] => "P " + rest.Trim(),
        ['©', .. var rest] => "C " + rest.Trim(),
        _ when text.StartsWith("(P)", StringComparison.OrdinalIgnoreCase) => "P " + text[3..].Trim(),
        _ when text.StartsWith("(C)", StringComparison.OrdinalIgnoreCase) => "C " + text[3..].Trim(),
        _ => "C " + text,
    };

    // Lists are kept an entry a line.
    private static string Line(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The text as a column takes it: no longer than it may be, and without halves of surrogate pairs.</summary>
    private static string Fit(string text)
    {
        if (text.Length > MaxName) text = text[..(char.IsHighSurrogate(text[MaxName - 1]) ? MaxName - 1 : MaxName)];
        return text.Any(char.IsSurrogate) ? string.Concat(text.EnumerateRunes()) : text;
    }
}
