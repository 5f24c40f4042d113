using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Functions.Playlists;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Search;

/// <summary>
/// The search for entities by the words of their names, and tracks and albums by the names of their artists and albums too. All words of
/// the query must match, the last one as a prefix. Results are in the order of their scores and limited to the viewer's market.
/// </summary>
internal sealed class SearchService(SearchMatches matches, CatalogService catalog, CatalogReader reader, PlaylistReader playlists)
{
    /// <summary>The maximum length of a query, in characters.</summary>
    public const int MaxQueryLength = 250;

    /// <summary>The largest <c>offset</c>. There are no pages beyond it.</summary>
    public const int MaxOffset = 1000;

    /// <summary>The types that can be searched.</summary>
    public static readonly IReadOnlyList<EntityType> Searchable =
    [
        EntityType.Album, EntityType.Artist, EntityType.Playlist, EntityType.Track, EntityType.Show, EntityType.Episode,
        EntityType.Audiobook,
    ];

    /// <summary>Returns a page of matches for each of the given types.</summary>
    /// <param name="q">The query.</param>
    /// <param name="type">Names of types, separated by commas.</param>
    /// <param name="page">The page.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the search.</param>
    /// <exception cref="ApiException">
    /// 400: the query or the type is missing, a type cannot be searched, the query is too long, or the offset is too large.
    /// </exception>
    public async Task<SearchResults> SearchAsync(string? q, string? type, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var query = Checked(q);
        if (page.Offset > MaxOffset) throw ApiException.BadRequest($"Invalid offset: a number from 0 to {MaxOffset} is wanted");
        var types = Types(type);
        var limit = page.Offset + page.Limit <= SearchMatches.MaxRanked ? SearchMatches.MaxRanked : SearchQuery.MaxLimit;
        var found = await matches.FindAsync(query, types, viewer, limit, SearchQuery.MaxLimit, ct);

        var path = $"/v1/search?q={Uri.EscapeDataString(query)}&type={{0}}" + (viewer.MarketGiven ? $"&market={viewer.Market}" : "");
        var wire = new CatalogWire(viewer);
        var pages = await Task.WhenAll(types.Select(PageAsync));
        return pages.Aggregate(new SearchResults(), (results, add) => add(results));

        async Task<Func<SearchResults, SearchResults>> PageAsync(EntityType searched)
        {
            var ids = found[searched].Page(page);
            switch (searched)
            {
                case EntityType.Track:
                    var tracks = Page(await catalog.TracksAsync(ids, viewer, ct));
                    return results => results with { Tracks = tracks };
                case EntityType.Artist:
                    var artists = Page(await catalog.ArtistsAsync(ids, viewer, ct));
                    return results => results with { Artists = artists };
                case EntityType.Album:
                    var albums = Page(await AlbumsAsync(ids));
                    return results => results with { Albums = albums };
                case EntityType.Playlist:
                    var lists = Page(await playlists.SimplifiedAsync(ids, viewer, ct));
                    return results => results with { Playlists = lists };
                case EntityType.Show:
                    var shows = Page(await catalog.ShowsAsync(ids, viewer, ct));
                    return results => results with { Shows = shows };
                case EntityType.Episode:
                    var episodes = Page<SimplifiedEpisodeObject>(await catalog.EpisodesAsync(ids, viewer, ct));
                    return results => results with { Episodes = episodes };
                default:
                    var books = Page(await AudiobooksAsync(ids));
                    return results => results with { Audiobooks = books };
            }

            PagingObject<T> Page<T>(IReadOnlyList<T?> items) where T : class => wire.Page<T>(
                path.Replace("{0}", SpotifyUri.WireName(searched), StringComparison.Ordinal),
                [.. items.OfType<T>()],
                page,
                found[searched].Total);
        }

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

    /// <summary>Returns a query.</summary>
    /// <exception cref="ApiException">400: the query is missing or too long.</exception>
    public static string Checked(string? q) =>
        string.IsNullOrWhiteSpace(q) ? throw ApiException.BadRequest("No search query")
        : q.Length > MaxQueryLength ? throw ApiException.BadRequest($"Query exceeds maximum length of {MaxQueryLength} characters")
        : q;

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
