using Microsoft.Extensions.Logging;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Functions.Playlists;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Home;

/// <summary>
/// A reader of the objects of shelves, with one call per type for all shelves. Objects that cannot be read, seen or played by the viewer
/// are missing.
/// </summary>
internal sealed partial class ShelfContent(
    CatalogService catalog, CatalogReader reader, PlaylistReader playlists, ILogger<ShelfContent> logger)
{
    /// <summary>Returns the objects of URIs.</summary>
    /// <param name="uris">The URIs, up to <see cref="CatalogReader.MaxIds"/> of each type.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyDictionary<SpotifyUri, object>> ReadAsync(IEnumerable<SpotifyUri> uris, Viewer viewer, CancellationToken ct)
    {
        var read = await Task.WhenAll(uris.Distinct().GroupBy(uri => uri.Type).Select(async group =>
        {
            SpotifyUri[] ofType = [.. group];
            return ofType.Zip(await OrNoneAsync(group.Key, [.. ofType.Select(uri => uri.Id)], viewer, ct));
        }));
        return read.SelectMany(pairs => pairs).Where(pair => pair.Second is not null)
            .ToDictionary(pair => pair.First, pair => pair.Second!);
    }

    private async Task<IReadOnlyList<object?>> OrNoneAsync(
        EntityType type, IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        try
        {
            return type switch
            {
                EntityType.Track => Playable(await catalog.TracksAsync(ids, viewer, ct)),
                EntityType.Album => await AlbumsAsync(ids, viewer, ct),
                EntityType.Artist => await catalog.ArtistsAsync(ids, viewer, ct),
                EntityType.Playlist => Readable(await playlists.SimplifiedAsync(ids, viewer, ct), viewer),
                _ => [],
            };
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFailed(e, type);
            return [];
        }
    }

    private async Task<IReadOnlyList<object?>> AlbumsAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var (albums, wire) = (await reader.AlbumsAsync(ids, ct), new CatalogWire(viewer));
        return
        [
            .. ids.Select(id => albums.TryGetValue(id, out var album) && wire.Album(album) is { Restrictions: null } shown ? shown : null),
        ];
    }

    private static IReadOnlyList<object?> Playable(IReadOnlyList<TrackObject?> tracks) =>
        [.. tracks.Select(track => track is { Restrictions: null } ? track : null)];

    private static IReadOnlyList<object?> Readable(IReadOnlyList<SimplifiedPlaylistObject?> playlists, Viewer viewer) =>
        [.. playlists.Select(one => one is not null && viewer.Caller.MayRead(one.Public, one.Collaborative) ? one : null)];

    [LoggerMessage(Level = LogLevel.Error, Message = "The home page is without its content of type {Type}.")]
    private partial void LogFailed(Exception cause, EntityType type);
}
