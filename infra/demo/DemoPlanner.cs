using System.Globalization;
using Spotify.Demo.Music;

namespace Spotify.Demo;

/// <summary>Works out the demo catalog from its names. Everything follows from the names but a few dates, which are near today.</summary>
public static class DemoPlanner
{
    private const string IsrcPrefix = "ZZDEM";
    private const int PlaylistTracks = 25;

    private static readonly string[] Markets =
        ["AU", "BR", "CA", "DE", "ES", "FI", "FR", "GB", "IN", "IT", "JP", "MX", "NL", "NO", "PL", "SE", "US"];

    private static readonly Dictionary<string, Genre[]> GenresOf =
        DemoNames.Artists.ToDictionary(artist => artist.Key, artist => artist.Genres);

    /// <summary>The catalog as of a day.</summary>
    /// <param name="today">One release came out days before it, another comes out weeks after it.</param>
    public static DemoPlan Plan(DateOnly today)
    {
        var ranks = Ranks(DemoNames.Albums.Sum(album => album.Tracks.Length));
        var tracks = new List<DemoTrack>();
        var albums = new List<DemoAlbum>();
        foreach (var album in DemoNames.Albums)
        {
            var planned = PlanAlbum(album, albums.Count, today);
            albums.Add(planned);
            AddTracks(album, planned, tracks, ranks);
        }
        return new()
        {
            Markets = Markets,
            Artists = [.. DemoNames.Artists.Select(artist => PlanArtist(artist, tracks))],
            Albums = albums,
            Tracks = tracks,
            Shows = [.. DemoNames.Shows.Select(show => PlanShow(show, today))],
            Audiobooks = [PlanAudiobook(DemoNames.Book)],
            Playlists = [PlanPlaylist(tracks, today)],
            Users =
            [
                new("user:ada", "ada", "premium", "SE"),
                new("user:bob", "bob", "free", "US"),
                new("user:eve", "eve", "premium", "US"),
            ],
        };
    }

    /// <summary>The key of an artist in the plan.</summary>
    internal static string KeyOf(DemoNames.Artist artist) => $"artist:{artist.Key}";

    private static DemoArtist PlanArtist(DemoNames.Artist artist, List<DemoTrack> tracks)
    {
        var key = KeyOf(artist);
        var popularity = tracks.Where(track => track.ArtistKeys.Contains(key)).Max(track => track.Popularity);
        return new(key, artist.Name, artist.Genres, popularity, SeededRandom.SeedOf(key));
    }

    private static DemoAlbum PlanAlbum(DemoNames.Album album, int number, DateOnly today)
    {
        var key = $"album:{album.Key}";
        var released = int.TryParse(album.Released, CultureInfo.InvariantCulture, out var days)
            ? today.AddDays(days)
            : DateOnly.ParseExact(album.Released, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var artists = album.ArtistKeys();
        var genre = GenresOf[artists[0]][0];
        string[] artistKeys = [.. artists.Select(artist => $"artist:{artist}")];
        return new(key, album.Name, album.Type, artistKeys, genre, released, album.Label, Upc(number), SeededRandom.SeedOf(key));
    }

    private static void AddTracks(DemoNames.Album album, DemoAlbum planned, List<DemoTrack> tracks, int[] ranks)
    {
        var (disc, number) = (1, 0);
        for (var i = 0; i < album.Tracks.Length; i++)
        {
            var line = TrackLine.Parse(album.Tracks[i]);
            (disc, number) = line.StartsDisc ? (disc + 1, 1) : (disc, number + 1);
            string[] artists = album.ArtistKey == "" ? line.Guests : [album.ArtistKey, .. line.Guests];
            var key = $"track:{album.Key}-{i + 1}";
            var seed = SeededRandom.SeedOf(key);
            // Those with two genres use the second for every third track.
            var genres = GenresOf[artists[0]];
            var genre = i % 3 == 2 ? genres[^1] : genres[0];
            var year = (planned.ReleaseDate.Year % 100).ToString("00", CultureInfo.InvariantCulture);
            tracks.Add(new(
                key,
                line.Title,
                planned.Key,
                [.. artists.Select(artist => $"artist:{artist}")],
                disc,
                number,
                line.Explicit,
                Popularity(ranks[tracks.Count]),
                $"{IsrcPrefix}{year}{tracks.Count + 1:00000}",
                genre,
                seed,
                Composer.Compose(genre, seed).Duration,
                line.Markets.Length > 0 ? line.Markets : Markets,
                planned.ReleaseDate));
        }
    }

    /// <summary>An episode a week, the last one three days ago.</summary>
    private static DemoShow PlanShow(DemoNames.Show show, DateOnly today)
    {
        var first = today.AddDays(-3 - (7 * (show.Episodes.Length - 1)));
        var episodes = show.Episodes.Select((title, i) => PlanNarration($"episode:{show.Key}", show.Name, i, title, first.AddDays(7 * i)));
        var key = $"show:{show.Key}";
        return new(key, show.Name, show.Publisher, show.Description, "en", show.Genre, SeededRandom.SeedOf(key), [.. episodes]);
    }

    private static DemoAudiobook PlanAudiobook(DemoNames.Audiobook book)
    {
        var chapters = book.Chapters.Select((title, i) => PlanNarration($"chapter:{book.Key}", book.Name, i, title, new(2020, 9, 18)));
        var key = $"audiobook:{book.Key}";
        var seed = SeededRandom.SeedOf(key);
        return new(key, book.Name, [book.Author], [book.Reader], book.Publisher, book.Description, "en", book.Genre, seed, [.. chapters]);
    }

    private static DemoNarration PlanNarration(string prefix, string whole, int index, string title, DateOnly released)
    {
        var key = $"{prefix}-{index + 1}";
        var seed = SeededRandom.SeedOf(key);
        return new(key, title, $"{whole}, part {index + 1}: {title}.", released, seed, Composer.ComposeNarration(seed).Duration);
    }

    /// <summary>The best-known songs that everyone may play now, one of each album.</summary>
    private static DemoPlaylist PlanPlaylist(List<DemoTrack> tracks, DateOnly today)
    {
        var chosen = tracks
            .Where(track => !track.Explicit && track.Markets.Count == Markets.Length && track.AvailableFrom <= today)
            .GroupBy(track => track.AlbumKey)
            .Select(album => album.MaxBy(track => track.Popularity)!)
            .OrderByDescending(track => track.Popularity)
            .Take(PlaylistTracks);
        return new(
            "playlist:demo",
            "A Walk Through the Demo",
            "The best-known song of each album in the demo catalog.",
            "user:ada",
            [.. chosen.Select(track => track.Key)]);
    }

    /// <summary>The place of each track in the charts, from 0, shuffled.</summary>
    private static int[] Ranks(int count)
    {
        var random = new SeededRandom(SeededRandom.SeedOf("popularity"));
        var ranks = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var other = random.Between(0, i + 1);
            (ranks[i], ranks[other]) = (ranks[other], ranks[i]);
        }
        return ranks;
    }

    // A long tail: a few hits, then a slow fall towards the unknown.
    private static int Popularity(int rank) => (int)Math.Round(92 / Math.Pow(1 + (rank * 0.12), 1.1));

    private static string Upc(int number)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"4{number + 1:0000000000}");
        var sum = digits.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 3 : 1)).Sum();
        return string.Create(CultureInfo.InvariantCulture, $"{digits}{(10 - (sum % 10)) % 10}");
    }

    private static string[] ArtistKeys(this DemoNames.Album album) =>
        album.ArtistKey == "" ? [.. album.Tracks.SelectMany(track => TrackLine.Parse(track).Guests)] : [album.ArtistKey];

    /// <summary>A track in the notation of <see cref="DemoNames.Album.Tracks"/>.</summary>
    private sealed record TrackLine(string Title, string[] Guests, bool Explicit, string[] Markets, bool StartsDisc)
    {
        public static TrackLine Parse(string text)
        {
            var startsDisc = text.StartsWith("~ ", StringComparison.Ordinal);
            var (rest, markets) = Split(startsDisc ? text[2..] : text, " # ");
            var isExplicit = rest.EndsWith(" !", StringComparison.Ordinal);
            var (title, guests) = Split(isExplicit ? rest[..^2] : rest, " + ");
            return new(title, guests.Length == 0 ? [] : [guests], isExplicit, markets.Length == 0 ? [] : markets.Split(','), startsDisc);
        }

        private static (string Before, string After) Split(string text, string mark)
        {
            var place = text.IndexOf(mark, StringComparison.Ordinal);
            return place < 0 ? (text, "") : (text[..place], text[(place + mark.Length)..]);
        }
    }
}
