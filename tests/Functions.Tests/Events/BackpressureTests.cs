using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Events;

/// <summary>A test of a bus that is about ten times slower than the reports of the apps.</summary>
public sealed class BackpressureTests : IAsyncLifetime
{
    private const int Clients = 40;
    private const int Reports = 20;
    private const int EventsOfEach = 3;
    private const int MaxWaiting = 48;

    private readonly RecordingBus bus = new();
    private readonly ConcurrentDictionary<Topic, int> inFlight = new();
    private readonly ConcurrentDictionary<Topic, int> most = new();
    private readonly ConcurrentDictionary<Topic, int> attempts = new();
    private readonly TokenBucketRateLimiter limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 4, TokensPerPeriod = 4, ReplenishmentPeriod = TimeSpan.FromMilliseconds(20), QueueLimit = MaxWaiting,
    });

    private LocalServer server = null!;

    public async Task InitializeAsync()
    {
        bus.Accept = async (topic, ct) =>
        {
            attempts.AddOrUpdate(topic, 1, (_, others) => others + 1);
            var count = inFlight.AddOrUpdate(topic, 1, (_, others) => others + 1);
            most.AddOrUpdate(topic, count, (_, before) => Math.Max(before, count));
            try
            {
                using var lease = await limiter.AcquireAsync(1, ct);
                if (!lease.IsAcquired) throw new BusOverloadedException("full");
            }
            finally
            {
                inFlight.AddOrUpdate(topic, 0, (_, others) => others - 1);
            }
        };
        server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<IMessageBus>(bus));
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await limiter.DisposeAsync();
    }

    [Fact]
    public async Task No_playback_event_is_lost_telemetry_is_dropped_and_what_waits_is_bounded()
    {
        using var ada = await server.SignInAsync("ada");
        var (dropped, accepted) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            for (var report = 0; report < Reports; report++)
            {
                var answer = await ReportAsync(ada, $"{client}.{report}");
                Interlocked.Add(ref accepted, answer["accepted"]!.GetValue<int>());
                Interlocked.Add(ref dropped, answer["dropped"]!.GetValue<int>());
            }
        })));

        // Every acknowledged playback event was published, and every other accepted event is telemetry that was published.
        const int playback = Clients * Reports * EventsOfEach;
        Assert.Equal(playback, bus.EventsOf(Topic.PlaybackEvents).Select(@event => @event.Id).Distinct().Count());
        Assert.Equal(2 * playback, accepted + dropped);
        Assert.InRange(dropped, 1, playback);
        Assert.InRange(bus.EventsOf(Topic.TelemetryEvents).Count(), accepted - playback, playback);

        // Requests hold only waiting messages in memory. Their number also bounds the time of a request.
        Assert.InRange(most[Topic.PlaybackEvents], 1, Clients);
        Assert.InRange(most[Topic.TelemetryEvents], 1, Clients);
        Assert.All(inFlight.Values, count => Assert.Equal(0, count));
        // The circuit opens, so that telemetry does not take the place of playback events: otherwise each request attempts both.
        Assert.InRange(attempts[Topic.TelemetryEvents], 1, attempts[Topic.PlaybackEvents] - 1);
    }

    // As apps do: events that are not acknowledged are reported again.
    private static async Task<JsonObject> ReportAsync(HttpClient client, string prefix)
    {
        var now = DateTime.UtcNow.ToString("O");
        var events = Enumerable.Range(0, EventsOfEach).SelectMany(i => new[]
        {
            $$"""{"id":"{{prefix}}.{{i}}","type":"stream_start","uri":"spotify:track:4uLU6hMCjMI75M1A2tKUQC","timestamp":"{{now}}"}""",
            $$"""{"id":"{{prefix}}.{{i}}u","type":"ui","timestamp":"{{now}}"}""",
        });
        while (true)
        {
            using var content = new StringContent($$"""{"events":[{{string.Join(',', events)}}]}""");
            using var response = await client.PostAsync("/v1/events", content);
            if (response.StatusCode == HttpStatusCode.Accepted) return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }
}
