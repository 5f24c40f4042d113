using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events.Taste;
using Spotify.Fixtures;
using Spotify.Functions.WeeklyPlaylists;
using Spotify.Local.Identity;

namespace Spotify.Functions.Tests.WeeklyPlaylists;

/// <summary>A host on a clock of the test, whose scheduled calls and tasks the test makes.</summary>
internal sealed class FanOutServer : IAsyncDisposable
{
    private static readonly Statement Playlists = new(
        """
        SELECT GeneratedPlaylists.UserId, GeneratedPlaylists.Period, GeneratedPlaylists.GeneratedAt, Playlists.Version
        FROM GeneratedPlaylists JOIN Playlists ON Playlists.PlaylistId = GeneratedPlaylists.PlaylistId
        WHERE GeneratedPlaylists.Surface = 'discover-weekly' ORDER BY GeneratedPlaylists.UserId
        """);

    private static readonly Statement Shards = new("SELECT Listeners, Done, Failed, WalkedAt FROM FanOutShards");

    private FanOutServer(LocalServer home, ManualTimeProvider clock, HeldTasks tasks) => (Home, Clock, Tasks) = (home, clock, tasks);

    public LocalServer Home { get; }

    public ManualTimeProvider Clock { get; }

    public HeldTasks Tasks { get; }

    public static async Task<FanOutServer> StartAsync(DateTimeOffset now)
    {
        var (clock, tasks) = (new ManualTimeProvider(now), new HeldTasks());
        var home = await LocalServer.StartAsync(builder => builder.UseClock(clock).Services.AddSingleton<ITaskQueue>(tasks));
        await home.WriteAsync([
            .. TestCatalog.Mutations,
            CatalogWriter.WriteAudio(
                TestCatalog.Dawn.Id, "0123456789abcdef",
                EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.Normal, 96, 1)]), 0, null),
        ]);
        return new FanOutServer(home, clock, tasks);
    }

    public ValueTask DisposeAsync() => Home.DisposeAsync();

    /// <summary>Adds an active listener who has played something.</summary>
    public Task AddAsync(string id, string country, string? timeZone = null, int activeDaysAgo = 0) => Home.WriteAsync(
        new User(id, id, null, country, Product.Premium, false, false, null, Clock.Now) { TimeZone = timeZone }.Insert(),
        ActiveListeners.Upsert(id, TimeZones.IdOf(timeZone, country), Clock.Now.AddDays(-activeDaysAgo)),
        Mutation.Insert(
            Schema.Current.Table("Tastes"), ("UserId", id), ("State", new TasteState().Encode()), ("UpdatedAt", Clock.Now)));

    /// <summary>Makes the call of the scheduler that starts the fan-out.</summary>
    public Task<JsonObject> PlanAsync() => CallAsync(WeeklyPlaylistsFunction.Path);

    /// <summary>Makes the call of the scheduler that reports the progress.</summary>
    public Task<JsonObject> ReportAsync() => CallAsync(WeeklyPlaylistsFunction.ProgressPath);

    /// <summary>Delivers a task.</summary>
    public async Task<HttpStatusCode> DeliverAsync(HeldTask task)
    {
        using var content = new ByteArrayContent(task.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await PostAsync(task.Queue.Path, content);
        return response.StatusCode;
    }

    /// <summary>Delivers the tasks that are due, and those that they add, in random order. Some are delivered twice.</summary>
    public async Task DeliverAllAsync(Random random)
    {
        while (Tasks.Take(Clock.Now) is { Count: > 0 } due)
        {
            foreach (var task in due.OrderBy(_ => random.Next()))
            {
                for (var times = random.Next(4) == 0 ? 2 : 1; times > 0; times--)
                    Assert.Equal(HttpStatusCode.NoContent, await DeliverAsync(task));
            }
        }
    }

    /// <summary>Returns the Discover Weekly of each listener: the period, when it was generated, and its version.</summary>
    public async Task<Dictionary<string, (string Period, DateTimeOffset At, long Version)>> PlaylistsAsync() =>
        await Home.Database.QueryAsync(Playlists, Parameters.None, null, default).ToDictionaryAsync(
            row => row.String("UserId"), row => (row.String("Period"), row.Timestamp("GeneratedAt"), row.Int64("Version")));

    /// <summary>Returns the sums of all shards.</summary>
    public async Task<(int Shards, int Walked, long Listeners, long Done, long Failed)> SumAsync()
    {
        var rows = await Home.Database.QueryAsync(Shards, Parameters.None, null, default).ToListAsync();
        return (
            rows.Count,
            rows.Count(row => !row.IsNull("WalkedAt")),
            rows.Sum(row => row.Int64("Listeners")),
            rows.Sum(row => row.Int64("Done")),
            rows.Sum(row => row.Int64("Failed")));
    }

    private async Task<JsonObject> CallAsync(string path)
    {
        using var response = await PostAsync(path, null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private async Task<HttpResponseMessage> PostAsync(string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Authorization = new("Bearer", Home.Services.GetRequiredService<ServiceTokens>().Issue());
        return await Home.Http.SendAsync(request);
    }
}

/// <summary>A task that waits for its delivery.</summary>
internal sealed record HeldTask(Queue Queue, string? Name, byte[] Body, DateTimeOffset NotBefore);

/// <summary>A queue whose tasks the test delivers. Skips tasks with a name that was used before, as the queues of both homes do.</summary>
internal sealed class HeldTasks : ITaskQueue
{
    private readonly Lock gate = new();
    private readonly HashSet<(string Queue, string Name)> names = [];
    private readonly List<HeldTask> waiting = [];

    /// <summary>The error of the next call that adds tasks to a queue of this name, after it has added them.</summary>
    public string? FailsAfter { get; set; }

    /// <summary>Whether all calls fail.</summary>
    public bool IsDown { get; set; }

    /// <summary>The number of calls.</summary>
    public int Calls { get; private set; }

    public IReadOnlyList<HeldTask> Waiting
    {
        get
        {
            lock (gate) return [.. waiting];
        }
    }

    /// <summary>Removes and returns the tasks that are due.</summary>
    public IReadOnlyList<HeldTask> Take(DateTimeOffset now)
    {
        lock (gate)
        {
            var due = waiting.Where(task => task.NotBefore <= now).ToList();
            waiting.RemoveAll(due.Contains);
            return due;
        }
    }

    public Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct)
    {
        if (IsDown) throw new IOException("The queue is down.");
        lock (gate)
        {
            Calls++;
            foreach (var task in tasks)
            {
                if (task.Name is null || names.Add((queue.Name, task.Name)))
                    waiting.Add(new HeldTask(queue, task.Name, task.Body.ToArray(), task.NotBefore ?? DateTimeOffset.MinValue));
            }
        }

        if (FailsAfter != queue.Name) return Task.CompletedTask;
        FailsAfter = null;
        throw new IOException("The process died.");
    }
}
