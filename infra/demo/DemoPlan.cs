using System.Globalization;
using System.Text.RegularExpressions;
using Spotify.Demo.Covers;
using Spotify.Demo.Music;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Users;

namespace Spotify.Demo;

/// <summary>
/// The content of the demo catalog, derived from <see cref="DemoNames"/>. Only some dates depend on the day. Ids and seeds are derived
/// from keys, stable texts such as <c>artist:aurora-fields</c>.
/// </summary>
internal sealed partial class DemoPlan
{
    public const string PlaylistName = "A Walk Through the Demo";
    public const string PlaylistOwner = "ada";

    public static readonly IReadOnlyList<(string Id, Product Product, string Country)> Users =
        [("ada", Product.Premium, "SE"), ("bob", Product.Free, "US"), ("eve", Product.Premium, "US")];

    private const int PlaylistTracks = 25;

    // The countries in which the catalog is available.
    private static readonly string[] Markets =
        ["AU", "BR", "CA", "DE", "ES", "FI", "FR", "GB", "IN", "IT", "JP", "MX", "NL", "NO", "PL", "SE", "US"];

    private static readonly Dictionary<string, DemoNames.Artist> ArtistsByKey = DemoNames.Artists.ToDictionary(artist => artist.Key);

    private readonly int[] ranks = Ranks(DemoNames.Albums.Sum(album => album.Tracks.Length));

    /// <summary>Plans the catalog as of a day: one release is some days old, another is weeks ahead.</summary>
    public DemoPlan(DateOnly today)
    {
        foreach (var album in DemoNames.Albums) AddAlbum(album, today);
        foreach (var artist in DemoNames.Artists)
        {
            var id = ArtistIdOf(artist);
            var tracks = Tracks.Select(track => track.Playable).Where(track => track.Artists.Any(credit => credit.Id == id));
            var popularity = tracks.Max(track => track.Popularity);
            var cover = AddCover($"artist:{artist.Key}", artist.Genres[0]);
            Artists.Add(new(id, artist.Name, [.. artist.Genres.Select(NameOf)], popularity, popularity * 137L, cover));
        }

        foreach (var show in DemoNames.Shows)
        {
            var key = $"show:{show.Key}";
            Shows.Add(new(
                IdOf(key), show.Name, show.Publisher, show.Description, ["en"], [$"C {show.Publisher}"], false, 35, MarketSet.Everywhere,
                AddCover(key, show.Genre), 0));
            // An episode a week, the last one three days ago.
            AddNarrations(show, IdOf(key), EntityType.Episode, i => today.AddDays(-3 + (7 * (i + 1 - show.Parts.Length))));
        }

        var (book, bookKey) = (DemoNames.Book, $"audiobook:{DemoNames.Book.Key}");
        Book = new(
            IdOf(bookKey), book.Name, [DemoNames.BookAuthor], [DemoNames.BookReader], book.Publisher, book.Description, "Unabridged",
            ["en"], [$"C {book.Publisher}"], false, 25, MarketSet.Everywhere, AddCover(bookKey, book.Genre), 0);
        AddNarrations(book, Book.Id, EntityType.Chapter, _ => new(2020, 9, 18));

        // The most popular track of each album, without explicit, restricted or unreleased ones.
        Playlist =
        [
            .. Tracks.Select(track => track.Playable)
                .Where(track => !track.Explicit && track.Rights.Markets == MarketSet.Everywhere && track.Rights.From <= StartOf(today))
                .GroupBy(track => track.ParentId)
                .Select(album => album.MaxBy(track => track.Popularity)!)
                .OrderByDescending(track => track.Popularity)
                .Take(PlaylistTracks),
        ];
    }

    public List<Artist> Artists { get; } = [];

    public List<Album> Albums { get; } = [];

    /// <summary>The tracks, in the order of their albums.</summary>
    public List<DemoRecording> Tracks { get; } = [];

    public List<Show> Shows { get; } = [];

    public Audiobook Book { get; }

    /// <summary>Episodes and chapters, in order.</summary>
    public List<DemoRecording> Narrations { get; } = [];

    public IReadOnlyList<Playable> Playlist { get; }

    /// <summary>The arguments of <see cref="CoverPainter.Paint"/>, by image id.</summary>
    public Dictionary<string, (ulong Seed, Genre Genre)> Covers { get; } = [];

    public static string IdOf(string key) => SpotifyId.FromName("demo:" + key);

    public static string ArtistIdOf(DemoNames.Artist artist) => IdOf($"artist:{artist.Key}");

    private void AddAlbum(DemoNames.Album album, DateOnly today)
    {
        var released = int.TryParse(album.Released, CultureInfo.InvariantCulture, out var days)
            ? today.AddDays(days)
            : DateOnly.ParseExact(album.Released, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        GroupCollection[] lines = [.. album.Tracks.Select(track => TrackLine().Match(track).Groups)];
        string[] artists = album.ArtistKey == "" ? [.. lines.Select(line => line["guest"].Value)] : [album.ArtistKey];
        var (key, genre) = ($"album:{album.Key}", ArtistsByKey[artists[0]].Genres[0]);
        var (first, disc, number) = (Tracks.Count, 1, 0);
        foreach (var (i, line) in lines.Index())
        {
            (disc, number) = line["disc"].Success ? (disc + 1, 1) : (disc, number + 1);
            AddTrack(album, line, i, disc, number, released);
        }

        var tracks = Tracks[first..];
        Albums.Add(new(
            IdOf(key), album.Type, album.Name, DateOf(released), album.Label, [$"P {released.Year} {album.Label}"], [NameOf(genre)],
            Upc(Albums.Count), tracks.Max(track => track.Playable.Popularity),
            MarketsOf([.. tracks.SelectMany(track => track.Playable.Rights.Markets.ToList())]), AddCover(key, genre),
            [.. artists.Select(CreditOf)], 0));
    }

    private void AddTrack(DemoNames.Album album, GroupCollection line, int index, int disc, int number, DateOnly released)
    {
        string[] artists = [.. new[] { album.ArtistKey, line["guest"].Value }.Where(artist => artist != "")];
        // An artist's second genre is that of every third track.
        var genres = ArtistsByKey[artists[0]].Genres;
        var genre = index % 3 == 2 ? genres[^1] : genres[0];
        var key = $"track:{album.Key}-{index + 1}";
        var movements = line["movements"] is { Success: true, Value: var count } ? int.Parse(count, CultureInfo.InvariantCulture) : 1;
        var seed = SeededRandom.SeedOf(key);
        Func<IReadOnlyList<Composition>> compose = () => Composer.Compose(genre, seed, movements);
        // A long tail: a few hits, then a slow fall.
        var popularity = (int)Math.Round(92 / Math.Pow(1 + (ranks[Tracks.Count] * 0.12), 1.1));
        var isrc = string.Create(CultureInfo.InvariantCulture, $"ZZDEM{released.Year % 100:00}{Tracks.Count + 1:00000}");
        var markets = line["markets"] is { Success: true, Value: var codes } ? MarketsOf(codes.Split(',')) : MarketSet.Everywhere;
        Tracks.Add(new(
            new(
                IdOf(key), EntityType.Track, IdOf($"album:{album.Key}"), disc, number, line["title"].Value, LengthOf(compose()),
                line["explicit"].Success, popularity, new Rights(markets, StartOf(released), null), isrc, DateOf(released), "", [], null,
                [.. artists.Select(CreditOf)]),
            album.Name, genre, seed, compose));
    }

    private void AddNarrations(DemoNames.Series series, string parentId, EntityType type, Func<int, DateOnly> released)
    {
        foreach (var (i, title) in series.Parts.Index())
        {
            var key = $"{type.ToString().ToLowerInvariant()}:{series.Key}-{i + 1}";
            var seed = SeededRandom.SeedOf(key);
            Func<IReadOnlyList<Composition>> compose = () => [Composer.ComposeNarration(seed)];
            Narrations.Add(new(
                new(
                    IdOf(key), type, parentId, 1, i + 1, title, LengthOf(compose()), false, 20,
                    new Rights(MarketSet.Everywhere, null, null), null, DateOf(released(i)), $"{series.Name}, part {i + 1}: {title}.",
                    ["en"], null, []),
                series.Name, null, seed, compose));
        }
    }

    private string AddCover(string key, Genre genre)
    {
        var id = SpotifyId.FromName("demo:cover:" + key);
        Covers.Add(id, (SeededRandom.SeedOf(key), genre));
        return id;
    }

    private static ArtistCredit CreditOf(string artist) => new(ArtistIdOf(ArtistsByKey[artist]), ArtistsByKey[artist].Name);

    private static string NameOf(Genre genre) => genre.ToString().ToLowerInvariant();

    private static string DateOf(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset StartOf(DateOnly date) => new(date, TimeOnly.MinValue, TimeSpan.Zero);

    private static int LengthOf(IReadOnlyList<Composition> piece) => (int)piece.Sum(movement => movement.Duration.TotalMilliseconds);

    private static MarketSet MarketsOf(string[] markets) =>
        Markets.Except(markets).Any() ? MarketSet.Of(markets) : MarketSet.Everywhere;

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

    /// <summary>Returns twelve digits, the last one a check digit (GS1 UPC-A; the leading 4 is for use within one shop).</summary>
    private static string Upc(int index)
    {
        var digits = string.Create(CultureInfo.InvariantCulture, $"4{index + 1:0000000000}");
        var sum = digits.Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 3 : 1)).Sum();
        return $"{digits}{(10 - (sum % 10)) % 10}";
    }

    /// <summary>Matches a track in the notation of <see cref="DemoNames.Album"/>.</summary>
    [GeneratedRegex(@"^(?<disc>~ )?(?<title>.+?)( \* (?<movements>\d+))?( \+ (?<guest>\S+))?(?<explicit> !)?( # (?<markets>\S+))?$")]
    private static partial Regex TrackLine();
}

/// <summary>A track, an episode or a chapter.</summary>
/// <param name="Playable">The row in the catalog, without encodings.</param>
/// <param name="ParentName">The name of the album, show or audiobook.</param>
/// <param name="Genre">The genre of a track.</param>
/// <param name="Seed">The seed of the music.</param>
/// <param name="Compose">Composes the movements, which are played one after another.</param>
internal sealed record DemoRecording(
    Playable Playable, string ParentName, Genre? Genre, ulong Seed, Func<IReadOnlyList<Composition>> Compose);
