using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Search;

namespace Spotify.Fixtures.Search;

/// <summary>
/// A catalog for measuring relevance, the same in every run: well-known artists with some of their albums and tracks (<c>artists.txt</c>),
/// and generated ones among and after them. Popularity follows Zipf's law.
/// </summary>
public static class RelevanceCatalog
{
    private const int GeneratedArtists = 2000;
    private const int GeneratedTracks = 3;

    private static readonly Lazy<Content> All = new(Create);

    /// <summary>The artists, most popular first.</summary>
    public static IReadOnlyList<Artist> Artists => All.Value.Artists;

    /// <summary>The albums.</summary>
    public static IReadOnlyList<Album> Albums => All.Value.Albums;

    /// <summary>The tracks with their albums.</summary>
    public static IReadOnlyList<(Playable Track, Album Album)> Tracks => All.Value.Tracks;

    /// <summary>The searchable entities: artists, albums and tracks.</summary>
    public static IReadOnlyList<SearchEntry> Documents { get; } =
    [
        .. Artists.Select(CatalogWriter.SearchEntryOf), .. Albums.Select(CatalogWriter.SearchEntryOf),
        .. Tracks.Select(pair => CatalogWriter.SearchEntryOf(pair.Track, pair.Album.Name, [], pair.Album.Genres)),
    ];

    /// <summary>The mutations that write the catalog with its search documents.</summary>
    public static IEnumerable<Mutation> Mutations =>
        Artists.SelectMany(CatalogWriter.Write)
            .Concat(Albums.SelectMany(album => CatalogWriter.Write(album)))
            .Concat(Tracks.SelectMany(pair => CatalogWriter.Write(pair.Track, pair.Album.Name, genres: pair.Album.Genres)));

    /// <summary>Romanized names of artists: the name, and how it is searched for.</summary>
    internal static IReadOnlyList<(string Artist, string Romanized)> Romanizations { get; } =
    [
        .. WellKnown().SelectMany(artist => artist.Romanized.Select(romanized => (artist.Name, romanized))),
    ];

    private static IEnumerable<WellKnownArtist> WellKnown() => Repository.Read("tests/Fixtures/Search/artists.txt").Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('|'))
        .Select(fields => new WellKnownArtist(
            fields[0], fields[1].Split('/', StringSplitOptions.RemoveEmptyEntries), fields[2], fields[3], fields[4],
            fields[5].Split(" / ")));

    private static Content Create()
    {
        var random = new Random(13);
        var names = new RelevanceNames(random);
        var wellKnown = WellKnown().ToList();
        var known = wellKnown.Select(artist => SearchText.FoldedName(artist.Name)).ToHashSet();
        var artists = new List<WellKnownArtist>();
        while (artists.Count < GeneratedArtists + wellKnown.Count)
        {
            // Every other one of the first artists is well known.
            if (artists.Count % 2 == 0 && artists.Count / 2 < wellKnown.Count)
            {
                artists.Add(wellKnown[artists.Count / 2]);
                continue;
            }

            var name = names.Artist();
            if (!known.Add(SearchText.FoldedName(name))) continue;
            var tracks = Enumerable.Range(0, GeneratedTracks).Select(_ => names.Title(name)).ToList();
            artists.Add(new WellKnownArtist(name, [], "pop", $"{random.Next(1960, 2026)}", names.Title(name), tracks));
        }

        var content = new Content([], [], []);
        for (var i = 0; i < artists.Count; i++) content.Add(artists[i], Popularity(i + 1, artists.Count));
        return content;
    }

    private static int Popularity(int rank, int count) => (int)Math.Round(100 * (1 - (Math.Log(rank) / Math.Log(count + 1))));

    private sealed record WellKnownArtist(
        string Name, IReadOnlyList<string> Romanized, string Genre, string Year, string Album, IReadOnlyList<string> Tracks);

    private sealed record Content(List<Artist> Artists, List<Album> Albums, List<(Playable Track, Album Album)> Tracks)
    {
        public void Add(WellKnownArtist source, int popularity)
        {
            var artist = TestCatalog.NewArtist(source.Name, popularity) with { Genres = [source.Genre] };
            var album = TestCatalog.NewAlbum($"{source.Name}: {source.Album}", "album", source.Year, artist) with
            {
                Name = source.Album,
                Genres = artist.Genres,
                Popularity = Math.Max(0, popularity - 3),
                Upc = $"{4_000_000_000_000 + Albums.Count}",
            };
            Artists.Add(artist);
            Albums.Add(album);
            for (var i = 0; i < source.Tracks.Count; i++)
            {
                var id = SpotifyId.FromName($"relevance:{source.Name}:{i}");
                var track = TestCatalog.NewTrack(album, i + 1, source.Tracks[i], artist) with { Id = id };
                Tracks.Add((track with { Popularity = Math.Max(0, popularity - (3 * i)), Isrc = $"SEREL26{Tracks.Count:00000}" }, album));
            }
        }
    }
}
