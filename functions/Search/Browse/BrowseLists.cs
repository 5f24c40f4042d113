using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Ports;
using Spotify.Search;
using Spotify.Search.Ranking;

namespace Spotify.Functions.Search.Browse;

/// <summary>Lists of a market that need no history: new releases, recently added albums, popular tracks; and the genres.</summary>
internal sealed class BrowseLists(ISearchIndex index, CatalogReader catalog, BrowseCache cache, TimeProvider time)
{
    /// <summary>The maximum length of a list.</summary>
    public const int MaxLength = 100;

    private const int MaxGenres = 500;

    // The most popular of these are sorted by date.
    private const int MaxDocuments = 500;

    // Fewer items than this are not enough for a page.
    private const int Enough = 20;

    private const int GenreArtists = 500;

    // The days to look back: two weeks, then as long as a group of terms allows.
    private static readonly int[] Days = [14, 60, SearchQuery.MaxTerms];

    /// <summary>Returns the albums that were released last in a market, the latest first.</summary>
    public Task<IReadOnlyList<string>> NewReleasesAsync(string? market, CancellationToken ct) =>
        cache.GetAsync(("new", market), read => RecentAsync(market, QueryPlan.ReleaseDays, document => document.ReleaseDate, read), ct);

    /// <summary>Returns the albums that were added to the catalog last and are available in a market, the latest first.</summary>
    public Task<IReadOnlyList<string>> RecentlyAddedAsync(string? market, CancellationToken ct) =>
        cache.GetAsync(
            ("added", market),
            read => RecentAsync(
                market,
                (last, days) => [.. Enumerable.Range(0, days).Select(i => SearchTags.AddedDay(last.AddDays(-i))).OfType<string>()],
                document => document.AddedAt,
                read),
            ct);

    /// <summary>Returns the most popular tracks of a market.</summary>
    public Task<IReadOnlyList<string>> PopularTracksAsync(string? market, CancellationToken ct) =>
        cache.GetAsync(("popular", market), read => PopularAsync(EntityType.Track, market, read), ct);

    /// <summary>Returns the most popular artists of a market.</summary>
    public Task<IReadOnlyList<string>> PopularArtistsAsync(string? market, CancellationToken ct) =>
        cache.GetAsync(("artists", market), read => PopularAsync(EntityType.Artist, market, read), ct);

    /// <summary>Returns the genres of the most popular artists and albums, in alphabetical order.</summary>
    public Task<IReadOnlyList<string>> GenresAsync(CancellationToken ct) => cache.GetAsync("genres", ReadGenresAsync, ct);

    private async Task<IReadOnlyList<string>> RecentAsync<T>(
        string? market, Func<DateOnly, int, IReadOnlyList<string>> terms, Func<SearchDocument, T> order, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        IReadOnlyList<SearchDocument> found = [];
        foreach (var days in Days)
        {
            found = await DocumentsAsync(EntityType.Album, terms(today, days), market, MaxDocuments, ct);
            if (found.Count >= Enough) break;
        }

        // Older music, the most popular first.
        if (found.Count < Enough)
        {
            var others = await DocumentsAsync(EntityType.Album, [SearchTags.All], market, MaxLength, ct);
            var all = found.OrderByDescending(order).Concat(others.OrderByDescending(order));
            return [.. all.Select(one => one.Id).Distinct(StringComparer.Ordinal).Take(MaxLength)];
        }

        return [.. found.OrderByDescending(order).Select(document => document.Id).Take(MaxLength)];
    }

    private async Task<IReadOnlyList<string>> PopularAsync(EntityType type, string? market, CancellationToken ct)
    {
        var found = await DocumentsAsync(type, [SearchTags.All], market, MaxDocuments, ct);
        return [.. found.OrderByDescending(one => Ranker.PopularityIn(one, market)).Select(one => one.Id).Take(MaxLength)];
    }

    private async Task<IReadOnlyList<SearchDocument>> DocumentsAsync(
        EntityType type, IReadOnlyList<string> tags, string? market, int limit, CancellationToken ct)
    {
        if (tags.Count == 0) return [];
        var terms = tags.Select(tag => new SearchTerm(SearchField.Tag, tag, IsPrefix: false)).ToArray();
        var found = await index.CandidatesAsync(new SearchQuery([type], [terms], market, limit), ct);
        return found[0].Documents;
    }

    private async Task<IReadOnlyList<string>> ReadGenresAsync(CancellationToken ct)
    {
        var artists = DocumentsAsync(EntityType.Artist, [SearchTags.All], null, GenreArtists, ct);
        var albums = await DocumentsAsync(EntityType.Album, [SearchTags.All], null, GenreArtists, ct);
        var ofArtists = Task.WhenAll((await artists).Chunk(CatalogReader.MaxIds).Select(async chunk =>
            (await catalog.ArtistsAsync([.. chunk.Select(one => one.Id)], ct)).Values.SelectMany(artist => artist.Genres)));
        var ofAlbums = await Task.WhenAll(albums.Chunk(CatalogReader.MaxIds).Select(async chunk =>
            (await catalog.AlbumsAsync([.. chunk.Select(one => one.Id)], ct)).Values.SelectMany(album => album.Genres)));
        return
        [
            .. (await ofArtists).Concat(ofAlbums).SelectMany(genres => genres).CountBy(SearchText.FoldedName)
                .Where(genre => genre.Key.Length > 0).OrderByDescending(genre => genre.Value)
                .Select(genre => genre.Key.Replace(' ', '-')).Take(MaxGenres).Order(StringComparer.Ordinal),
        ];
    }
}
