using System.Globalization;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Search;

namespace Spotify.Benchmarks.Search;

/// <summary>
/// Searchable entities with generated names, the same in every run: tracks, and a tenth as many artists and albums. The words of names and
/// the popularity of artists and tracks are distributed by Zipf's law.
/// </summary>
internal sealed class GeneratedCatalog
{
    private const int TracksPerAlbum = 10;

    private static readonly string[] Starts =
    [
        "b", "br", "c", "ch", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pr", "r", "s", "sh", "st", "t",
        "tr", "v", "w", "",
    ];

    private static readonly string[] Middles = ["a", "e", "i", "o", "u", "ai", "ea", "ou", "y"];

    private static readonly string[] Ends = ["", "", "n", "r", "s", "l", "t", "m", "nd", "ng", "st", "ck"];

    private static readonly string[] Genres =
        [.. Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"genre {i}"))];

    private readonly Random random = new(13);
    private readonly string[] words;

    /// <summary>Creates a catalog.</summary>
    /// <param name="tracks">The number of tracks.</param>
    public GeneratedCatalog(int tracks)
    {
        Tracks = tracks;
        var distinct = new HashSet<string>();
        while (distinct.Count < 60_000)
        {
            var syllables = 1 + (distinct.Count < 2000 ? random.Next(2) : random.Next(1, 4));
            distinct.Add(string.Concat(Enumerable.Range(0, syllables).Select(_ => Pick(Starts) + Pick(Middles) + Pick(Ends))));
        }

        words = [.. distinct];
    }

    /// <summary>The number of tracks.</summary>
    public int Tracks { get; }

    /// <summary>Returns the entities: each artist, then its album and the tracks of the album.</summary>
    public IEnumerable<SearchEntry> Entries()
    {
        var albums = Math.Max(1, Tracks / TracksPerAlbum);
        for (var i = 0; i < albums; i++)
        {
            var artist = new ArtistCredit(Id(), Name(1, 3));
            var popularity = Popularity(i + 1, albums);
            yield return new SearchEntry(EntityType.Artist, artist.Id, artist.Name, popularity, MarketSet.Everywhere);

            var released = new DateOnly(1960, 1, 1).AddDays(random.Next(24_000)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var album = new SearchEntry(EntityType.Album, Id(), Name(1, 4), popularity, MarketSet.Everywhere)
            {
                Artists = [artist],
                ReleaseDate = released,
                AddedAt = DateTimeOffset.UnixEpoch.AddDays(20_000 + random.Next(400)),
                Genres = [Pick(Genres)],
            };
            yield return album;

            for (var number = 1; number <= TracksPerAlbum; number++)
            {
                yield return album with
                {
                    Type = EntityType.Track,
                    Id = Id(),
                    Name = Name(1, 4),
                    Popularity = Math.Max(0, popularity - (int)(10 * Math.Log2(number))),
                    Album = album.Name,
                };
            }
        }
    }

    // Proportional to the logarithm of the plays, which are those of Zipf's law.
    private static int Popularity(int place, int count) => (int)(100 * (1 - (Math.Log(place) / Math.Log(count + 1))));

    private string Id()
    {
        Span<byte> bits = stackalloc byte[16];
        random.NextBytes(bits);
        return SpotifyId.FromHash(bits);
    }

    private string Name(int shortest, int longest) =>
        string.Join(' ', Enumerable.Range(0, random.Next(shortest, longest + 1)).Select(_ => Word()));

    // The place in Zipf's law, by the inverse of its distribution.
    private string Word() => words[(int)Math.Exp(random.NextDouble() * Math.Log(words.Length)) - 1];

    private T Pick<T>(T[] items) => items[random.Next(items.Length)];
}
