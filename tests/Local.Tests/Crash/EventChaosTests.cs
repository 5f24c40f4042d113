using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events.Taste;
using Spotify.Fixtures;
using Spotify.Local.Messages;
using Spotify.Local.Queues;
using Spotify.Local.Schedules;
using Spotify.Local.Tasks;
using Spotify.Local.Tests.Edge;

namespace Spotify.Local.Tests.Crash;

/// <summary>
/// The event path under chaos: clients send events to a host whose bus is unavailable at times, and repeat requests that fail. Events
/// arrive out of order and more than once. The consumers run in another process, which is killed again and again. In the end, the history,
/// the warehouse and the engagement must be exactly those of <see cref="ChaosEvents"/>.
/// </summary>
public sealed class EventChaosTests : IAsyncLifetime
{
    private const int Kills = 5;
    private const int Clients = 16;

    private static readonly Statement AllPlays = new("SELECT COUNT(*) AS Plays FROM PlayHistory");

    private static readonly WarehouseStatement PlaysByListener = new(
        """
        SELECT listener_id, COUNT(*) AS plays, SUM(played_ms) AS played_ms, SUM(engagement) AS engagement
        FROM plays_once WHERE date >= @from GROUP BY listener_id
        """,
        ("from", ColumnType.Date));

    private static readonly WarehouseStatement AdsByListener = new(
        "SELECT listener_id, COUNT(*) AS ads FROM ad_impressions_once WHERE date >= @from GROUP BY listener_id", ("from", ColumnType.Date));

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly UnreliableBus bus = new();
    private LocalServer front = null!;

    public async Task InitializeAsync()
    {
        // Takes requests only; the other process consumes.
        front = await LocalServer.StartAsync(
            builder =>
            {
                foreach (var service in builder.Services.Where(IsConsumer).ToList()) builder.Services.Remove(service);
                builder.Services.AddSingleton<IMessageBus>(bus);
            },
            directory.FullName);
        bus.Inner = ActivatorUtilities.CreateInstance<SqliteMessageBus>(front.Services);
        await front.WriteAsync(TestCatalog.Mutations);

        static bool IsConsumer(ServiceDescriptor service) =>
            service.ServiceType == typeof(IHostedService)
            && (service.ImplementationType == typeof(MessagePump) || service.ImplementationType == typeof(TaskPump)
                || service.ImplementationType == typeof(ScheduleRunner));
    }

    public async Task DisposeAsync()
    {
        await front.DisposeAsync();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_event_counts_once_although_events_are_repeated_consumers_are_killed_and_the_bus_fails()
    {
        var events = new ChaosEvents(
            users: Setting("SPOTIFY_CHAOS_USERS", 1000),
            eventsPerUser: Setting("SPOTIFY_CHAOS_EVENTS_PER_USER", 200),
            seed: Setting("SPOTIFY_CHAOS_SEED", 14),
            DateTimeOffset.UtcNow);
        var sending = SendAsync(events);
        for (var kill = 1; kill <= Kills; kill++)
        {
            await using var consumers = await HostProcess.ServeAsync(directory.FullName, "--no-demo");
            var goal = events.Plays * kill / (Kills + 1);
            await Poll.UntilAsync(async () => await CountPlaysAsync() >= goal, TimeSpan.FromMinutes(10));
            await consumers.KillAsync();
            await EndLeasesAsync();
        }

        await using var last = await HostProcess.ServeAsync(directory.FullName, "--no-demo");
        await sending;
        await Poll.UntilAsync(async () => await CountWaitingAsync() == 0, TimeSpan.FromMinutes(10));

        Assert.True(bus.Failures > 0, "The bus never failed.");
        Assert.Empty(DeadLetters());
        var listeners = await ReadAsync("SELECT ListenerId AS Id, UserId AS Name FROM Listeners", row => row.String("Name"));
        Assert.Equal(events.Users.Count, listeners.Count);
        await AssertHistoryAsync(events);
        await AssertTasteAsync(events);
        await AssertWarehouseAsync(events, listeners);
    }

    /// <summary>Sends every batch, and sends it again until it is acknowledged.</summary>
    private async Task SendAsync(ChaosEvents events)
    {
        using var client = new HttpClient { BaseAddress = front.Http.BaseAddress };
        var tokens = new ConcurrentDictionary<string, AuthenticationHeaderValue>(StringComparer.Ordinal);
        var sent = 0;
        await Parallel.ForEachAsync(
            events.Batches,
            new ParallelOptions { MaxDegreeOfParallelism = Clients },
            async (batch, ct) =>
            {
                // For a tenth of the time, in the middle.
                var progress = Interlocked.Increment(ref sent) / (double)events.Batches.Count;
                bus.FailureRate = progress is > 0.4 and < 0.5 ? 0.9 : 0;
                while (true)
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events")
                    {
                        Content = new StringContent(batch.Json, Encoding.UTF8, "application/json"),
                        Headers = { Authorization = tokens.GetOrAdd(batch.User, TokenOf) },
                    };
                    using var response = await client.SendAsync(request, ct);
                    if (response.StatusCode == HttpStatusCode.ServiceUnavailable) continue;
                    var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(ct))!;
                    Assert.True(response.StatusCode == HttpStatusCode.Accepted, answer.ToJsonString());
                    Assert.Empty(answer["rejected"]!.AsArray());
                    return;
                }
            });

        AuthenticationHeaderValue TokenOf(string user)
        {
            using var signedIn = front.WithScopes(user, "streaming");
            return signedIn.DefaultRequestHeaders.Authorization!;
        }
    }

    // Instead of waiting for the leases of the killed process to end.
    private Task<int> EndLeasesAsync() => Queues.WriteAsync(
        session => session.Execute(
            "UPDATE Deliveries SET DueAt = @now WHERE DueAt > @now", new Parameters { { "now", DateTimeOffset.UtcNow } }),
        default);

    private QueueFile Queues => front.Services.GetRequiredService<QueueFile>();

    private Task<long> CountWaitingAsync() => Queues.WriteAsync(
        session => session.Query("SELECT COUNT(*) AS Waiting FROM Deliveries", Parameters.None).Single().Int64("Waiting"), default);

    private async Task<long> CountPlaysAsync() =>
        (await front.Database.QueryAsync(AllPlays, Parameters.None, null, default).SingleAsync()).Int64("Plays");

    private IEnumerable<string> DeadLetters()
    {
        var archive = Path.Combine(new DataDirectory(directory.FullName).Objects, "deadletters");
        return Directory.Exists(archive)
            ? Directory.EnumerateFiles(archive, "*.json", SearchOption.AllDirectories).Select(File.ReadAllText)
            : [];
    }

    private async Task AssertHistoryAsync(ChaosEvents events)
    {
        var history = await ReadAsync(
            """
            SELECT UserId AS Id, COUNT(*) AS Plays, SUM(PlayedMs) AS PlayedMs, SUM(Engagement) AS Engagement
            FROM PlayHistory GROUP BY UserId
            """,
            row => new PlayTotals(row.Int64("Plays"), row.Int64("PlayedMs"), row.Int64("Engagement")));
        Assert.All(events.Users, user => Assert.Equal(user.Value.Totals, history.GetValueOrDefault(user.Key, default)));
    }

    private async Task AssertTasteAsync(ChaosEvents events)
    {
        var tastes = await ReadAsync("SELECT UserId AS Id, State FROM Tastes", row => TasteState.Decode(row.Bytes("State")));
        foreach (var (user, truth) in events.Users)
        {
            var taste = tastes[user];
            Assert.Equal((user, truth.Totals.Plays, truth.Totals.Engagement), (user, taste.Plays, taste.Engagement));
        }
    }

    private async Task AssertWarehouseAsync(ChaosEvents events, IReadOnlyDictionary<string, string> listeners)
    {
        var warehouse = front.Services.GetRequiredService<IWarehouse>();
        var parameters = new Parameters { { "from", DateOnly.FromDateTime(events.Start.UtcDateTime) } };
        var plays = await warehouse.QueryAsync(PlaysByListener, parameters, default).ToDictionaryAsync(
            row => listeners[row.String("listener_id")],
            row => new PlayTotals(row.Int64("plays"), row.Int64("played_ms"), row.Int64("engagement")));
        var ads = await warehouse.QueryAsync(AdsByListener, parameters, default).ToDictionaryAsync(
            row => listeners[row.String("listener_id")], row => row.Int64("ads"));
        foreach (var (user, truth) in events.Users)
            Assert.Equal((user, truth.Totals, truth.Ads), (user, plays.GetValueOrDefault(user), ads.GetValueOrDefault(user)));
    }

    private async Task<IReadOnlyDictionary<string, T>> ReadAsync<T>(string sql, Func<Row, T> read) =>
        await front.Database.QueryAsync(new Statement(sql), Parameters.None, null, default)
            .ToDictionaryAsync(row => row.String("Id"), read, StringComparer.Ordinal);

    private static int Setting(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;

    /// <summary>A bus that fails at random, before or after it has published.</summary>
    private sealed class UnreliableBus : IMessageBus
    {
        private int failures;

        public IMessageBus Inner { get; set; } = null!;

        /// <summary>The probability of a failure, 0 to 1.</summary>
        public double FailureRate { get; set; }

        public int Failures => failures;

        public async Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct)
        {
            if (Random.Shared.NextDouble() >= FailureRate)
            {
                await Inner.PublishAsync(topic, messages, ct);
                return;
            }

            Interlocked.Increment(ref failures);
            if (Random.Shared.Next(10) == 0) await Inner.PublishAsync(topic, messages, ct);
            throw new TimeoutException("The bus is not available.");
        }
    }
}
