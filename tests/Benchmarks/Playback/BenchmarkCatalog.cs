using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Local;
using Spotify.Local.Database;

namespace Spotify.Benchmarks.Playback;

/// <summary>A catalog of 20,000 tracks.</summary>
internal static class BenchmarkCatalog
{
    private const int Albums = 1000;
    private const int TracksPerAlbum = 20;

    /// <summary>Writes the catalog to a data directory.</summary>
    /// <returns>The ids of the tracks. All of them are available in SE.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(string data)
    {
        using var database = new SqliteDatabase(new DataDirectory(data).Database, Schema.Current);
        var encodings = EncodingList.Format(QualityLadder.Rungs.Select(
            rung => new AudioEncoding(rung.Codec, rung.Quality, rung.BitrateKbps, rung.BitrateKbps * 25_000L)));
        var artist = new Artist(SpotifyId.New(), "The Benchmarks", [], 50, 0, null);
        ArtistCredit[] credits = [new(artist.Id, artist.Name)];
        await database.CommitAsync([.. CatalogWriter.Write(artist)], default);

        var ids = new List<string>(Albums * TracksPerAlbum);
        for (var a = 0; a < Albums; a++)
        {
            var album = new Album(
                SpotifyId.New(), "album", $"Album {a}", "2026", "", [], [], null, 50, MarketSet.Everywhere, null, credits, 0);
            var mutations = new List<Mutation>(CatalogWriter.Write(album));
            for (var t = 1; t <= TracksPerAlbum; t++)
            {
                // Half of the tracks have a long list of markets.
                var markets = t % 2 == 0 ? MarketSet.Everywhere : MarketSet.Of(Markets.All.Where(market => market != "US"));
                var track = new Playable(
                    SpotifyId.New(), EntityType.Track, album.Id, 1, t, $"Track {t}", 200_000, false, 50,
                    new Rights(markets, DateTimeOffset.UnixEpoch, null), null, "2026", "", [], null, credits);
                mutations.AddRange(CatalogWriter.Write(track, album.Name));
                mutations.Add(CatalogWriter.WriteAudio(track.Id, SpotifyId.New(), encodings, -6.5, -1));
                ids.Add(track.Id);
            }

            await database.CommitAsync(mutations, default);
        }

        return ids;
    }
}
