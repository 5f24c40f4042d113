using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Events;
using Spotify.Web.RateLimits;

namespace Spotify.Functions.Tests.Events;

public sealed class EventsEndpointTests : IAsyncLifetime
{
    private const string Track = "spotify:track:4uLU6hMCjMI75M1A2tKUQC";

    private readonly ManualTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly RecordingBus bus = new();
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<string> counted = new();
    private readonly LogCapture log = new();
    private LocalServer server = null!;
    private HttpClient ada = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(time).AddSingleton<IMessageBus>(bus)
                    .Configure<RateLimitOptions>(limits => limits.AppFactor = 1);
                log.AddTo(builder.Services);
            },
            rateLimit: true);
        ada = await server.SignInAsync("ada");
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == EventMetrics.MeterName && instrument.Meter.Scope == meters)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            counted.Enqueue($"{instrument.Name.Split('.')[^1]} {(tags.Length > 0 ? $"{tags[0].Value} " : "")}{count}"));
        listener.Start();
    }

    public async Task DisposeAsync()
    {
        listener.Dispose();
        log.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_good_events_of_a_batch_are_published_by_value_and_the_bad_ones_are_reported()
    {
        var answer = await ReportAsync(Body(End("1"), "{}", Ui("2"), End("3"), Ui("4").Replace("ui", "no", StringComparison.Ordinal)));
        Assert.Equal(
            """
            {"accepted":3,"rejected":[{"index":1,"reason":"id must be text of 1 to 64 characters"},{"index":4,"reason":"unknown type"}],
            "dropped":0}
            """.ReplaceLineEndings(""),
            answer);
        var batch = Assert.Single(bus.Of(Topic.PlaybackEvents));
        Assert.Equal(("ada", "SE", time.Now), (batch.UserId, batch.Country, batch.ReceivedAt));
        Assert.NotNull(batch.AppId);
        Assert.Equal(["1", "3"], batch.Events.Select(@event => @event.Id));
        Assert.Equal(["2"], bus.EventsOf(Topic.TelemetryEvents).Select(@event => @event.Id));
        Assert.Equal(["accepted stream_end 2", "accepted ui 1", "rejected 2"], counted.Order());
    }

    [Fact]
    public async Task An_empty_batch_publishes_nothing()
    {
        Assert.Equal("""{"accepted":0,"rejected":[],"dropped":0}""", await ReportAsync(Body()));
        Assert.Equal(0, bus.Attempts);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task Bodies_may_be_compressed(string encoding)
    {
        var events = Enumerable.Range(0, 500).Select(i => End($"{i}")).ToArray();
        using var response = await SendAsync(Compress(Body(events), encoding), encoding);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(500, bus.EventsOf(Topic.PlaybackEvents).Count());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task Bodies_of_more_than_a_megabyte_are_refused(string encoding)
    {
        // The compressed bodies are small: the limit applies to what they expand to.
        var length = encoding == "identity" ? 1 << 20 : 1 << 27;
        var body = Encoding.UTF8.GetBytes(Body() + new string(' ', length));
        using var response = await SendAsync(Compress(body, encoding), encoding);
        await response.ErrorAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("gzip", 40)]
    [InlineData("br", 40)]
    [InlineData("gzip", 0)]
    [InlineData("br", 0)]
    public async Task Broken_compression_is_an_error(string encoding, int kept)
    {
        var whole = Compress(Body([.. Enumerable.Range(0, 50).Select(i => End($"{i}"))]), encoding);
        byte[] broken = kept > 0 ? whole[..kept] : "not compressed at all"u8.ToArray();
        using var response = await SendAsync(broken, encoding);
        await response.ErrorAsync(HttpStatusCode.BadRequest);
        Assert.Equal(0, bus.Attempts);
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    public async Task Other_encodings_are_refused(string encoding)
    {
        using var response = await SendAsync(Compress(Body(), "identity"), encoding);
        await response.ErrorAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_body_of_another_format_is_an_error()
    {
        foreach (var body in new[] { "", "[]", "{}", "{\"events\":[\ud83c]}", Body([.. Enumerable.Repeat("1", 501)]) })
        {
            using var response = await SendAsync(Encoding.UTF8.GetBytes(body), null);
            await response.ErrorAsync(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Only_apps_that_may_play_for_a_user_report_events()
    {
        ada = server.WithScopes("ada", "user-library-read");
        using (var response = await SendAsync("{}"u8.ToArray(), null)) await response.ErrorAsync(HttpStatusCode.Forbidden);
        ada = server.SignInApp();
        using (var response = await SendAsync("{}"u8.ToArray(), null)) await response.ErrorAsync(HttpStatusCode.Forbidden);
        ada = server.Http;
        using (var response = await SendAsync("{}"u8.ToArray(), null)) await response.ErrorAsync(HttpStatusCode.Unauthorized);
        Assert.Equal(0, bus.Attempts);
    }

    [Fact]
    public async Task Reports_have_a_rate_limit_of_their_own_by_user_but_not_by_app()
    {
        for (var i = 0; i < 60; i++) await ReportAsync(Body());
        using (var response = await SendAsync("{}"u8.ToArray(), null)) await response.ErrorAsync(HttpStatusCode.TooManyRequests);
        ada = await server.SignInAsync("bob");
        for (var i = 0; i < 60; i++) await ReportAsync(Body());
    }

    [Fact]
    public async Task If_playback_events_cannot_be_published_nothing_is_acknowledged()
    {
        bus.Accept = (topic, _) => topic == Topic.PlaybackEvents ? throw new BusOverloadedException("full") : Task.CompletedTask;
        using var response = await SendAsync(Encoding.UTF8.GetBytes(Body(End("1"), Ui("2"))), null);
        await response.ErrorAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("5", response.Headers.RetryAfter?.ToString());
        Assert.Empty(counted);
        // Overload must not fill the log with a stack trace per request.
        Assert.DoesNotContain(log.Texts, text => text.Contains(" at Spotify.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task If_telemetry_cannot_be_published_it_is_dropped_and_counted_and_soon_not_tried_any_more()
    {
        bus.Accept = (topic, _) => topic == Topic.TelemetryEvents ? throw new BusOverloadedException("full") : Task.CompletedTask;
        for (var i = 0; i < 20; i++)
            Assert.Equal("""{"accepted":1,"rejected":[],"dropped":2}""", await ReportAsync(Body(End("1"), Ui("2"), Ui("3"))));
        Assert.Equal(20, bus.EventsOf(Topic.PlaybackEvents).Count());
        Assert.Equal(20, counted.Count(line => line == "dropped ui 2"));
        Assert.InRange(bus.Attempts, 25, 30);

        bus.Accept = (_, _) => Task.CompletedTask;
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("""{"accepted":3,"rejected":[],"dropped":0}""", await ReportAsync(Body(End("1"), Ui("2"), Ui("3"))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Slow_telemetry_does_not_delay_playback_events(bool canBeCanceled)
    {
        var (started, stuck) = (new SemaphoreSlim(0), new TaskCompletionSource());
        bus.Accept = (topic, ct) =>
        {
            if (topic == Topic.PlaybackEvents) return Task.CompletedTask;
            started.Release();
            return canBeCanceled ? stuck.Task.WaitAsync(ct) : stuck.Task;
        };
        var reports = Enumerable.Range(0, 5).Select(i => ReportAsync(Body(End($"{i}"), Ui("u")))).ToList();
        foreach (var _ in reports) await started.WaitAsync();
        time.Advance(TelemetryPublisher.Timeout);
        foreach (var report in reports) Assert.Equal("""{"accepted":1,"rejected":[],"dropped":1}""", await report);
        // The circuit is open.
        Assert.Equal("""{"accepted":1,"rejected":[],"dropped":1}""", await ReportAsync(Body(End("6"), Ui("u"))));
        Assert.Equal(6, bus.EventsOf(Topic.PlaybackEvents).Count());
        stuck.SetResult();
    }

    private static string Body(params string[] events) => $$"""{"events":[{{string.Join(',', events)}}]}""";

    private string End(string id) =>
        $$"""
        {"id":"{{id}}","type":"stream_end","uri":"{{Track}}","timestamp":"{{time.Now.UtcDateTime:O}}",
         "played_ms":31000,"end_reason":"skipped"}
        """;

    private string Ui(string id) => $$"""{"id":"{{id}}","type":"ui","timestamp":"{{time.Now.UtcDateTime:O}}"}""";

    private static byte[] Compress(string body, string encoding) => Compress(Encoding.UTF8.GetBytes(body), encoding);

    private static byte[] Compress(byte[] body, string encoding)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = encoding.ToLowerInvariant() switch
        {
            "gzip" => new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(compressed),
        })
            stream.Write(body);
        return compressed.ToArray();
    }

    private async Task<string> ReportAsync(string body)
    {
        using var response = await SendAsync(Encoding.UTF8.GetBytes(body), null);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, text);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(JsonNode.Parse(text));
        return text;
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] body, string? encoding)
    {
        using var content = new ByteArrayContent(body);
        if (encoding is not null) content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return await ada.PostAsync("/v1/events", content);
    }
}
