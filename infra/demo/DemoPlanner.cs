using System.Globalization;
using System.Text.RegularExpressions;
using Spotify.Demo.Music;
using Spotify.Domain.Users;

namespace Spotify.Demo;

/// <summary>Derives the demo catalog from its names. Only some dates depend on the day.</summary>
internal static partial class DemoPlanner
{
    private const int PlaylistTracks = 25;

    private static readonly string[] Markets =
        ["AU", "BR", "CA", "DE", "ES", "FI", "FR", "GB", "IN", "IT", "JP", "MX", "NL", "NO", "PL", "SE", "US"];

    private static readonly Dictionary<string, Genre[]> GenresOf =
        DemoNames.Artists.ToDictionary(artist => artist.Key, artist => artist.Genres);

    /// <summary>Plans the catalog as of a day: one release is some days old, another is weeks ahead.</summary>
    public static DemoPlan Plan(DateOnly today)
    {
        var ranks = Ranks(DemoNames.Albums.Sum(album => album.Tracks.Length));
        var tracks = new List<DemoTrack>();
        DemoAlbum[] albums = [.. DemoNames.Albums.Select((album, i) => PlanAlbum(album, i, today, tracks, ranks))];
        return new(
            Markets,
            [.. DemoNames.Artists.Select(artist => PlanArtist(artist, tracks))],
            albums,
            tracks,
            // An episode a week, the last one three days ago.
            [.. DemoNames.Shows.Select(show => PlanSeries(
                "show", "episode", show, i => today.AddDays(-3 + (7 * (i + 1 - show.Parts.Length)))))],
            [PlanSeries("audiobook", "chapter", DemoNames.Book, _ => new(2020, 9, 18))],
            PlanPlaylist(tracks, today),
            [
                new("user:ada", "ada", Product.Premium, "SE"),
                new("user:bob", "bob", Product.Free, "US"),
                new("user:eve", "eve", Product.Premium, "US"),
            ]);
    }

    public static string KeyOf(DemoNames.Artist artist) => $"artist:{artist.Key}";

    private static DemoArtist PlanArtist(DemoNames.Artist artist, List<DemoTrack> tracks)
    {
        var key = KeyOf(artist);
        return new(key, artist.Name, artist.Genres, tracks.Where(track => track.ArtistKeys.Contains(key)).Max(track => track.Popularity));
    }

    private static DemoAlbum PlanAlbum(DemoNames.Album album, int index, DateOnly today, List<DemoTrack> tracks, int[] ranks)
    {
        var released = int.TryParse(album.Released, CultureInfo.InvariantCulture, out var days)
            ? today.AddDays(days)
            : DateOnly.ParseExact(album.Released, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Match[] lines = [.. album.Tracks.Select(track => TrackLine().Match(track))];
        string[] artists = album.ArtistKey == "" ? [.. lines.Select(line => line.Groups["guest"].Value)] : [album.ArtistKey];
        var planned = new DemoAlbum(
            $"album:{album.Key}",
            album.Name,
            album.Type,
            [.. artists.Select(artist => $"artist:{artist}")],
            GenresOf[artists[0]][0],
            released,
            album.Label,
            Upc(index));
        var (disc, number) = (1, 0);
        for (var i = 0; i < lines.Length; i++)
        {
            (disc, number) = lines[i].Groups["disc"].Success ? (disc + 1, 1) : (disc, number + 1);
            tracks.Add(PlanTrack(album, planned, lines[i].Groups, i, disc, number, tracks.Count, ranks[tracks.Count]));
        }

        return planned;
    }

    private static DemoTrack PlanTrack(
        DemoNames.Album album, DemoAlbum planned, GroupCollection line, int index, int disc, int number, int serial, int rank)
    {
        string[] artists = [.. new[] { album.ArtistKey, line["guest"].Value }.Where(artist => artist != "")];
        // An artist's second genre is that of every third track.
        var genres = GenresOf[artists[0]];
        return new(
            $"track:{album.Key}-{index + 1}",
            line["title"].Value,
            planned,
            [.. artists.Select(artist => $"artist:{artist}")],
            disc,
            number,
            line["explicit"].Success,
            // A long tail: a few hits, then a slow fall.
            (int)Math.Round(92 / Math.Pow(1 + (rank * 0.12), 1.1)),
            string.Create(CultureInfo.InvariantCulture, $"ZZDEM{planned.ReleaseDate.Year % 100:00}{serial + 1:00000}"),
            index % 3 == 2 ? genres[^1] : genres[0],
            line["movements"] is { Success: true, Value: var movements } ? int.Parse(movements, CultureInfo.InvariantCulture) : 1,
            line["markets"] is { Success: true, Value: var markets } ? markets.Split(',') : Markets);
    }

    private static DemoSeries PlanSeries(string kind, string partKind, DemoNames.Series series, Func<int, DateOnly> released) => new(
        $"{kind}:{series.Key}",
        series.Name,
        series.Publisher,
        series.Description,
        series.Genre,
        [
            .. series.Parts.Select((title, i) =>
                new DemoNarration($"{partKind}:{series.Key}-{i + 1}", title, $"{series.Name}, part {i + 1}: {title}.", released(i))),
        ]);

    /// <summary>Returns a playlist of the most popular track of each album, without explicit, restricted or unreleased ones.</summary>
    private static DemoPlaylist PlanPlaylist(List<DemoTrack> tracks, DateOnly today) => new(
        "playlist:demo",
        "A Walk Through the Demo",
        "The best-known song of each album in the demo catalog.",
        "user:ada",
        [
            .. tracks
                .Where(track => !track.Explicit && track.Markets.Count == Markets.Length && track.Album.ReleaseDate <= today)
                .GroupBy(track => track.Album)
                .Select(album => album.MaxBy(track => track.Popularity)!)
                .OrderByDescending(track => track.Popularity)
                .Take(PlaylistTracks)
                .Select(track => track.Key),
        ]);

    /// <summary>Returns the position of each track in the charts, from 0, shuffled.</summary>
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

    private static string Upc(int index)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"4{index + 1:0000000000}");
        var sum = digits.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 3 : 1)).Sum();
        return $"{digits}{(10 - (sum % 10)) % 10}";
    }

    /// <summary>Matches a track in the notation of <see cref="DemoNames.Album.Tracks"/>.</summary>
    [GeneratedRegex(@"^(?<disc>~ )?(?<title>.+?)( \* (?<movements>\d+))?( \+ (?<guest>\S+))?(?<explicit> !)?( # (?<markets>\S+))?$")]
    private static partial Regex TrackLine();
}
