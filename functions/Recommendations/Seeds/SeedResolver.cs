using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>
/// A reader of the artists and genres that stand for seeds which the model does not know, because they are newer than it, or because there
/// is no model. Takes two round trips at most, and none if all seeds are known.
/// </summary>
internal sealed class SeedResolver(CatalogReader catalog)
{
    /// <summary>Returns seeds in terms of a model, in the same order.</summary>
    /// <param name="seeds">Up to <see cref="CatalogReader.MaxIds"/> seeds. Genres are as clients write them.</param>
    /// <param name="tracks">The tracks of the model; null if there is none.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<Seed>> ResolveAsync(IReadOnlyList<Seed> seeds, TrackTable? tracks, CancellationToken ct)
    {
        var unknownTracks = seeds.Where(seed => seed.Kind == SeedKind.Track && !(tracks?.TryFind(seed.Id, out _) ?? false));
        var playables = await catalog.PlayablesAsync([.. unknownTracks.Select(seed => SpotifyId.Format(seed.Id)).Distinct()], ct);
        var unknownArtists = playables.Values.Select(track => track.Artists.Select(artist => artist.Id).ToList())
            .Where(artists => !artists.Exists(IsKnownArtist)).SelectMany(artists => artists.Take(1))
            .Concat(seeds.Where(seed => seed.Kind == SeedKind.Artist).Select(seed => SpotifyId.Format(seed.Id))
                .Where(id => !IsKnownArtist(id)));
        var artists = await catalog.ArtistsAsync([.. unknownArtists.Distinct().Take(CatalogReader.MaxIds)], ct);
        return [.. seeds.Select(Resolve)];

        bool IsKnownArtist(string id) =>
            tracks is not null && SpotifyId.TryParse(id, out var number) && tracks.TryFindArtist(number, out _);

        Seed Resolve(Seed seed) => seed.Kind switch
        {
            SeedKind.Genre => tracks is null ? seed : Seed.Genre([.. seed.Genres.SelectMany(genre => GenreNames.Find(tracks, genre))]),
            SeedKind.Artist => Seed.Artist(seed.Id, GenresOf(SpotifyId.Format(seed.Id))),
            _ => playables.TryGetValue(SpotifyId.Format(seed.Id), out var track)
                ? Seed.Track(
                    seed.Id,
                    [.. track.Artists.Select(artist => Number(artist.Id))],
                    track.Artists is [var main, ..] ? GenresOf(main.Id) : [])
                : seed,
        };

        IReadOnlyList<string> GenresOf(string artist) => artists.TryGetValue(artist, out var known) ? known.Genres : [];
    }

    private static UInt128 Number(string id) => SpotifyId.TryParse(id, out var number) ? number : 0;
}
