using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Spotify.Contracts;
using Spotify.Domain.Ports;
using Spotify.Google.Tasks;

namespace Spotify.Google.Tests.Tasks;

public sealed class CloudTaskQueueTests : TaskQueueContract, IAsyncLifetime
{
    private readonly List<IHost> hosts = [];
    private TaskServer server = null!;
    private ITaskQueue queue = null!;

    protected override ITaskQueue Tasks => queue;

    protected override DateTimeOffset Now => DateTimeOffset.UtcNow;

    public async Task InitializeAsync()
    {
        server = await TaskServer.StartAsync();
        queue = await OpenAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var host in hosts) host.Dispose();
        await server.DisposeAsync();
    }

    protected override Task<IReadOnlyList<QueuedTask>> QueuedAsync(Queue queue) => Task.FromResult<IReadOnlyList<QueuedTask>>(
        [
            .. server.Queued.Where(task => Regex.IsMatch(task.Name, $"/queues/{queue.Name}-[0-9]+/tasks/")).Select(task => new QueuedTask(
                Regex.Replace(task.TaskName.TaskId, "^[0-9a-f]{16}-", ""),
                task.HttpRequest.Body.ToStringUtf8(),
                task.ScheduleTime.ToDateTimeOffset())),
        ]);

    [Fact]
    public async Task Sends_the_request_with_its_token_deadline_and_schedule()
    {
        var at = Now.AddHours(1);
        var slow = Batches with { Deadline = TimeSpan.FromMinutes(20) };
        await queue.EnqueueAsync(slow, [Request("{}") with { Name = "week-1", NotBefore = at }], default);
        var request = Assert.Single(server.Requests);
        Assert.Equal("projects/p-1/locations/europe-west1/queues/playlist-batches-0", request.Parent);
        Assert.Matches("^" + Regex.Escape(request.Parent) + "/tasks/[0-9a-f]{16}-week-1$", request.Task.Name);
        Assert.Equal(TimeSpan.FromMinutes(20), request.Task.DispatchDeadline.ToTimeSpan());
        Assert.Equal(at, request.Task.ScheduleTime.ToDateTimeOffset());
        var http = request.Task.HttpRequest;
        Assert.Equal("https://tasks.example/tasks/playlist-batches", http.Url);
        Assert.Equal(global::Google.Cloud.Tasks.V2.HttpMethod.Post, http.HttpMethod);
        Assert.Equal("application/json", Assert.Single(http.Headers).Value);
        Assert.Equal("{}", http.Body.ToStringUtf8());
        Assert.Equal("tasks@p-1.iam.gserviceaccount.com", http.OidcToken.ServiceAccountEmail);
        Assert.Equal("https://tasks.example", http.OidcToken.Audience);
    }

    [Fact]
    public async Task Sends_no_schedule_for_immediate_tasks()
    {
        await queue.EnqueueAsync(Batches, [Request("{}")], default);
        Assert.Null(Assert.Single(server.Requests).Task.ScheduleTime);
    }

    [Fact]
    public async Task Sends_the_tasks_of_a_queue_to_its_own_function()
    {
        var own = await OpenAsync(("Tasks:Urls:taste-updates", "https://taste.example/"), ("Tasks:Audience", "spotify"));
        await own.EnqueueAsync(Sharded, [Request("1")], default);
        await own.EnqueueAsync(Batches, [Request("1")], default);
        Assert.Equal(
            [("https://taste.example/tasks/taste-updates", "spotify"), ("https://tasks.example/tasks/playlist-batches", "spotify")],
            server.Requests.Select(request => (request.Task.HttpRequest.Url, request.Task.HttpRequest.OidcToken.Audience)));
    }

    [Fact]
    public async Task Names_the_missing_setting_of_a_queue_without_a_function()
    {
        var own = await OpenAsync(("Tasks:BaseUrl", null), ("Tasks:Urls:taste-updates", "https://taste.example"));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => own.EnqueueAsync(Batches, [Request("1")], default));
        Assert.Contains("Tasks:Urls:playlist-batches", failure.Message);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Adds_tasks_to_the_configured_queues()
    {
        var own = await OpenAsync(
            ("Tasks:Shards:taste-updates:0", "taste-updates-0-1a2b3c4"),
            ("Tasks:Shards:taste-updates:1", "taste-updates-1-5d6e7f8"),
            ("Tasks:Shards:taste-updates:2", "taste-updates-2-9a0b1c2"));
        await own.EnqueueAsync(Sharded, [.. Enumerable.Range(0, 100).Select(i => Request("1"))], default);
        Assert.Equal(
            ["taste-updates-0-1a2b3c4", "taste-updates-1-5d6e7f8", "taste-updates-2-9a0b1c2"],
            server.Queued.Select(task => task.Name.Split('/')[5]).Distinct().Order());
    }

    [Fact]
    public async Task Rejects_tasks_if_not_every_shard_is_configured()
    {
        var own = await OpenAsync(("Tasks:Shards:taste-updates:0", "taste-updates-0-1a2b3c4"));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => own.EnqueueAsync(Sharded, [Request("1")], default));
        Assert.Contains("Tasks:Shards:taste-updates", failure.Message);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Spreads_tasks_over_all_shards(bool named)
    {
        await queue.EnqueueAsync(
            Sharded, [.. Enumerable.Range(0, 300).Select(i => Request("1") with { Name = named ? $"user-{i}" : null })], default);
        var shards = server.Queued.GroupBy(task => task.Name.Split('/')[5]).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(["taste-updates-0", "taste-updates-1", "taste-updates-2"], shards.Keys.Order());
        Assert.All(shards.Values, count => Assert.InRange(count, 50, 150));
    }

    [Fact]
    public async Task Ids_start_with_different_characters()
    {
        await queue.EnqueueAsync(
            Batches, [.. Enumerable.Range(0, 100).Select(i => Request("1") with { Name = $"week-2026-01-{i}" })], default);
        Assert.True(server.Queued.Select(task => task.TaskName.TaskId[..2]).Distinct().Count() > 60);
    }

    [Fact]
    public async Task The_longest_names_have_different_ids()
    {
        var name = new string('n', 499);
        await queue.EnqueueAsync(
            Batches,
            [Request("1") with { Name = name + "a" }, Request("2") with { Name = name + "b" }, Request("3") with { Name = name + "a" }],
            default);
        await queue.EnqueueAsync(Batches, [Request("4") with { Name = name + "b" }], default);
        Assert.Equal(["1", "2"], server.Queued.Select(task => task.HttpRequest.Body.ToStringUtf8()).Order());
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Aborted)]
    public async Task Retries_transient_errors(StatusCode status)
    {
        server.Fail(status, times: 3);
        await queue.EnqueueAsync(Batches, [Request("1")], default);
        Assert.Equal(4, server.Requests.Count);
        Assert.Single(server.Requests.Select(request => request.Task.Name).Distinct());
        Assert.Single(server.Queued);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a")]
    public async Task A_task_whose_response_was_lost_is_added_once(string? name)
    {
        server.Fail(StatusCode.Unavailable, isDone: true);
        await queue.EnqueueAsync(Batches, [Request("1") with { Name = name }], default);
        Assert.Equal(2, server.Requests.Count);
        Assert.Single(server.Queued);
    }

    [Theory]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.FailedPrecondition)]
    public async Task Does_not_retry_rejected_requests(StatusCode status)
    {
        server.Fail(status);
        var failure = await Assert.ThrowsAsync<IOException>(() => queue.EnqueueAsync(Batches, [Request("1")], default));
        Assert.Contains("playlist-batches-0", failure.Message);
        Assert.Contains(status.ToString(), failure.Message);
        Assert.Contains("On order.", failure.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Stops_after_the_configured_number_of_tries()
    {
        server.Fail(StatusCode.Unavailable, times: 100);
        await Assert.ThrowsAsync<IOException>(() => queue.EnqueueAsync(Batches, [Request("1")], default));
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Reports_a_missing_queue()
    {
        server.Queues = ["playlist-batches-0"];
        await queue.EnqueueAsync(Batches, [Request("1")], default);
        var failure = await Assert.ThrowsAsync<IOException>(() => queue.EnqueueAsync(Sharded, [Request("1")], default));
        Assert.Matches("queues/taste-updates-[012]' failed: NotFound", failure.Message);
    }

    [Fact]
    public async Task Adds_at_most_the_configured_number_of_tasks_at_once()
    {
        var narrow = await OpenAsync(("Tasks:Parallelism", "3"));
        await narrow.EnqueueAsync(Batches, [.. Enumerable.Range(0, 200).Select(_ => Request("1"))], default);
        Assert.Equal(200, server.Queued.Count);
        Assert.InRange(server.MostUnderWay, 1, 3);
    }

    [Fact]
    public async Task Stops_adding_after_a_failure()
    {
        server.Fail(StatusCode.PermissionDenied);
        await Assert.ThrowsAsync<IOException>(
            () => queue.EnqueueAsync(Batches, [.. Enumerable.Range(0, 10_000).Select(_ => Request("1"))], default));
        Assert.InRange(server.Requests.Count, 1, 9_999);
    }

    [Fact]
    public async Task Reports_a_timeout()
    {
        server.IsSilent = true;
        var hasty = await OpenAsync(("Tasks:Deadline", "00:00:00.300"));
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => hasty.EnqueueAsync(Batches, [Request("1")], default));
        Assert.Contains("within 0.3 s", failure.Message);
    }

    [Fact]
    public async Task Stops_when_the_caller_cancels()
    {
        server.IsSilent = true;
        using var caller = new CancellationTokenSource();
        var adding = queue.EnqueueAsync(Batches, [Request("1")], caller.Token);
        await server.Arrived;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => adding);
    }

    [Fact]
    public async Task Reports_that_Cloud_Tasks_cannot_be_reached()
    {
        await server.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => queue.EnqueueAsync(Batches, [Request("1")], default));
    }

    [Fact]
    public async Task Measures_calls_by_outcome()
    {
        var seen = new List<object?>();
        var meters = hosts[0].Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == CloudTaskQueue.MeterName && instrument.Meter.Scope == meters)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => seen.Add(tags[1].Value));
        listener.Start();
        await queue.EnqueueAsync(Batches, [Request("1") with { Name = "a" }], default);
        await queue.EnqueueAsync(Batches, [Request("1") with { Name = "a" }], default);
        server.Fail(StatusCode.PermissionDenied);
        await Assert.ThrowsAsync<IOException>(() => queue.EnqueueAsync(Batches, [Request("1")], default));
        Assert.Equal(["ok", "exists", "error"], seen);
    }

    [Theory]
    [InlineData("Tasks:Project", null)]
    [InlineData("Tasks:Project", "a/b")]
    [InlineData("Tasks:Location", null)]
    [InlineData("Tasks:ServiceAccount", null)]
    [InlineData("Tasks:BaseUrl", null)]
    [InlineData("Tasks:BaseUrl", "tasks.example")]
    [InlineData("Tasks:BaseUrl", "http://tasks.example")]
    [InlineData("Tasks:BaseUrl", "https://tasks.example/path")]
    [InlineData("Tasks:Urls:a", "ftp://tasks.example")]
    [InlineData("Tasks:Shards:a:0", "projects/p/queues/a")]
    [InlineData("Tasks:Audience", "")]
    [InlineData("Tasks:Deadline", "00:00:00")]
    [InlineData("Tasks:Parallelism", "0")]
    [InlineData("Tasks:MaxTries", "0")]
    [InlineData("Tasks:MinBackoff", "01:00:00")]
    [InlineData("Tasks:Endpoint", "nowhere")]
    public async Task Does_not_start_with_an_invalid_setting_and_names_it(string setting, string? value)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => OpenAsync((setting, value)));
        Assert.StartsWith(setting.Replace(":a:0", ":a") + " must ", Assert.Single(failure.Failures));
    }

    private async Task<ITaskQueue> OpenAsync(params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Tasks:Project"] = "p-1",
            ["Tasks:Location"] = "europe-west1",
            ["Tasks:BaseUrl"] = "https://tasks.example",
            ["Tasks:ServiceAccount"] = "tasks@p-1.iam.gserviceaccount.com",
            ["Tasks:Endpoint"] = server.Address,
            ["Tasks:MinBackoff"] = "00:00:00.001",
        };
        foreach (var (key, value) in settings) all[key] = value;
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(all.Where(item => item.Value is not null));
        builder.Services.AddCloudTasks();
        var host = builder.Build();
        hosts.Add(host);
        await host.StartAsync();
        return host.Services.GetRequiredService<ITaskQueue>();
    }
}
