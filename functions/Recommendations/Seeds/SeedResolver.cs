using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>
/// A reader of the artists and genres that stand for seeds which the model does not know, because they are newer than it, or because there
/// is no model. Takes two reads at the same time at most, and none if all seeds are known.
/// </summary>
internal sealed class SeedResolver(CatalogReader catalog, TrackCredits credits)
{
    /// <summary>Returns seeds in terms of a model, in the same order.</summary>
    /// <param name="seeds">
    /// Up to <see cref="CatalogReader.MaxIds"/> seeds. Genres are as clients write them. Artists with genres are not read.
    /// </param>
    /// <param name="tracks">The tracks of the model; null if there is none.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<Seed>> ResolveAsync(IReadOnlyList<Seed> seeds, TrackTable? tracks, CancellationToken ct)
    {
        var unknownTracks = seeds.Where(seed => seed.Kind == SeedKind.Track && !(tracks?.TryFind(seed.Id, out _) ?? false))
            .Select(seed => seed.Id);
        var unknownArtists = seeds.Where(seed => seed.Kind == SeedKind.Artist && seed.Genres.Count == 0 && !IsKnownArtist(seed.Id))
            .Select(seed => SpotifyId.Format(seed.Id));
        var reading = credits.ReadAsync(unknownTracks, ct);
        var artists = await catalog.ArtistsAsync([.. unknownArtists.Distinct()], ct);
        var credited = await reading;
        return [.. seeds.Select(Resolve)];

        bool IsKnownArtist(UInt128 id) => tracks is not null && tracks.TryFindArtist(id, out _);

        Seed Resolve(Seed seed) => seed.Kind switch
        {
            SeedKind.Genre => tracks is null ? seed : Seed.Genre([.. seed.Genres.SelectMany(genre => GenreNames.Find(tracks, genre))]),
            SeedKind.Artist => artists.TryGetValue(SpotifyId.Format(seed.Id), out var artist) ? Seed.Artist(seed.Id, artist.Genres) : seed,
            _ => credited.TryGetValue(seed.Id, out var credit)
                ? Seed.Track(seed.Id, [.. credit.Artists.Select(one => one.Id)], GenresOf(credit))
                : seed,
        };

        IReadOnlyList<string> GenresOf(TrackCredit credit) =>
            credit.Artists is [var main, ..] && !credit.Artists.Any(artist => IsKnownArtist(artist.Id)) ? main.Genres : [];
    }
}
