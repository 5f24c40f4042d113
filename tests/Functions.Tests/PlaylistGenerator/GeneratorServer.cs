using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.Tests.Recommendations;
using Spotify.Local.Identity;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Tracks;

namespace Spotify.Functions.Tests.PlaylistGenerator;

/// <summary>
/// A host with a catalog of four genres, each with eight artists of one album with eight tracks, and with a clock. A model is trained on
/// listeners who keep to one genre each.
/// </summary>
public sealed class GeneratorServer : IAsyncLifetime
{
    public const int Genres = 4;
    public const int Artists = 8;
    public const int TracksPerArtist = 8;
    public const int TracksPerGenre = Artists * TracksPerArtist;

    private static readonly Table PlayHistory = Schema.Current.Table("PlayHistory");

    private int eventId;

    /// <summary>Monday, 06:00 in Sweden.</summary>
    public ManualTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero));

    public LocalServer Server { get; private set; } = null!;

    public InterceptedDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync(builder =>
        {
            builder.UseClock(Clock).WithoutCaches().Services
                .AddSingleton(provider => new InterceptedDatabase(provider.GetRequiredService<Local.Database.SqliteDatabase>()))
                .AddSingleton<IDatabase>(provider => provider.GetRequiredService<InterceptedDatabase>());
        });
        Database = Server.Services.GetRequiredService<InterceptedDatabase>();
        await Server.WriteAsync(Catalog());
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Returns the id of a track.</summary>
    public static string Track(int genre, int artist, int number) => SpotifyId.Format(Number(genre, artist, number));

    /// <summary>Returns the id of an artist.</summary>
    public static string Artist(int genre, int artist) => SpotifyId.Format((UInt128)(10_000 + (genre * Artists) + artist));

    /// <summary>Returns the id of an album.</summary>
    public static string Album(int genre, int artist) => SpotifyId.Format((UInt128)(20_000 + (genre * Artists) + artist));

    /// <summary>Returns the genre of a track.</summary>
    public static int GenreOf(string track) => Index(track) / TracksPerGenre;

    /// <summary>Returns the artist of a track.</summary>
    public static string ArtistOf(string track) => Artist(GenreOf(track), Index(track) % TracksPerGenre / TracksPerArtist);

    /// <summary>Returns whether a track is marked explicit: every fourth one.</summary>
    public static bool IsExplicit(string track) => Index(track) % 4 == 3;

    /// <summary>Returns whether a track is available in the United States: all but those of every third artist.</summary>
    public static bool IsInUnitedStates(string track) => Index(track) / TracksPerArtist % 3 != 2;

    /// <summary>Trains and publishes a model.</summary>
    public async Task<string> PublishAsync(int seed = 1)
    {
        var tracks = Enumerable.Range(1, Genres * TracksPerGenre).Select(number => Describe((UInt128)number)).ToList();
        var version = await SmallModel.PublishAsync(Server, tracks, Genres, row => 1 + (row % 7), seed);
        Clock.Advance(ModelHolder.CheckInterval);
        return version;
    }

    /// <summary>Inserts a listener.</summary>
    public Task AddUserAsync(string id, string country = "SE", bool explicitFilter = false) => Server.WriteAsync(
        new User(id, id, null, country, Product.Premium, explicitFilter, false, null, Clock.Now).Insert(),
        Mutation.Insert(Schema.Current.Table("Listeners"), ("UserId", id), ("ListenerId", SpotifyId.FromName(id))));

    /// <summary>Inserts a listener who played tracks of a genre: the first ones of each artist.</summary>
    public async Task AddListenerAsync(string id, int genre = 0, string country = "SE", bool explicitFilter = false)
    {
        await AddUserAsync(id, country, explicitFilter);
        await PlayAsync(id, [.. Enumerable.Range(0, Artists).Select(artist => Track(genre, artist, 0))]);
    }

    /// <summary>Records completed plays.</summary>
    public Task PlayAsync(string user, params IEnumerable<string> tracks) => Server.WriteAsync(tracks.Select(track => Mutation.Insert(
        PlayHistory,
        ("UserId", user), ("EventId", $"event-{eventId++}"), ("PlayedAt", Clock.Now.AddHours(-1)), ("Type", "track"),
        ("PlayableId", track), ("PlayedMs", 200_000L), ("DurationMs", 200_000L), ("EndReason", "completed"), ("Engagement", 1000L),
        ("IsListed", true), ("ContextUri", null))));

    /// <summary>Sends a task.</summary>
    public Task<HttpResponseMessage> SendAsync(GenerationTask task) => SendAsync(task.ToRequest(null).Body);

    /// <summary>Sends a body to the endpoint of the queue.</summary>
    public async Task<HttpResponseMessage> SendAsync(ReadOnlyMemory<byte> body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/playlist-generator");
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new("Bearer", Server.Services.GetRequiredService<ServiceTokens>().Issue());
        return await Server.Http.SendAsync(request);
    }

    /// <summary>Generates Discover Weekly for listeners, and expects success.</summary>
    public async Task GenerateAsync(params IReadOnlyList<string> users)
    {
        using var response = await SendAsync(new GenerationTask(users) { Surfaces = ["discover-weekly"] });
        Assert.Equal(System.Net.HttpStatusCode.NoContent, response.StatusCode);
    }

    /// <summary>Returns the Discover Weekly of a listener, read through the API; null if there is none.</summary>
    public async Task<JsonObject?> ReadAsync(string user)
    {
        if (await StateAsync(user) is not { } state) return null;
        using var client = await Server.SignInAsync(user);
        return JsonNode.Parse(await client.GetStringAsync($"/v1/playlists/{state.String("PlaylistId")}"))!.AsObject();
    }

    /// <summary>Returns the row of a listener's Discover Weekly; null if there is none.</summary>
    public Task<Row?> StateAsync(string user) =>
        Database.ReadAsync(Schema.Current.Table("GeneratedPlaylists"), new Key(user, "discover-weekly"), null, default);

    /// <summary>Returns the ids of the tracks of a listener's Discover Weekly.</summary>
    public async Task<List<string>> TracksAsync(string user) => await ReadAsync(user) is { } playlist
        ? [.. playlist["tracks"]!["items"]!.AsArray().Select(item => item!["track"]!["id"]!.GetValue<string>())]
        : [];

    private static UInt128 Number(int genre, int artist, int number) =>
        (UInt128)(1 + (genre * TracksPerGenre) + (artist * TracksPerArtist) + number);

    private static int Index(string track) => SpotifyId.TryParse(track, out var number) ? (int)number - 1 : -1;

    private static IEnumerable<Mutation> Catalog()
    {
        foreach (var (genre, artist) in Enumerable.Range(0, Genres * Artists).Select(i => (i / Artists, i % Artists)))
        {
            var name = $"Artist {genre}-{artist}";
            var credit = TestCatalog.NewArtist(name, 50) with { Id = Artist(genre, artist), Genres = [$"genre {genre}"] };
            var album = TestCatalog.NewAlbum(name, "album", "2020-01-01", credit) with
            {
                Id = Album(genre, artist), Genres = [$"genre {genre}"],
            };
            foreach (var mutation in CatalogWriter.Write(credit).Concat(CatalogWriter.Write(album))) yield return mutation;
            for (var number = 0; number < TracksPerArtist; number++)
            {
                var id = Track(genre, artist, number);
                var markets = IsInUnitedStates(id) ? MarketSet.Everywhere : MarketSet.Of("SE");
                var track = TestCatalog.NewTrack(album, number + 1, $"Track {number}", credit) with
                {
                    Id = id, Explicit = IsExplicit(id), Popularity = 90 - (genre * 10) - number, Rights = new Rights(markets, null, null),
                };
                foreach (var mutation in CatalogWriter.Write(track, album.Name, genres: album.Genres)) yield return mutation;
                yield return CatalogWriter.WriteAudio(id, SpotifyId.FromName(id), "ogg high 160 4000000", -3, null);
            }
        }
    }

    private static TrackDescription Describe(UInt128 number)
    {
        var id = SpotifyId.Format(number);
        Assert.True(SpotifyId.TryParse(ArtistOf(id), out var artist));
        Assert.True(SpotifyId.TryParse(Album(GenreOf(id), Index(id) % TracksPerGenre / TracksPerArtist), out var album));
        return new TrackDescription(number)
        {
            Artists = [artist], Album = album, Genres = [$"genre {GenreOf(id)}"], Popularity = 0.1f + (0.001f * Index(id)), Year = 2020,
            Explicit = IsExplicit(id),
        };
    }
}
