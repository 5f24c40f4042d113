using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.CdnWarming;
using Spotify.Local.Identity;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.CdnWarming;

public sealed class CdnWarmingTests
{
    private static readonly TimeSpan TestTimeout = TimeSpan.FromSeconds(60);

    private static readonly AudioEncoding[] Ladder =
        [.. QualityLadder.Rungs.Select(rung => new AudioEncoding(rung.Codec, rung.Quality, rung.BitrateKbps, rung.BitrateKbps))];
    private static readonly AudioEncoding[] High = [Ladder[2]];
    private static readonly AudioEncoding[] Flac = [Ladder[^1]];

    [Fact]
    public async Task All_objects_of_an_album_except_lossless_are_fetched_even_before_its_release()
    {
        var served = new ConcurrentQueue<(string Path, int Status, long? Bytes)>();
        await using var server = await StartAsync(builder => builder.Services.AddSingleton<IStartupFilter>(new Edge(served)));
        var store = server.Services.GetRequiredService<IObjectStore>();
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var track in new[] { Dawn, Future })
        {
            await server.WriteAsync(Audio(track, Ladder));
            foreach (var encoding in Ladder)
            {
                var audio = $"tracks/{track.Id}/rev/{encoding.FileName}";
                foreach (var (name, size) in new[] { (audio, 1000L * encoding.BitrateKbps), ($"{audio}.seek.json", 50) })
                {
                    await store.WriteAsync(name, new MemoryStream(new byte[size]), new WriteOptions("audio/ogg"), default);
                    if (encoding.Quality != AudioQuality.Lossless) sizes.Add("/" + name, size);
                }
            }
        }

        var answer = await WarmAsync(server, Sunrise.Id);
        Assert.Equal(
            $$"""{"albums":1,"tracks":2,"objects":32,"bytes":{{sizes.Values.Sum()}},"failed":0,"remaining":0,"unknown":[]}""",
            answer.ToJsonString());
        Assert.Equal(
            sizes.OrderBy(size => size.Key, StringComparer.Ordinal).Select(object (size) => (size.Key, 200, (long?)size.Value)),
            served.OrderBy(hit => hit.Path, StringComparer.Ordinal).Select(object (hit) => hit));

        // Listeners still cannot play the unreleased track.
        using var ada = await server.SignInAsync("ada");
        await ada.GetErrorAsync($"/v1/playback/tracks/{Future.Id}", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Lossless_is_fetched_if_there_is_no_other_encoding()
    {
        var cdn = new FakeCdn();
        await using var server = await StartAsync(cdn, Audio(Dawn, Flac));
        Assert.Equal("2", (await WarmAsync(server, Sunrise.Id)).At("objects"));
        Assert.Equal(
            ["lossless.m4a", "lossless.m4a.seek.json"], cdn.Attempts.Keys.Select(url => url[(url.LastIndexOf('/') + 1)..]).Order());
    }

    [Fact]
    public async Task Unknown_albums_are_reported_and_the_others_are_warmed()
    {
        var (one, two) = (SpotifyId.FromName("none"), SpotifyId.FromName("nothing"));
        var cdn = new FakeCdn();
        await using var server = await StartAsync(cdn, Audio(Dawn, High), Audio(Duet, High));

        // Tracks without audio are skipped, and a repeated album counts once.
        var answer = await WarmAsync(server, one, Sunrise.Id, two, Together.Id, Sunrise.Id, SwedenOnly.Id);
        Assert.Equal(
            $$"""{"albums":3,"tracks":2,"objects":4,"bytes":40,"failed":0,"remaining":0,"unknown":["{{one}}","{{two}}"]}""",
            answer.ToJsonString());
        Assert.All(cdn.Attempts.Values, attempts => Assert.Equal(1, attempts));
    }

    [Fact]
    public async Task More_albums_than_fit_in_one_query_are_all_warmed()
    {
        var cdn = new FakeCdn();
        await using var server = await StartAsync(cdn, Audio(Dawn, High), Audio(Duet, High));
        var unknown = Enumerable.Range(0, CdnWarmingEndpoints.MaxAlbums - 2).Select(i => SpotifyId.FromName($"none {i}")).ToList();
        var answer = await WarmAsync(server, [Sunrise.Id, .. unknown, Together.Id]);
        Assert.Equal(("2", "4"), (answer.At("albums"), answer.At("objects")));
        Assert.Equal(unknown, answer["unknown"]!.AsArray().Select(id => id!.GetValue<string>()));
    }

    [Fact]
    public async Task An_invalid_body_is_rejected_and_warms_nothing()
    {
        var cdn = new FakeCdn();
        await using var server = await StartAsync(cdn, Audio(Dawn, High));
        using var scheduler = Scheduler(server);
        foreach (var (body, message) in new[]
        {
            ("", "Missing body"), ("null", "Missing body"), ("{", "Error parsing JSON"), ("\"x\"", "Error parsing JSON"),
            ("{}", "Missing albums"), ("""{"albums":null}""", "Missing albums"),
            ("""{"albums":[]}""", "Missing albums"), ("""{"albums":"x"}""", "Error parsing JSON at $.albums"),
            ("""{"albums":[1]}""", "Error parsing JSON at $.albums[0]"),
            ("""{"albums":[null]}""", "Invalid base62 id in albums: null"), ("""{"albums":["x"]}""", "Invalid base62 id in albums: x"),
            ("""{"albums":["\ud800"]}""", "Error parsing JSON"),
            ($$"""{"albums":["{{Sunrise.Id}}","http://169.254.169.254/"]}""", "Invalid base62 id in albums: http"),
            (
                $$"""{"albums":[{{string.Join(',', Enumerable.Repeat($"\"{Sunrise.Id}\"", CdnWarmingEndpoints.MaxAlbums + 1))}}]}""",
                "Too many albums"),
        })
        {
            using var response = await scheduler.PostAsync(
                CdnWarmingEndpoints.Path, new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.StartsWith(message, await response.ErrorAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
        }

        Assert.Empty(cdn.Attempts);
    }

    [Fact]
    public async Task Only_services_may_start_warming()
    {
        var cdn = new FakeCdn();
        await using var server = await StartAsync(cdn, Audio(Dawn, High));
        var issuer = server.Services.GetRequiredService<ServiceTokens>();
        using var ada = await server.SignInAsync("ada");
        using var stranger = WithToken(server, issuer.Issue("stranger@example.com"));
        using var elsewhere = WithToken(server, issuer.Issue(ServiceTokens.Email, "another-service"));
        foreach (var client in new[] { server.Http, ada, stranger, elsewhere })
        {
            using var response = await client.PostAsync(CdnWarmingEndpoints.Path, Body(Sunrise.Id));
            await response.ErrorAsync(HttpStatusCode.Forbidden);
        }

        Assert.Empty(cdn.Attempts);
    }

    [Fact]
    public async Task A_failed_download_is_retried_once_and_then_counted_as_failed()
    {
        var cdn = new FakeCdn((url, attempt, _) => url.AbsolutePath switch
        {
            var path when path.Contains(Dawn.Id, StringComparison.Ordinal) && attempt == 1 =>
                throw new HttpRequestException("The connection broke."),
            var path when path.Contains(Explicit.Id, StringComparison.Ordinal) =>
                Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway)),
            var path when path.Contains(Future.Id, StringComparison.Ordinal) =>
                Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new BrokenStream()) }),
            _ => Task.FromResult(FakeCdn.Ten()),
        });
        await using var server = await StartAsync(cdn, Audio(Dawn, High), Audio(Explicit, High), Audio(Future, High), Audio(Duet, High));
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                var own = instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>();
                if (own && instrument.Name == "spotify.cdn_warming.objects") listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, count, tags, _) =>
                counted.AddOrUpdate((string)tags.ToArray().Single(tag => tag.Key == "outcome").Value!, count, (_, sum) => sum + count));
        listener.Start();

        var answer = await WarmAsync(server, Sunrise.Id, Together.Id);
        Assert.Equal("""{"albums":2,"tracks":4,"objects":4,"bytes":40,"failed":4,"remaining":0,"unknown":[]}""", answer.ToJsonString());
        Assert.All(
            cdn.Attempts,
            attempts => Assert.Equal(attempts.Key.Contains(Duet.Id, StringComparison.Ordinal) ? 1 : 2, attempts.Value));
        Assert.Equal((4, 4), (counted["fetched"], counted["failed"]));
    }

    [Fact]
    public async Task Redirects_and_truncated_responses_are_failures_and_are_not_followed()
    {
        var asked = new ConcurrentQueue<string>();
        await using var cdn = await WebServerAsync(async context =>
        {
            asked.Enqueue(context.Request.Path);
            if (context.Request.Path.Value!.EndsWith(".seek.json", StringComparison.Ordinal))
            {
                context.Response.ContentLength = 100;
                await context.Response.Body.WriteAsync(new byte[10]);
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            }

            context.Response.Redirect($"http://{context.Request.Host}/elsewhere");
        });
        await using var server = await StartAsync(Cdns(("audio", cdn.Urls.Single(), null)), Audio(Dawn, High));
        var answer = await WarmAsync(server, Sunrise.Id);
        Assert.Equal("""{"albums":1,"tracks":1,"objects":0,"bytes":0,"failed":2,"remaining":0,"unknown":[]}""", answer.ToJsonString());
        Assert.Equal(2, asked.Count(path => path.EndsWith(".ogg", StringComparison.Ordinal)));
        Assert.DoesNotContain("/elsewhere", asked);
    }

    [Fact]
    public async Task An_unreachable_CDN_is_reported_in_the_response()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        await using var server = await StartAsync(Cdns(("audio", $"http://127.0.0.1:{port}", null)), Audio(Dawn, High));
        Assert.Equal("2", (await WarmAsync(server, Sunrise.Id)).At("failed"));
    }

    [Fact]
    public async Task Exactly_the_CDNs_that_rank_first_in_a_market_are_warmed()
    {
        var fake = new FakeCdn();
        await using var server = await StartAsync(builder =>
        {
            var cdns = Cdns(
                ("world", "https://world.example", null),
                ("north", "https://north.example", "SE"),
                ("spare", "https://spare.example", null));
            cdns(builder);
            builder.Configuration["Cdn:Cdns:2:LatencyMs"] = "500";
            Use(fake)(builder);
        }, Audio(Dawn, High));
        Assert.Equal(
            ("4", "40"), (await WarmAsync(server, Sunrise.Id)) is var answer ? (answer.At("objects"), answer.At("bytes")) : default);
        Assert.Equal(
            ["north.example", "north.example", "world.example", "world.example"],
            fake.Attempts.Keys.Select(url => new Uri(url).Host).Order());
    }

    [Fact]
    public async Task Signed_URLs_are_not_sent_to_the_host_in_the_Host_header()
    {
        var cdn = new FakeCdn();
        await using var server = await StartAsync(cdn, Audio(Dawn, High));
        using var scheduler = Scheduler(server);
        using var request = new HttpRequestMessage(HttpMethod.Post, CdnWarmingEndpoints.Path)
        {
            Content = Body(Sunrise.Id),
            Headers = { Host = "evil.example" },
        };
        using var response = await scheduler.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(cdn.Attempts.Keys, url => Assert.Equal(server.Http.BaseAddress!.Authority, new Uri(url).Authority));
        Assert.Equal(2, cdn.Attempts.Count);
    }

    [Fact]
    public async Task Parallelism_is_limited_by_the_option()
    {
        // No request completes before the maximum number of requests has arrived.
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = 0;
        var cdn = new FakeCdn(async (_, _, _) =>
        {
            if (Interlocked.Increment(ref asked) == 3) full.SetResult();
            await full.Task.WaitAsync(TestTimeout);
            return FakeCdn.Ten();
        });
        await using var server = await StartAsync(builder =>
        {
            Use(cdn)(builder);
            builder.Configuration["CdnWarming:Parallelism"] = "3";
        }, Audio(Dawn, Ladder), Audio(Explicit, Ladder));
        Assert.Equal("32", (await WarmAsync(server, Sunrise.Id)).At("objects"));
        Assert.Equal(3, cdn.MostInFlight);
    }

    [Fact]
    public async Task Remaining_objects_are_reported_at_the_deadline_and_fetched_by_the_next_request()
    {
        var time = new ManualTimeProvider();
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (asked, slow) = (0, true);
        var cdn = new FakeCdn(async (_, _, ct) =>
        {
            if (!slow || Interlocked.Increment(ref asked) <= 5) return FakeCdn.Ten();
            stuck.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return null!;
        });
        await using var server = await StartAsync(builder =>
        {
            Use(cdn)(builder);
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Configuration["CdnWarming:Parallelism"] = "1";
            builder.Configuration["CdnWarming:RequestTimeout"] = "01:00:00";
            builder.Configuration["CdnWarming:Budget"] = "00:08:00";
        }, Audio(Dawn, Ladder));

        var warming = WarmAsync(server, Sunrise.Id);
        await stuck.Task.WaitAsync(TestTimeout);
        Assert.False(warming.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(8));
        Assert.Equal(
            """{"albums":1,"tracks":1,"objects":5,"bytes":50,"failed":0,"remaining":11,"unknown":[]}""",
            (await warming.WaitAsync(TestTimeout)).ToJsonString());

        slow = false;
        Assert.Equal(
            """{"albums":1,"tracks":1,"objects":16,"bytes":160,"failed":0,"remaining":0,"unknown":[]}""",
            (await WarmAsync(server, Sunrise.Id)).ToJsonString());
    }

    [Fact]
    public async Task A_failed_download_without_time_for_a_retry_counts_as_failed()
    {
        var time = new ManualTimeProvider();
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cdn = new FakeCdn(async (_, attempt, ct) =>
        {
            if (attempt == 1) return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            stuck.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return null!;
        });
        await using var server = await StartAsync(builder =>
        {
            Use(cdn)(builder);
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Configuration["CdnWarming:Parallelism"] = "1";
            builder.Configuration["CdnWarming:RequestTimeout"] = "01:00:00";
        }, Audio(Dawn, High));
        var warming = WarmAsync(server, Sunrise.Id);
        await stuck.Task.WaitAsync(TestTimeout);
        time.Advance(TimeSpan.FromMinutes(8));
        Assert.Equal(
            ("2", "0"), (await warming.WaitAsync(TestTimeout)) is var answer ? (answer.At("failed"), answer.At("remaining")) : default);
    }

    [Fact]
    public async Task A_slow_download_does_not_delay_the_others()
    {
        var time = new ManualTimeProvider();
        var stuck = new SemaphoreSlim(0);
        var cdn = new FakeCdn(async (url, _, ct) =>
        {
            if (url.AbsolutePath.EndsWith(".seek.json", StringComparison.Ordinal)) return FakeCdn.Ten();
            stuck.Release();
            await Task.Delay(Timeout.Infinite, ct);
            return null!;
        });
        await using var server = await StartAsync(builder =>
        {
            Use(cdn)(builder);
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Configuration["CdnWarming:Parallelism"] = "1";
        }, Audio(Dawn, High));
        var warming = WarmAsync(server, Sunrise.Id);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            Assert.True(await stuck.WaitAsync(TestTimeout));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(
            """{"albums":1,"tracks":1,"objects":1,"bytes":10,"failed":1,"remaining":0,"unknown":[]}""",
            (await warming.WaitAsync(TestTimeout)).ToJsonString());
    }

    [Theory]
    [InlineData("Parallelism", "0")]
    [InlineData("Parallelism", "65")]
    [InlineData("RequestTimeout", "00:00:00")]
    [InlineData("Budget", "-00:00:01")]
    [InlineData("Budget", "02:00:00")]
    public async Task An_invalid_option_is_rejected_at_startup(string name, string value)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => LocalServer.StartAsync(builder => builder.Configuration["CdnWarming:" + name] = value));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    private static Mutation Audio(Playable track, IReadOnlyList<AudioEncoding> encodings) =>
        CatalogWriter.WriteAudio(track.Id, "rev", EncodingList.Format(encodings), 0, null);

    private static Task<LocalServer> StartAsync(FakeCdn cdn, params Mutation[] audio) => StartAsync(Use(cdn), audio);

    private static async Task<LocalServer> StartAsync(Action<WebApplicationBuilder> configure, params Mutation[] audio)
    {
        var server = await LocalServer.StartAsync(configure);
        await server.WriteAsync([.. Mutations, .. audio]);
        return server;
    }

    private static Action<WebApplicationBuilder> Use(FakeCdn cdn) =>
        builder => builder.Services.AddHttpClient(CdnWarmer.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => cdn);

    private static Action<WebApplicationBuilder> Cdns(params (string Name, string Url, string? NearTo)[] cdns) => builder =>
    {
        for (var i = 0; i < cdns.Length; i++)
        {
            var (name, url, nearTo) = cdns[i];
            builder.Configuration[$"Cdn:Cdns:{i}:Name"] = name;
            builder.Configuration[$"Cdn:Cdns:{i}:BaseUrl"] = url;
            if (nearTo is not null) builder.Configuration[$"Cdn:Cdns:{i}:LatencyMsByMarket:{nearTo}"] = "5";
        }
    };

    private static HttpClient Scheduler(LocalServer server) =>
        WithToken(server, new ServiceTokens(server.Issuer(TimeProvider.System)).Issue());

    private static HttpClient WithToken(LocalServer server, string token) =>
        new()
        {
            BaseAddress = server.Http.BaseAddress,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };

    private static StringContent Body(params string[] albums) =>
        new(
            new JsonObject { ["albums"] = new JsonArray([.. albums.Select(id => (JsonNode)id)]) }.ToJsonString(),
            Encoding.UTF8,
            "application/json");

    private static async Task<JsonNode> WarmAsync(LocalServer server, params string[] albums)
    {
        using var scheduler = Scheduler(server);
        using var response = await scheduler.PostAsync(CdnWarmingEndpoints.Path, Body(albums));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private static async Task<WebApplication> WebServerAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }

    /// <summary>A recorder of the objects that the edge serves.</summary>
    private sealed class Edge(ConcurrentQueue<(string Path, int Status, long? Bytes)> served) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Response.OnStarting(() =>
                {
                    if (context.Request.Path.StartsWithSegments("/tracks"))
                        served.Enqueue((context.Request.Path, context.Response.StatusCode, context.Response.ContentLength));
                    return Task.CompletedTask;
                });
                return rest(context);
            });
            next(app);
        };
    }

    /// <summary>A body that fails after one byte.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public BrokenStream() : base(new byte[1])
        {
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == Length ? throw new IOException("The connection broke.") : base.ReadAsync(buffer, cancellationToken);
    }
}
