using System.Globalization;
using System.Text;
using Spotify.Domain.Ports;

namespace Spotify.Contracts;

/// <summary>A task in a queue.</summary>
/// <param name="Name">The name. Generated if the request had none.</param>
/// <param name="Body">The body.</param>
/// <param name="NotBefore">The earliest time of the dispatch.</param>
public sealed record QueuedTask(string Name, string Body, DateTimeOffset NotBefore);

/// <summary>
/// The tests of adding tasks that every <see cref="ITaskQueue"/> must pass. Each adapter has a derived class. Queues are empty when a test
/// starts, and tasks are not dispatched.
/// </summary>
public abstract class TaskQueueContract
{
    /// <summary>A queue that exists in every adapter.</summary>
    protected static readonly Queue Batches = new("playlist-batches", "/tasks/playlist-batches");

    /// <summary>A queue with several shards that exists in every adapter.</summary>
    protected static readonly Queue Sharded = new("taste-updates", "/tasks/taste-updates") { Shards = 3 };

    private static readonly Dictionary<string, Func<DateTimeOffset, TaskRequest>> Invalid = new()
    {
        ["no body"] = _ => new TaskRequest(Array.Empty<byte>()),
        ["no JSON"] = _ => Request("{"),
        ["two values"] = _ => Request("{} {}"),
        ["large body"] = _ => Request($"\"{new string('x', 99_999)}\""),
        ["no name"] = _ => Request("1") with { Name = "" },
        ["long name"] = _ => Request("1") with { Name = new string('n', 501) },
        ["name with a slash"] = _ => Request("1") with { Name = "a/b" },
        ["name with a dot"] = _ => Request("1") with { Name = "a.b" },
        ["name on two lines"] = _ => Request("1") with { Name = "a\n" },
        ["name not in ASCII"] = _ => Request("1") with { Name = "é" },
        ["far ahead"] = now => Request("1") with { NotBefore = now.AddDays(30).AddMinutes(5) },
    };

    private static readonly Dictionary<string, Queue> InvalidQueue = new()
    {
        ["no name"] = Batches with { Name = "" },
        ["long name"] = Batches with { Name = new string('q', 91) },
        ["name with a slash"] = Batches with { Name = "a/b" },
        ["other path"] = Batches with { Path = "/v1/tracks" },
        ["path of another site"] = Batches with { Path = "/tasks//example.com/x" },
        ["path with a query"] = Batches with { Path = "/tasks/x?y" },
        ["no shards"] = Batches with { Shards = 0 },
        ["no rate"] = Batches with { MaxDispatchesPerSecond = 0 },
        ["rate that is not a number"] = Batches with { MaxDispatchesPerSecond = double.NaN },
        ["high rate"] = Batches with { MaxDispatchesPerSecond = 501 },
        ["no concurrency"] = Batches with { MaxConcurrentDispatches = 0 },
        ["high concurrency"] = Batches with { MaxConcurrentDispatches = 5001 },
        ["no attempts"] = Batches with { MaxAttempts = 0 },
        ["many attempts"] = Batches with { MaxAttempts = 101 },
        ["negative backoff"] = Batches with { MinBackoff = TimeSpan.FromSeconds(-1) },
        ["minimum backoff above the maximum"] = Batches with { MinBackoff = TimeSpan.FromHours(2) },
        ["short deadline"] = Batches with { Deadline = TimeSpan.FromSeconds(14) },
        ["long deadline"] = Batches with { Deadline = TimeSpan.FromMinutes(31) },
    };

    /// <summary>The queue under test.</summary>
    protected abstract ITaskQueue Tasks { get; }

    /// <summary>The time of the queue's clock.</summary>
    protected abstract DateTimeOffset Now { get; }

    /// <summary>Returns the tasks in all shards of a queue, in any order.</summary>
    protected abstract Task<IReadOnlyList<QueuedTask>> QueuedAsync(Queue queue);

    public static TheoryData<string> InvalidTasks => [.. Invalid.Keys];

    public static TheoryData<string> InvalidQueues => [.. InvalidQueue.Keys];

    [Fact]
    public async Task Adds_a_task_unchanged()
    {
        var at = Now.AddMinutes(5);
        var request = Request("""{"users":["ada","Björk 🎵"]}""") with { Name = "week-2026-01_A", NotBefore = at };
        await Tasks.EnqueueAsync(Batches, [request], default);
        var task = Assert.Single(await QueuedAsync(Batches));
        Assert.Equal(("week-2026-01_A", """{"users":["ada","Björk 🎵"]}"""), (task.Name, task.Body));
        Assert.InRange(task.NotBefore, at.AddMilliseconds(-1), at);
    }

    [Fact]
    public async Task A_task_without_a_time_is_due_now()
    {
        await Tasks.EnqueueAsync(Batches, [Request("1"), Request("2") with { NotBefore = Now.AddDays(-1) }], default);
        var tasks = await QueuedAsync(Batches);
        Assert.Equal(2, tasks.Count);
        Assert.All(tasks, task => Assert.True(task.NotBefore <= Now.AddSeconds(1)));
    }

    [Fact]
    public async Task Tasks_without_names_are_not_deduplicated()
    {
        await Tasks.EnqueueAsync(Batches, [Request("1"), Request("1")], default);
        await Tasks.EnqueueAsync(Batches, [Request("1")], default);
        var tasks = await QueuedAsync(Batches);
        Assert.Equal(3, tasks.Count);
        Assert.Equal(3, tasks.Select(task => task.Name).Distinct().Count());
        Assert.All(tasks, task => Assert.NotEmpty(task.Name));
    }

    [Fact]
    public async Task A_second_task_with_the_same_name_is_ignored()
    {
        await Tasks.EnqueueAsync(Batches, [Request("1") with { Name = "a" }], default);
        await Tasks.EnqueueAsync(
            Batches, [Request("2") with { Name = "a" }, Request("3") with { Name = "b" }, Request("4") with { Name = "b" }], default);
        Assert.Equal([("a", "1"), ("b", "3")], (await QueuedAsync(Batches)).Select(task => (task.Name, task.Body)).Order());
    }

    [Fact]
    public async Task Names_are_unique_per_queue()
    {
        await Tasks.EnqueueAsync(Batches, [Request("1") with { Name = "a" }], default);
        await Tasks.EnqueueAsync(Sharded, [Request("2") with { Name = "a" }], default);
        Assert.Equal("1", Assert.Single(await QueuedAsync(Batches)).Body);
        Assert.Equal("2", Assert.Single(await QueuedAsync(Sharded)).Body);
    }

    [Fact]
    public async Task Names_are_unique_across_shards()
    {
        for (var i = 0; i < 8; i++) await Tasks.EnqueueAsync(Sharded, [Request("1") with { Name = "a" }], default);
        Assert.Single(await QueuedAsync(Sharded));
    }

    [Fact]
    public async Task Accepts_a_large_batch()
    {
        await Tasks.EnqueueAsync(Sharded, [.. Enumerable.Range(0, 500).Select(i => Request($"{i}") with { Name = $"task-{i}" })], default);
        var numbers = (await QueuedAsync(Sharded)).Select(task => int.Parse(task.Body, CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, 500), numbers.Order());
    }

    [Fact]
    public async Task Accepts_the_largest_task()
    {
        var body = $"\"{new string('x', 99_998)}\"";
        var request = Request(body) with { Name = new string('n', 500), NotBefore = Now.AddDays(30).AddMinutes(-1) };
        await Tasks.EnqueueAsync(Batches, [request], default);
        Assert.Equal(body, Assert.Single(await QueuedAsync(Batches)).Body);
    }

    [Fact]
    public async Task Adding_nothing_does_nothing()
    {
        await Tasks.EnqueueAsync(Batches, [], default);
        Assert.Empty(await QueuedAsync(Batches));
    }

    [Fact]
    public async Task A_canceled_call_throws()
    {
        var canceled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Tasks.EnqueueAsync(Batches, [Request("1")], canceled));
        Assert.Empty(await QueuedAsync(Batches));
    }

    [Theory]
    [MemberData(nameof(InvalidTasks))]
    public async Task Rejects_an_invalid_task_and_adds_none_of_the_batch(string invalid)
    {
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => Tasks.EnqueueAsync(Batches, [Request("1"), Invalid[invalid](Now), Request("3")], default));
        Assert.Contains("Task 1 for playlist-batches", error.Message);
        Assert.Empty(await QueuedAsync(Batches));
    }

    [Theory]
    [MemberData(nameof(InvalidQueues))]
    public async Task Rejects_an_invalid_queue(string invalid) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Tasks.EnqueueAsync(InvalidQueue[invalid], [Request("1")], default));

    protected static TaskRequest Request(string json) => new(Encoding.UTF8.GetBytes(json));
}
