using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Seeds;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>The choice of tracks from seeds without a model: popular tracks of their artists and genres.</summary>
internal sealed class PopularOfSeeds(CatalogReader catalog, PopularChoices popular)
{
    private const int TracksPerArtist = 20;
    private const int MaxArtists = 10;
    private const int MaxGenres = 10;

    /// <summary>Returns the tracks of each seed, as far as their artists and genres are known, the most popular first.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<GeneratedItem>>> OfAsync(IReadOnlyList<Seed> seeds, string? market, CancellationToken ct)
    {
        var artists = seeds.SelectMany(ArtistsOf).Distinct().Take(MaxArtists).ToDictionary(artist => artist, ByArtistAsync);
        var genres = seeds.SelectMany(GenresOf).Distinct(StringComparer.Ordinal).Take(MaxGenres)
            .ToDictionary(genre => genre, genre => popular.OfGenreAsync(genre, market, ct), StringComparer.Ordinal);
        await Task.WhenAll(artists.Values.Concat(genres.Values));
        var lists = new List<IReadOnlyList<GeneratedItem>>();
        foreach (var seed in seeds)
        {
            var found = new List<IReadOnlyList<GeneratedItem>>();
            foreach (var artist in ArtistsOf(seed))
                if (artists.TryGetValue(artist, out var tracks)) found.Add(await tracks);
            foreach (var genre in GenresOf(seed))
                if (genres.TryGetValue(genre, out var tracks)) found.Add(await tracks);
            lists.Add([.. InTurn(found, item => item.Track).Where(item => seed.Kind != SeedKind.Track || item.Track != seed.Id)]);
        }

        return lists;

        async Task<IReadOnlyList<GeneratedItem>> ByArtistAsync(UInt128 artist)
        {
            var reason = new PickReason(PickKind.FamiliarArtist, Artist: artist);
            var tracks = await catalog.TopTracksAsync(SpotifyId.Format(artist), market, TracksPerArtist, ct);
            return
            [
                .. tracks.Select(track => SpotifyId.TryParse(track.Id, out var id) ? id : (UInt128?)null).OfType<UInt128>()
                    .Select(id => new GeneratedItem(id, reason)),
            ];
        }
    }

    /// <summary>Returns the items of lists: the first ones, then the second ones, and so on, each once.</summary>
    public static IEnumerable<T> InTurn<T, TKey>(IReadOnlyList<IReadOnlyList<T>> lists, Func<T, TKey> keyOf) => lists
        .SelectMany(list => list.Select((item, position) => (item, position)))
        .OrderBy(entry => entry.position).Select(entry => entry.item).DistinctBy(keyOf);

    private static IEnumerable<string> GenresOf(Seed seed) => seed.Genres.Take(2).Select(genre => genre.Replace('-', ' '));

    private static IEnumerable<UInt128> ArtistsOf(Seed seed) =>
        seed.Kind == SeedKind.Artist ? [seed.Id] : seed.Artists.Take(2);
}
