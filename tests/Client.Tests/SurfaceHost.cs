using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events;
using Spotify.Fixtures;
using Spotify.Local.Commands;
using Spotify.Local.Identity;

namespace Spotify.Client.Tests;

/// <summary>
/// A host with a catalog of two genres, whose listeners keep to one of them, and the model that <c>train</c> fits to their plays. The
/// listeners ada and bob have lists of their own.
/// </summary>
public sealed class SurfaceHost : IAsyncLifetime
{
    private const int ArtistsPerGenre = 6;
    private const int TracksPerArtist = 8;
    private const int Listeners = 40;
    private const string Revision = "0123456789abcdefghijkl";

    private static readonly string Encodings =
        EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, 4_000_000)]);

    private static readonly string[] Genres = ["jazz", "rock"];

    private static readonly Artist[] Artists =
    [
        .. Genres.SelectMany(genre => Enumerable.Range(0, ArtistsPerGenre).Select(i =>
            TestCatalog.NewArtist($"{genre} artist {i}", 50 - i) with { Genres = [genre] })),
    ];

    private static readonly Playable[] Tracks =
    [
        .. Artists.SelectMany(artist => Enumerable.Range(1, TracksPerArtist).Select(number =>
            TestCatalog.NewTrack(AlbumOf(artist), number, $"{artist.Name} {number}", artist) with { Popularity = 60 - number })),
    ];

    public LocalServer Server { get; private set; } = null!;

    /// <summary>The id of ada's radio of <see cref="Played"/>, which is not in her library.</summary>
    public string Radio { get; private set; } = "";

    /// <summary>A track that ada has played.</summary>
    public static Playable Played => Tracks[0];

    /// <summary>The tracks of the album of <see cref="Played"/>, in order.</summary>
    public static IReadOnlyList<Playable> AlbumTracks => Tracks[..TracksPerArtist];

    /// <summary>Returns the ids of the playlists that were generated for a user, by their surface.</summary>
    public async Task<Dictionary<string, string>> SurfacesAsync(string user)
    {
        using var client = await Server.SignInAsync(user);
        return (await client.GetJsonAsync("/v1/me/playlists?limit=50"))["items"]!.AsArray()
            .Where(playlist => playlist!.At("surface") is not null)
            .ToDictionary(playlist => playlist!.At("surface")!, playlist => playlist!.At("id")!, StringComparer.Ordinal);
    }

    public async Task InitializeAsync()
    {
        Server = await LocalServer.StartAsync();
        var now = Server.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var release = TestCatalog.NewTrack(NewAlbum(now), 1, "Just released", Artists[0]);
        await WriteAsync(
        [
            .. Artists.SelectMany(CatalogWriter.Write),
            .. Artists.Select(AlbumOf).Append(NewAlbum(now)).SelectMany(album => CatalogWriter.Write(album)),
            .. Tracks.Append(release).SelectMany(WriteTrack),
        ]);
        await WriteAsync(Enumerable.Range(0, Listeners).SelectMany(i => WriteUser($"listener-{i}", now))
            .Concat(WriteUser("ada", now)).Concat(WriteUser("bob", now)));

        var plays = WarehouseSchema.Current.Table("plays");
        await Server.Services.GetRequiredService<IWarehouse>().AppendAsync(
            plays, [.. Enumerable.Range(0, Listeners).SelectMany(i => PlaysOf(i, now).Select(play => RowOf(plays, i, play)))], default);
        await WriteAsync(HistoryOf("ada", Genres[0], now).Concat(HistoryOf("bob", Genres[1], now)));

        using var ada = await Server.SignInAsync("ada");
        using (var followed = await ada.PutAsync($"/v1/me/following?type=artist&ids={Artists[0].Id}", null))
            followed.EnsureSuccessStatusCode();

        var errors = new StringWriter();
        var trained = await CommandLine.RunAsync(
            ["train", "--data", Server.Data, "--factors", "8", "--iterations", "5", "--threads", "1"], TextWriter.Null, errors);
        Assert.True(trained == 0, errors.ToString());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/playlist-generator")
        {
            Content = JsonContent.Create(new { users = (string[])["ada", "bob"] }),
        };
        request.Headers.Authorization = new("Bearer", Server.Services.GetRequiredService<ServiceTokens>().Issue());
        using var generated = await Server.Http.SendAsync(request);
        generated.EnsureSuccessStatusCode();
        await BlendAsync(ada);
        using var radio = await ada.PostAsJsonAsync("/v1/me/radio", new { seed = $"spotify:track:{Played.Id}" });
        Radio = (await radio.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!.At("id")!;
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    // Bob invites ada.
    private async Task BlendAsync(HttpClient ada)
    {
        using var bob = await Server.SignInAsync("bob");
        using var invited = await bob.PostAsync("/v1/me/blends", null);
        var token = (await invited.Content.ReadFromJsonAsync<JsonObject>())!.At("token");
        using var accepted = await ada.PutAsync($"/v1/me/blends/{token}", null);
        Assert.True(accepted.IsSuccessStatusCode, await accepted.Content.ReadAsStringAsync());
    }

    private static Album AlbumOf(Artist artist) =>
        TestCatalog.NewAlbum($"Songs by {artist.Name}", "album", "2019", artist) with { Genres = artist.Genres };

    private static Album NewAlbum(DateTimeOffset now)
    {
        var date = now.AddDays(-8).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return TestCatalog.NewAlbum("Newest", "single", date, Artists[0]) with { Genres = Artists[0].Genres };
    }

    private static IEnumerable<Mutation> WriteTrack(Playable track, int index) =>
    [
        .. CatalogWriter.Write(track, "Album", genres: Artists.First(artist => artist.Id == track.Artists[0].Id).Genres),
        CatalogWriter.WriteAudio(track.Id, Revision, Encodings, -6, null),
        AudioFeatureRows.Write(track.Id, Revision, new AudioFeatures(
            80 + index, index % 12, index % 2, 4, -8, 0.5, 0.6, index < Tracks.Length / 2 ? 0.2 : 0.9, 0.1, 0.1, 0.05, 0.4,
            AudioEmbedding.Of([.. Enumerable.Range(0, AudioEmbedding.Dimensions).Select(i => MathF.Sin((i + 1) * (index + 1)))]))),
    ];

    private static IEnumerable<Mutation> WriteUser(string id, DateTimeOffset now) =>
    [
        new User(id, id, null, "SE", Product.Premium, false, false, null, now).Insert(),
        Mutation.Insert(Schema.Current.Table("Listeners"), ("UserId", id), ("ListenerId", SpotifyId.FromName(id))),
    ];

    // Every listener plays half of the tracks of a genre.
    private static IEnumerable<(Playable Track, DateTimeOffset At)> PlaysOf(int listener, DateTimeOffset now) =>
        TracksOf(Genres[listener % 2]).Where((_, i) => ((i * 7) + (listener * 3)) % 5 < 3)
            .Select((track, i) => (track, now.AddDays(-1).AddMinutes(-5 * i)));

    private static WarehouseRow RowOf(WarehouseTable plays, int listener, (Playable Track, DateTimeOffset At) play) => plays.Row(
        play.At,
        ("event_id", $"{listener} {play.Track.Id}"), ("listener_id", SpotifyId.FromName($"listener-{listener}")), ("market", "SE"),
        ("type", "track"), ("playable_id", play.Track.Id), ("artist_ids", play.Track.Artists[0].Id), ("ended_at", play.At),
        ("received_at", play.At), ("played_ms", 200_000L), ("duration_ms", 200_000L),
        ("end_reason", nameof(EndReason.Completed).ToLowerInvariant()), ("engagement", 1000L), ("is_private", false));

    // Two tracks of each artist of a genre, twice.
    private static IEnumerable<Mutation> HistoryOf(string user, string genre, DateTimeOffset now) => TracksOf(genre)
        .Where((_, i) => i % TracksPerArtist < 2)
        .SelectMany(track => Enumerable.Range(1, 2).Select(day => Mutation.Insert(
            Schema.Current.Table("PlayHistory"),
            ("UserId", user), ("EventId", $"{track.Id} {day}"), ("PlayedAt", now.AddDays(-day)), ("Type", "track"),
            ("PlayableId", track.Id), ("PlayedMs", 200_000L), ("DurationMs", 200_000L), ("EndReason", "completed"),
            ("Engagement", 1000L), ("IsListed", true))));

    private static IEnumerable<Playable> TracksOf(string genre) =>
        Tracks.Skip(Array.IndexOf(Genres, genre) * ArtistsPerGenre * TracksPerArtist).Take(ArtistsPerGenre * TracksPerArtist);

    private async Task WriteAsync(IEnumerable<Mutation> mutations)
    {
        foreach (var part in mutations.Chunk(1000)) await Server.WriteAsync(part);
    }
}
