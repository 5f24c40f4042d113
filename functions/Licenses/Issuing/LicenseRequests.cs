using Spotify.Audio;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Requests;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>A request for licenses.</summary>
/// <param name="Items">The tracks, episodes and chapters.</param>
/// <param name="Parents">The albums and audiobooks, ordered by id.</param>
/// <param name="Playlists">The playlists, ordered by id.</param>
/// <param name="Format">The quality and codecs asked for.</param>
/// <param name="Cursor">The position after the previous page; null for the first page.</param>
public sealed record IssueRequest(
    IReadOnlyList<SpotifyUri> Items,
    IReadOnlyList<SpotifyUri> Parents,
    IReadOnlyList<SpotifyUri> Playlists,
    OfflineFormat Format,
    IssueCursor? Cursor)
{
    /// <summary>The maximum number of URIs.</summary>
    public const int MaxUris = 50;

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">400: a member is missing or invalid.</exception>
    internal static IssueRequest Of(IssueObject? body)
    {
        var uris = Uris(body?.Uris, collections: true);
        var quality = AudioQuality.High;
        if (body!.Quality is { } name && !AudioQualities.TryParse(name, out quality))
            throw ApiException.BadRequest("Invalid quality: low, normal, high, very_high or lossless is wanted");
        var request = new IssueRequest(
            [.. uris.Where(uri => IsItem(uri.Type))],
            [.. uris.Where(uri => uri.Type is EntityType.Album or EntityType.Audiobook).OrderBy(uri => uri.Id, StringComparer.Ordinal)],
            [.. uris.Where(uri => uri.Type == EntityType.Playlist).OrderBy(uri => uri.Id, StringComparer.Ordinal)],
            new OfflineFormat(quality, Codecs(body.Codecs)),
            body.Cursor is null ? null : IssueCursor.Parse(body.Cursor));
        return request.Cursor is not { } cursor
            || (cursor.IsPlaylist ? request.Playlists.Count > 0 : request.Parents.Any(uri => uri.Id == cursor.Id))
                ? request
                : throw ApiException.BadRequest("Invalid cursor: it belongs to other uris");
    }

    /// <summary>Returns the URIs of a list, without repetitions.</summary>
    /// <param name="list">The list.</param>
    /// <param name="collections">Whether albums, audiobooks and playlists are permitted.</param>
    /// <exception cref="ApiException">400: the list is missing, empty or too long, or an entry is not a permitted URI.</exception>
    internal static IReadOnlyList<SpotifyUri> Uris(IReadOnlyList<string?>? list, bool collections)
    {
        if (list is not { Count: > 0 }) throw ApiException.BadRequest("Missing required parameter uris");
        if (list.Count > MaxUris) throw ApiException.BadRequest($"Too many uris requested: at most {MaxUris}");
        var uris = new List<SpotifyUri>(list.Count);
        foreach (var text in list)
        {
            if (!SpotifyUri.TryParse(text, out var uri) || !(IsItem(uri.Type) || (collections && IsCollection(uri.Type))))
            {
                throw ApiException.BadRequest(
                    $"Invalid uri {RequestList.Shown(text)}: the URI of a track, episode, chapter"
                    + $"{(collections ? ", album, audiobook or playlist" : "")} is wanted");
            }

            uris.Add(uri);
        }

        // An id belongs to one entity, whatever the type in the URI.
        return [.. uris.DistinctBy(uri => uri.Id)];
    }

    /// <summary>Returns whether entities of a type are items of licenses.</summary>
    internal static bool IsItem(EntityType type) => type is EntityType.Track or EntityType.Episode or EntityType.Chapter;

    private static bool IsCollection(EntityType type) => type is EntityType.Album or EntityType.Audiobook or EntityType.Playlist;

    private static List<Codec> Codecs(IReadOnlyList<string?>? names)
    {
        var codecs = new List<Codec>();
        foreach (var name in names ?? [])
        {
            if (!Audio.Codecs.TryParse(name, out var codec))
            {
                throw ApiException.BadRequest(
                    "Invalid codecs: vorbis, aac, flac or flac_native is wanted, or several in order of preference");
            }

            if (!codecs.Contains(codec)) codecs.Add(codec);
        }

        return codecs;
    }
}

/// <summary>A request to renew licenses: of given items, or of all that need it.</summary>
/// <param name="Items">The tracks, episodes and chapters; null for all that need it.</param>
/// <param name="Cursor">The position after the previous page; null for the first page.</param>
public sealed record RenewRequest(IReadOnlyList<SpotifyUri>? Items, RenewCursor? Cursor)
{
    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">400: a member is invalid.</exception>
    internal static RenewRequest Of(RenewObject? body)
    {
        if (body is { Uris: not null, Cursor: not null }) throw ApiException.BadRequest("Either uris or a cursor is wanted, not both");
        return new RenewRequest(
            body?.Uris is { } uris ? IssueRequest.Uris(uris, collections: false) : null,
            body?.Cursor is { } cursor ? RenewCursor.Parse(cursor) : null);
    }
}
