using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Ports;
using Spotify.Functions.Playlists;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Search;

/// <summary>
/// Finds entities by the words of their names, tracks by their artists' and albums' as well: every word of the query must match,
/// the last one as the beginning of a word. The most popular come first; what is not available in the viewer's market is left out.
/// </summary>
public sealed class SearchService(ISearchIndex index, CatalogService catalog, CatalogReader reader, PlaylistReader playlists)
{
    /// <summary>The most characters of a query that count.</summary>
    public const int MaxQueryLength = 250;

    /// <summary>The largest <c>offset</c>; pages stop being offered there.</summary>
    public const int MaxOffset = 1000;

    private static readonly EntityType[] Searchable =
        [EntityType.Album, EntityType.Artist, EntityType.Playlist, EntityType.Track, EntityType.Show, EntityType.Episode, EntityType.Audiobook];

    /// <summary>Searches for entities of the given types.</summary>
    /// <param name="q">What to look for.</param>
    /// <param name="type">Names of types, separated by commas.</param>
    /// <exception cref="ApiException">400: there is no query, no type, or a type that cannot be searched; or the query is too long or the page too deep.</exception>
    public async Task<SearchResults> SearchAsync(string? q, string? type, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(q)) throw ApiException.BadRequest("No search query");
        if (q.Length > MaxQueryLength) throw ApiException.BadRequest($"Query exceeds maximum length of {MaxQueryLength} characters");
        if (page.Offset > MaxOffset) throw ApiException.BadRequest($"Invalid offset: a number from 0 to {MaxOffset} is wanted");
        var types = Types(type);

        var words = TextFolding.Words(q);
        var path = $"/v1/search?q={Uri.EscapeDataString(q)}&type={{0}}" + (viewer.MarketGiven ? $"&market={viewer.Market}" : "");
        var wire = new CatalogWire(viewer);
        var results = new SearchResults();
        foreach (var searched in types)
        {
            var matches = await index.SearchAsync(new SearchQuery(searched, words, LastIsPrefix: true, viewer.Market, page.Offset, page.Limit), ct);
            results = searched switch
            {
                EntityType.Track => results with { Tracks = Page(await catalog.TracksAsync(matches.Ids, viewer, ct)) },
                EntityType.Artist => results with { Artists = Page(await catalog.ArtistsAsync(matches.Ids, viewer, ct)) },
                EntityType.Album => results with { Albums = Page(await AlbumsAsync(matches.Ids)) },
                EntityType.Playlist => results with { Playlists = Page(await playlists.SimplifiedAsync(matches.Ids, viewer, ct)) },
                EntityType.Show => results with { Shows = Page(await catalog.ShowsAsync(matches.Ids, viewer, ct)) },
                EntityType.Episode => results with { Episodes = Page<SimplifiedEpisodeObject>(await catalog.EpisodesAsync(matches.Ids, viewer, ct)) },
                _ => results with { Audiobooks = Page(await AudiobooksAsync(matches.Ids)) },
            };

            PagingObject<T> Page<T>(IReadOnlyList<T?> items) where T : class => wire.Page<T>(
                path.Replace("{0}", SpotifyUri.WireName(searched), StringComparison.Ordinal), [.. items.OfType<T>()], page, Math.Min(matches.Total, MaxOffset));
        }

        return results;

        async Task<IReadOnlyList<SimplifiedAlbumObject?>> AlbumsAsync(IReadOnlyList<string> ids)
        {
            var albums = await reader.AlbumsAsync(ids, ct);
            return [.. ids.Select(id => albums.TryGetValue(id, out var album) ? wire.Album(album) : null)];
        }

        async Task<IReadOnlyList<SimplifiedAudiobookObject?>> AudiobooksAsync(IReadOnlyList<string> ids)
        {
            var books = await reader.AudiobooksAsync(ids, ct);
            return [.. ids.Select(id => books.TryGetValue(id, out var book) ? wire.Audiobook(book) : null)];
        }
    }

    private static IReadOnlyList<EntityType> Types(string? type)
    {
        if (string.IsNullOrWhiteSpace(type)) throw ApiException.BadRequest("Missing parameter type");
        var types = new List<EntityType>();
        foreach (var name in type.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!SpotifyUri.TryParseType(name, out var known) || !Searchable.Contains(known))
                throw ApiException.BadRequest($"Bad search type field {(name.Length > 40 ? name[..40] + "…" : name)}");
            if (!types.Contains(known)) types.Add(known);
        }

        return types;
    }
}
