using Microsoft.Extensions.Caching.Memory;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Recommendations.Seeds;
using Spotify.Search;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>
/// The artists that are related to an artist: those whose tracks are nearest. For an artist whom the model does not know, those nearest to
/// the artist's genres; without a model, the popular artists of the same genres.
/// </summary>
internal sealed class RelatedArtistService(
    RecommenderSource models, CatalogReader catalog, CatalogService service, ISearchIndex index) : IDisposable
{
    /// <summary>The number of related artists.</summary>
    public const int Count = 20;

    // Some artists may have left the catalog since the model was trained.
    private const int Spare = 5;

    // About 1 KB each.
    private const int MaxCached = 20_000;

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxCached, CompactionPercentage = 0.1 });

    /// <summary>Returns the related artists, the nearest first.</summary>
    /// <exception cref="ApiException">404: the artist does not exist.</exception>
    public async Task<IReadOnlyList<ArtistObject>> OfAsync(string id, Viewer viewer, CancellationToken ct)
    {
        var artist = (await catalog.ArtistsAsync([id], ct)).GetValueOrDefault(id) ?? throw ApiException.NotFound();
        using var model = await models.TryRentAsync(ct);
        var ids = model is null ? [] : Nearest(model, id, artist.Genres, viewer.Now);
        if (ids.Count == 0) ids = await OfGenresAsync(id, artist.Genres, viewer.Market, ct);
        return [.. (await service.ArtistsAsync(ids, viewer, ct)).OfType<ArtistObject>().Take(Count)];
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private IReadOnlyList<string> Nearest(RecommenderLease model, string id, IReadOnlyList<string> genres, DateTimeOffset now) =>
        cache.GetOrCreate((model.Version, id), entry =>
        {
            entry.Size = 1;
            entry.SlidingExpiration = TimeSpan.FromDays(1);
            return SpotifyId.TryParse(id, out var number)
                ? model.SeedsWith().RelatedArtists(Seed.Artist(number, genres), Count + Spare, now).Select(SpotifyId.Format).ToArray()
                : [];
        })!;

    private async Task<IReadOnlyList<string>> OfGenresAsync(
        string id, IReadOnlyList<string> genres, string? market, CancellationToken ct)
    {
        if (genres.Count == 0) return [];
        var terms = genres.Take(SearchQuery.MaxTerms)
            .Select(genre => new SearchTerm(SearchField.Tag, SearchTags.Genre(genre), IsPrefix: false)).ToArray();
        var found = await index.CandidatesAsync(new SearchQuery([EntityType.Artist], [terms], market, Count + Spare + 1), ct);
        return [.. found[0].Documents.Select(document => document.Id).Where(other => other != id)];
    }
}
