using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events.Taste;
using Spotify.Fixtures;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Tracks;

namespace Spotify.Functions.Tests.Recommendations.Surfaces;

/// <summary>
/// A host with a clock and a catalog of three genres. Each has six artists with an album of five tracks. The years, the sound and the
/// markets of the tracks differ by artist.
/// </summary>
public sealed class SurfaceServer : IAsyncLifetime
{
    public const int Artists = 6;
    public const int TracksPerArtist = 5;

    /// <summary>The years of the artists of each genre.</summary>
    public static readonly int[] Years = [1975, 1984, 1986, 1995, 2010, 2024];

    private static readonly string[] Genres = ["jazz", "rock", "hip hop"];
    private static readonly string[] Letters = ["Ada", "Bell", "Cora", "Dora", "Emma", "Fay"];

    private int events;

    /// <summary>Friday noon, UTC.</summary>
    public ManualTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    public LocalServer Server { get; private set; } = null!;

    /// <summary>The tasks of visits, which are not run.</summary>
    public RecordedTasks Tasks { get; } = new();

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync(
            builder => builder.UseClock(Clock).WithoutCaches().Services.AddSingleton<ITaskQueue>(Tasks));
        await Server.WriteAsync(Catalog());
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Returns the name of an artist, such as "Ada Jazz".</summary>
    public static string ArtistName(string genre, int artist) => $"{Letters[artist]} {char.ToUpperInvariant(genre[0])}{genre[1..]}";

    /// <summary>Returns the id of a track.</summary>
    public static string Track(string genre, int artist, int number) => SpotifyId.Format(Number(genre, artist, number));

    /// <summary>Returns the id of an artist.</summary>
    public static string Artist(string genre, int artist) => SpotifyId.Format(1000 + Number(genre, artist, 0));

    /// <summary>Returns the id of an album.</summary>
    public static string Album(string genre, int artist) => SpotifyId.Format(2000 + Number(genre, artist, 0));

    /// <summary>Returns the genre, artist and number of a track.</summary>
    public static (string Genre, int Artist, int Number) Find(string track)
    {
        Assert.True(SpotifyId.TryParse(track, out var id));
        var index = (int)id - 1;
        return (Genres[index / TracksPerArtist / Artists], index / TracksPerArtist % Artists, index % TracksPerArtist);
    }

    /// <summary>Returns whether a track is marked explicit: the first of each artist.</summary>
    public static bool IsExplicit(string track) => Find(track).Number == 0;

    /// <summary>Returns whether a track is available in the United States: all but the second of each artist.</summary>
    public static bool IsInUnitedStates(string track) => Find(track).Number != 1;

    /// <summary>Inserts a listener.</summary>
    public Task AddUserAsync(string id, string country = "SE", bool explicitFilter = false) => Server.WriteAsync(
        new User(id, id, null, country, Product.Premium, explicitFilter, false, null, Clock.Now).Insert(),
        Mutation.Insert(Schema.Current.Table("Listeners"), ("UserId", id), ("ListenerId", SpotifyId.FromName(id))));

    /// <summary>Inserts a listener who played the first tracks of the artists of a genre.</summary>
    public async Task AddListenerAsync(string id, string genre = "jazz", string country = "SE", bool explicitFilter = false)
    {
        await AddUserAsync(id, country, explicitFilter);
        var played = Enumerable.Range(0, Artists - 1).SelectMany(artist => (string[])[Track(genre, artist, 0), Track(genre, artist, 2)]);
        await PlayAsync(id, null, [.. played]);
    }

    /// <summary>Records completed plays, an hour ago, and the taste that follows.</summary>
    public async Task PlayAsync(string user, string? context, params IReadOnlyList<string> tracks)
    {
        var (at, state) = (Clock.Now.AddHours(-1), new TasteState());
        foreach (var track in tracks)
        {
            var (genre, artist, _) = Find(track);
            Assert.True(SpotifyId.TryParse(track, out var id));
            Assert.True(SpotifyId.TryParse(Artist(genre, artist), out var by));
            state.Apply(new TastePlay($"play-{events}", at, 1000) { Track = id, Artists = [by], Genres = [genre] }, Clock.Now);
            await Server.WriteAsync(Mutation.Insert(
                Schema.Current.Table("PlayHistory"),
                ("UserId", user), ("EventId", $"play-{events}"), ("PlayedAt", at.AddSeconds(events++)), ("Type", "track"),
                ("PlayableId", track), ("PlayedMs", 200_000L), ("DurationMs", 200_000L), ("EndReason", "completed"),
                ("Engagement", 1000L), ("IsListed", true), ("ContextUri", context)));
        }

        await Server.WriteAsync(Mutation.Upsert(
            Schema.Current.Table("Tastes"), ("UserId", user), ("State", state.Encode()), ("UpdatedAt", Clock.Now)));
    }

    /// <summary>Trains and publishes a model.</summary>
    public async Task PublishAsync()
    {
        const int count = 3 * Artists * TracksPerArtist;
        await SmallModel.PublishAsync(
            Server, [.. Enumerable.Range(1, count).Select(number => Describe((UInt128)number))], Genres.Length, row => count - row);
        Clock.Advance(ModelHolder.CheckInterval);
    }

    private static UInt128 Number(string genre, int artist, int number) =>
        (UInt128)(1 + (((Array.IndexOf(Genres, genre) * Artists) + artist) * TracksPerArtist) + number);

    private static IEnumerable<Mutation> Catalog()
    {
        foreach (var (genre, artist) in Genres.SelectMany(genre => Enumerable.Range(0, Artists).Select(artist => (genre, artist))))
        {
            var credit = TestCatalog.NewArtist(ArtistName(genre, artist), 50) with { Id = Artist(genre, artist), Genres = [genre] };
            var album = TestCatalog.NewAlbum($"{credit.Name} Songs", "album", $"{Years[artist]}-03-01", credit) with
            {
                Id = Album(genre, artist), Genres = [genre],
            };
            foreach (var mutation in CatalogWriter.Write(credit).Concat(CatalogWriter.Write(album))) yield return mutation;
            for (var number = 0; number < TracksPerArtist; number++)
            {
                var id = Track(genre, artist, number);
                var track = TestCatalog.NewTrack(album, number + 1, $"{credit.Name} {number}", credit) with
                {
                    Id = id,
                    Explicit = IsExplicit(id),
                    Popularity = 60 - (artist * TracksPerArtist) - number,
                    Rights = new Rights(IsInUnitedStates(id) ? MarketSet.Everywhere : MarketSet.Of("SE"), null, null),
                    ReleaseDate = album.ReleaseDate,
                };
                foreach (var mutation in CatalogWriter.Write(track, album.Name, genres: album.Genres)) yield return mutation;
                yield return CatalogWriter.WriteAudio(id, SpotifyId.FromName(id), "ogg high 160 4000000", -3, null);
            }
        }
    }

    private static TrackDescription Describe(UInt128 number)
    {
        var id = SpotifyId.Format(number);
        var (genre, artist, _) = Find(id);
        return new TrackDescription(number)
        {
            Artists = [1000 + Number(genre, artist, 0)],
            Album = 2000 + Number(genre, artist, 0),
            Genres = [genre],
            Popularity = 0.9f - (0.005f * ((int)number - 1)),
            Year = Years[artist],
            Explicit = IsExplicit(id),
            Rights = new Rights(IsInUnitedStates(id) ? MarketSet.Everywhere : MarketSet.Of("SE"), null, null),
            Attributes =
            [
                (TrackAttribute.Energy, genre == "rock" ? 0.9f : artist % 2 == 0 ? 0.2f : 0.6f),
                (TrackAttribute.Acousticness, genre == "jazz" ? 0.9f : 0.1f),
                (TrackAttribute.Instrumentalness, artist % 2 == 0 ? 0.9f : 0.1f),
                (TrackAttribute.Tempo, 70 + (10 * artist)),
            ],
        };
    }
}

/// <summary>A queue that keeps its tasks.</summary>
public sealed class RecordedTasks : ITaskQueue
{
    private readonly ConcurrentQueue<string> bodies = new();

    /// <summary>The bodies, in the order in which they were added.</summary>
    public IEnumerable<string> Bodies => bodies;

    public Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct)
    {
        foreach (var task in tasks) bodies.Enqueue(Encoding.UTF8.GetString(task.Body.Span));
        return Task.CompletedTask;
    }
}
