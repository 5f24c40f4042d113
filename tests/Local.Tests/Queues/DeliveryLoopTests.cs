using System.Threading.Channels;
using Spotify.Domain.Ports;
using Spotify.Local.Database;
using Spotify.Local.Queues;

namespace Spotify.Local.Tests.Queues;

public sealed class DeliveryLoopTests : IAsyncLifetime
{
    private static readonly Queue Batches = new("batches", "/tasks/batches");

    private readonly QueueHarness queues = new();
    private readonly Channel<(string Body, DateTimeOffset At)> done = Channel.CreateUnbounded<(string, DateTimeOffset)>();
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> loops = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(loops);
        stop.Dispose();
        await queues.DisposeAsync();
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(20.0)]
    [InlineData(1500.0)]
    public void A_pace_lets_no_more_start_than_it_says_and_no_fewer(double perSecond)
    {
        var pace = new DispatchRate(perSecond);
        var (start, started) = (DateTimeOffset.UnixEpoch.AddYears(50), 0);
        for (var now = start; now < start.AddSeconds(10); now = now.AddMilliseconds(1))
        {
            var allowed = pace.Allowed(now);
            Assert.Equal(allowed > 0, pace.NextAt <= now);
            pace.Start(allowed, now);
            started += allowed;
            // A tenth of a second ahead, and the one that is due.
            Assert.True(started <= 1 + (perSecond * ((now - start).TotalSeconds + 0.1)) + 1e-6);
        }

        Assert.InRange(started, perSecond * 10, 1 + (perSecond * 10.1));
    }

    [Fact]
    public async Task Tasks_are_started_at_the_pace_of_the_queue()
    {
        await queues.Tasks.EnqueueAsync(Batches, [.. Enumerable.Range(0, 5).Select(i => Request($"{i}"))], default);
        var start = queues.Clock.Now;
        Run(rate: new DispatchRate(2));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(($"{i}", start + (i * TimeSpan.FromMilliseconds(500))), await NextAsync());
            // 100 ms before its time a task may start, not sooner.
            queues.Clock.Advance(TimeSpan.FromMilliseconds(399));
            if (i < 4) Assert.Equal(4 - i, await NotStartedAsync());
            queues.Clock.Advance(TimeSpan.FromMilliseconds(101));
        }
    }

    [Fact]
    public async Task A_task_that_is_due_sooner_wakes_the_loop_sooner()
    {
        var start = queues.Clock.Now;
        Run();
        await queues.Tasks.EnqueueAsync(Batches, [Request("3") with { NotBefore = start.AddHours(1) }], default);
        await queues.Tasks.EnqueueAsync(Batches, [Request("2") with { NotBefore = start.AddMinutes(1) }], default);
        await queues.Tasks.EnqueueAsync(Batches, [Request("1")], default);
        Assert.Equal(("1", start), await NextAsync());
        queues.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("2", start.AddMinutes(1)), await NextAsync());
        queues.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(("3", start.AddHours(1)), await NextAsync());
    }

    [Fact]
    public async Task No_more_are_done_at_once_than_the_queue_says()
    {
        var release = new SemaphoreSlim(0);
        await queues.Tasks.EnqueueAsync(Batches, [.. Enumerable.Range(0, 4).Select(i => Request($"{i}"))], default);
        Run(concurrency: 2, handle: (_, ct) => release.WaitAsync(ct));
        await NextAsync();
        await NextAsync();
        Assert.Equal(2, await NotStartedAsync());
        release.Release();
        await NextAsync();
        release.Release();
        await NextAsync();
        release.Release(2);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_for_a_while_is_tried_again()
    {
        using var other = queues.OpenOther();
        Run();
        await queues.Tasks.EnqueueAsync(Batches, [Request("1")], default);
        Assert.Equal("1", (await NextAsync()).Body);
        await queues.WaitUntilAsync(waiting => waiting.Count == 0);
        await queues.File.WriteAsync(session => session.Execute("ALTER TABLE Deliveries RENAME TO Elsewhere", Domain.Data.Parameters.None), default);
        queues.File.Wake(Deliveries.ConsumerOf(Batches));
        await Assert.ThrowsAsync<SqliteException>(() => queues.Tasks.EnqueueAsync(Batches, [Request("2")], default));
        await queues.File.WriteAsync(session => session.Execute("ALTER TABLE Elsewhere RENAME TO Deliveries", Domain.Data.Parameters.None), default);
        await queues.Tasks.EnqueueAsync(Batches, [Request("3")], default);
        queues.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("3", (await NextAsync()).Body);
    }

    [Theory]
    [InlineData(0, 60, 1, 0)]
    [InlineData(1, 60, 1, 1)]
    [InlineData(1, 60, 6, 32)]
    [InlineData(1, 60, 7, 60)]
    [InlineData(1, 60, 5000, 60)]
    public void Backoff_doubles_up_to_the_most(int least, int most, int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), (Policy with { MinBackoff = TimeSpan.FromSeconds(least), MaxBackoff = TimeSpan.FromSeconds(most) }).Backoff(attempt));

    private static DeliveryPolicy Policy => DeliveryPolicy.Of(Batches) with
    {
        Deadline = TimeSpan.FromMinutes(10),
        Timeout = TimeSpan.FromMinutes(10),
        MinBackoff = TimeSpan.FromSeconds(1),
        MaxBackoff = TimeSpan.FromHours(1),
        MaxAttempts = 5,
    };

    private static TaskRequest Request(string json) => new(System.Text.Encoding.UTF8.GetBytes(json));

    private void Run(DispatchRate? rate = null, int concurrency = 8, Func<Delivery, CancellationToken, Task>? handle = null) =>
        loops.Add(queues.RunAsync(Consumption(rate, concurrency, handle), stop.Token));

    private Consumption Consumption(DispatchRate? rate, int concurrency, Func<Delivery, CancellationToken, Task>? handle) => new(
        Deliveries.ConsumerOf(Batches),
        Policy,
        (delivery, ct) =>
        {
            done.Writer.TryWrite((System.Text.Encoding.UTF8.GetString(delivery.Message.Body.Span), queues.Clock.Now));
            return handle?.Invoke(delivery, ct) ?? Task.CompletedTask;
        })
    {
        Concurrency = concurrency, RateLimit = rate,
    };

    private async Task<(string Body, DateTimeOffset At)> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await done.Reader.ReadAsync(patience.Token);
    }

    private async Task<int> NotStartedAsync() => (await queues.WaitingAsync()).Count(waiting => waiting.Attempts == 0);
}
