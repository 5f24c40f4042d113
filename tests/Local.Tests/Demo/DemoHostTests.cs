using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Fixtures;
using Spotify.Web;
using Spotify.Demo;

namespace Spotify.Local.Tests.Demo;

/// <summary>The demo catalog through the Web API.</summary>
public sealed class DemoHostTests(DemoHostTests.Fixture fixture) : IClassFixture<DemoHostTests.Fixture>
{
    private const string AllTypes = "album,artist,playlist,track,show,episode,audiobook";

    private readonly LocalServer server = fixture.Server;

    [Theory]
    [InlineData("ada")]
    [InlineData("bob")]
    [InlineData("eve")]
    public async Task A_single_letter_finds_results_of_every_type(string user)
    {
        var results = await (await server.SignInAsync(user)).GetJsonAsync($"/v1/search?q=a&type={AllTypes}");
        Assert.Equal(7, results.AsObject().Count);
        foreach (var (type, page) in results.AsObject()) Assert.True(page!["total"]!.GetValue<int>() > 0, type);
    }

    [Fact]
    public async Task The_demo_has_the_documented_size()
    {
        var ada = await server.SignInAsync("ada");
        var tracks = new HashSet<string>();
        var artists = new HashSet<string>();
        var durations = new Dictionary<string, int>();
        foreach (var letter in "abcdefghijklmnopqrstuvwxyz")
        {
            for (var next = $"/v1/search?type=track&limit=50&q={letter}"; next is not null;)
            {
                var page = (await ada.GetJsonAsync(next))["tracks"]!;
                foreach (var track in page["items"]!.AsArray().OfType<JsonNode>())
                {
                    tracks.Add(track.At("id")!);
                    artists.UnionWith(track["artists"]!.AsArray().Select(artist => artist!.At("id")!));
                    durations[track.At("id")!] = track["duration_ms"]!.GetValue<int>();
                }

                next = page.At("next");
            }
        }

        Assert.True(tracks.Count >= 100, $"{tracks.Count} tracks");
        Assert.Equal(25, artists.Count);
        var ordered = durations.Values.Order().ToList();
        Assert.All(ordered.SkipLast(1), duration => Assert.InRange(duration, 20_000, 40_000));
        Assert.InRange(ordered[^1], 240_000, 360_000);
    }

    [Theory]
    [InlineData("track")]
    [InlineData("episode")]
    public async Task Recordings_need_no_external_tool(string type)
    {
        var bob = await server.SignInAsync("bob");
        var found = (await bob.GetJsonAsync($"/v1/search?q=a&type={type}&limit=1"))[type + "s"]!["items"]![0]!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => bob.GetJsonAsync($"/v1/playback/{type}s/{found.At("id")}")));
        Assert.Single(answers.Select(answer => new Uri(answer.At("url")!).AbsolutePath).Distinct());

        var flac = await server.Http.GetByteArrayAsync(answers[0].At("url"));
        Assert.Equal(answers[0]["size_bytes"]!.GetValue<int>(), flac.Length);
        var index = FlacIndex.Read(new MemoryStream(flac));
        Assert.Equal(found["duration_ms"]!.GetValue<int>(), index.Duration.ToTimeSpan().TotalMilliseconds, 50.0);
        Assert.Equal(index.Index, SeekIndex.FromJson(await server.Http.GetByteArrayAsync(answers[0].At("seek_index_url"))));
    }

    [Fact]
    public async Task A_piece_of_several_minutes_can_be_sought()
    {
        var bob = await server.SignInAsync("bob");
        var found = (await bob.GetJsonAsync("/v1/search?q=langdegi&type=track"))["tracks"]!["items"]![0]!;
        var answer = await bob.GetJsonAsync($"/v1/playback/tracks/{found.At("id")}");
        var index = SeekIndex.FromJson(await server.Http.GetByteArrayAsync(answer.At("seek_index_url")));
        using var flac = new MemoryStream(await server.Http.GetByteArrayAsync(answer.At("url")));
        Assert.Equal(index, FlacIndex.Read(flac).Index);
        Assert.InRange(answer["duration_ms"]!.GetValue<int>(), 240_000, 360_000);
        Assert.InRange(flac.Length, 10 << 20, 40 << 20);
    }

    [Fact]
    public async Task Chapters_can_be_played()
    {
        var bob = await server.SignInAsync("bob");
        var book = await bob.GetJsonAsync("/v1/search?q=a&type=audiobook");
        var chapters = await bob.GetJsonAsync($"/v1/audiobooks/{book.At("audiobooks", "items", 0, "id")}/chapters");
        var answer = await bob.GetJsonAsync($"/v1/playback/chapters/{chapters.At("items", 0, "id")}");
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync(answer.At("url"))).StatusCode);
    }

    [Fact]
    public async Task Covers_are_jpegs()
    {
        var album = (await (await server.SignInAsync("eve")).GetJsonAsync("/v1/search?q=a&type=album&limit=1"))["albums"]!["items"]![0]!;
        foreach (var image in album["images"]!.AsArray())
        {
            using var response = await server.Http.GetAsync(image!.At("url"));
            Assert.Equal("image/jpeg", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal([0xFF, 0xD8, 0xFF], (await response.Content.ReadAsByteArrayAsync())[..3]);
        }
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task With_ffmpeg_the_most_popular_track_is_encoded_to_the_whole_ladder_first()
    {
        await using var demo = await LocalServer.StartAsync(demo: true, ladder: true);
        var ada = await demo.SignInAsync("ada");
        var popular = await ada.GetJsonAsync("/v1/browse/popular-tracks?limit=1");
        var id = popular.At("tracks", "items", 0, "id");
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        JsonNode answer;
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do
        {
            await interval.WaitForNextTickAsync(timeout.Token);
            answer = await ada.GetJsonAsync($"/v1/playback/tracks/{id}?quality=very_high");
        }
        while (answer.At("codec") != "vorbis");

        Assert.Equal("very_high", answer.At("quality"));
        (string, string)[] rungs =
            [("low", "vorbis"), ("normal", "vorbis"), ("high", "vorbis"), ("high", "aac"), ("very_high", "aac"), ("lossless", "flac")];
        foreach (var (quality, codec) in rungs)
        {
            var rung = await ada.GetJsonAsync($"/v1/playback/tracks/{id}?quality={quality}&codec={codec}");
            Assert.Equal((quality, codec), (rung.At("quality"), rung.At("codec")));
            var bytes = await demo.Http.GetByteArrayAsync(rung.At("url"));
            Assert.Equal(rung["size_bytes"]!.GetValue<int>(), bytes.Length);
            Assert.True(Codecs.TryParse(codec, out var known));
            var index = IndexedAudio.Read(known, new MemoryStream(bytes));
            Assert.Equal(rung["duration_ms"]!.GetValue<int>(), index.Duration.ToTimeSpan().TotalMilliseconds, 50.0);
        }

        var bob = await demo.SignInAsync("bob");
        Assert.Equal("PREMIUM_REQUIRED", (await bob.GetJsonAsync($"/v1/playback/tracks/{id}?quality=very_high")).At("limited_by"));
    }

    [Fact]
    public async Task A_second_start_creates_nothing() =>
        Assert.False(await server.Services.GetRequiredService<DemoCatalog>().CreateIfEmptyAsync(default));

    [Fact]
    public async Task A_data_directory_with_data_gets_no_demo_catalog()
    {
        var data = Directory.CreateTempSubdirectory("spotify-");
        try
        {
            await using (var plain = await LocalServer.StartAsync(data: data.FullName)) await plain.SignInAsync("me");
            await using var used = await LocalServer.StartAsync(data: data.FullName, demo: true);
            var mine = await used.SignInAsync("me");
            Assert.False(await used.Services.GetRequiredService<DemoCatalog>().CreateIfEmptyAsync(default));
            Assert.Equal("0", (await mine.GetJsonAsync("/v1/search?q=a&type=track")).At("tracks", "total"));
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_the_plug_in_a_stored_demo_is_served_as_it_is_and_no_demo_code_runs()
    {
        var data = Directory.CreateTempSubdirectory("spotify-");
        try
        {
            string recorded, unrecorded, cover;
            await using (var demo = await LocalServer.StartAsync(data: data.FullName, demo: true))
            {
                var ada = await demo.SignInAsync("ada");
                var tracks = (await ada.GetJsonAsync("/v1/search?q=a&type=track&limit=2"))["tracks"]!["items"]!;
                (recorded, unrecorded) = (tracks.At(0, "id")!, tracks.At(1, "id")!);
                cover = new Uri(tracks.At(1, "album", "images", 0, "url")!).AbsolutePath;
                await ada.GetJsonAsync($"/v1/playback/tracks/{recorded}");
            }

            List<object> registered = [];
            await using var plain = await LocalServer.StartAsync(
                builder => registered.AddRange(builder.Services.Select(service => service.ImplementationType ?? service.ServiceType)),
                data.FullName);
            Assert.DoesNotContain(registered.Cast<Type>(), type => type.Assembly == typeof(DemoPlugIn).Assembly);
            Assert.Empty(plain.Services.GetServices<IHostPlugIn>());
            var listener = await plain.SignInAsync("ada");
            Assert.Equal(HttpStatusCode.OK, (await listener.GetAsync($"/v1/playback/tracks/{recorded}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await listener.GetAsync($"/v1/playback/tracks/{unrecorded}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await plain.Http.GetAsync(cover)).StatusCode);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    /// <summary>A host with a newly created demo catalog.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public LocalServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await LocalServer.StartAsync(demo: true);

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
