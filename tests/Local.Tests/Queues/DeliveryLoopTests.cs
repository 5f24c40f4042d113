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
    public void A_dispatch_rate_allows_exactly_its_number_of_starts(double perSecond)
    {
        var rate = new DispatchRate(perSecond);
        var (start, started) = (DateTimeOffset.UnixEpoch.AddYears(50), 0);
        for (var now = start; now < start.AddSeconds(10); now = now.AddMilliseconds(1))
        {
            var allowed = rate.Allowed(now);
            Assert.Equal(allowed > 0, rate.NextAt <= now);
            rate.Start(allowed, now);
            started += allowed;
            // Tasks may start a tenth of a second early.
            Assert.True(started <= 1 + (perSecond * ((now - start).TotalSeconds + 0.1)) + 1e-6);
        }

        Assert.InRange(started, perSecond * 10, 1 + (perSecond * 10.1));
    }

    [Fact]
    public async Task Tasks_are_started_at_the_rate_of_the_queue()
    {
        await queues.Tasks.EnqueueAsync(Batches, [.. Enumerable.Range(0, 5).Select(i => Request($"{i}"))], default);
        var start = queues.Clock.Now;
        Run(rate: new DispatchRate(2));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(($"{i}", start + (i * TimeSpan.FromMilliseconds(500))), await NextAsync());
            // A task may start at most 100 ms early.
            queues.Clock.Advance(TimeSpan.FromMilliseconds(399));
            if (i < 4) Assert.Equal(4 - i, await NotStartedAsync());
            queues.Clock.Advance(TimeSpan.FromMilliseconds(101));
        }
    }

    [Fact]
    public async Task An_earlier_task_wakes_the_loop_earlier()
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
    public async Task The_concurrency_of_the_queue_is_not_exceeded()
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
    public async Task Reading_the_file_is_retried_after_a_failure()
    {
        using var other = queues.OpenOther();
        Run();
        await queues.Tasks.EnqueueAsync(Batches, [Request("1")], default);
        Assert.Equal("1", (await NextAsync()).Body);
        await queues.WaitUntilAsync(waiting => waiting.Count == 0);
        await ExecuteAsync("ALTER TABLE Deliveries RENAME TO Elsewhere");
        queues.File.Wake(Deliveries.ConsumerOf(Batches));
        await Assert.ThrowsAsync<SqliteException>(() => queues.Tasks.EnqueueAsync(Batches, [Request("2")], default));
        await ExecuteAsync("ALTER TABLE Elsewhere RENAME TO Deliveries");
        await queues.Tasks.EnqueueAsync(Batches, [Request("3")], default);
        queues.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("3", (await NextAsync()).Body);

        Task ExecuteAsync(string sql) => queues.File.WriteAsync(session => session.Execute(sql, Domain.Data.Parameters.None), default);
    }

    [Theory]
    [InlineData(0, 60, 1, 0)]
    [InlineData(1, 60, 1, 1)]
    [InlineData(1, 60, 6, 32)]
    [InlineData(1, 60, 7, 60)]
    [InlineData(1, 60, 5000, 60)]
    public void Backoff_doubles_up_to_the_maximum(int minimum, int maximum, int attempt, int seconds)
    {
        var policy = Policy with { MinBackoff = TimeSpan.FromSeconds(minimum), MaxBackoff = TimeSpan.FromSeconds(maximum) };
        Assert.Equal(TimeSpan.FromSeconds(seconds), policy.Backoff(attempt));
    }

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
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await done.Reader.ReadAsync(timeout.Token);
    }

    private async Task<int> NotStartedAsync() => (await queues.WaitingAsync()).Count(waiting => waiting.Attempts == 0);
}
