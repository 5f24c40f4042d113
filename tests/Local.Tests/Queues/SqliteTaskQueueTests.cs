using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Queues;
using Spotify.Local.Tasks;

namespace Spotify.Local.Tests.Queues;

public sealed class SqliteTaskQueueTests : TaskQueueContract, IAsyncLifetime
{
    private readonly QueueHarness queues = new();

    protected override ITaskQueue Tasks => queues.Tasks;

    protected override DateTimeOffset Now => queues.Clock.Now;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await queues.DisposeAsync();

    protected override async Task<IReadOnlyList<QueuedTask>> QueuedAsync(Queue queue) =>
    [
        .. (await queues.WaitingAsync())
            .Where(waiting => waiting.Consumer == Deliveries.ConsumerOf(queue))
            .Select(waiting => new QueuedTask(waiting.Id, waiting.Body, waiting.DueAt)),
    ];

    [Fact]
    public async Task A_name_is_remembered_for_an_hour_after_the_task_is_done()
    {
        await Tasks.EnqueueAsync(Batches, [Request("1") with { Name = "a" }], default);
        await TakeAllAsync(done: false);
        await Tasks.EnqueueAsync(Batches, [Request("2") with { Name = "a" }], default);
        Assert.Single(await QueuedAsync(Batches));

        queues.Clock.Advance(TimeSpan.FromHours(2));
        await TakeAllAsync(done: true);
        queues.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        await Tasks.EnqueueAsync(Batches, [Request("3") with { Name = "a" }], default);
        Assert.Empty(await QueuedAsync(Batches));

        queues.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Tasks.EnqueueAsync(Batches, [Request("4") with { Name = "a" }], default);
        Assert.Equal("4", Assert.Single(await QueuedAsync(Batches)).Body);
    }

    [Fact]
    public async Task Concurrent_additions_with_one_name_add_one_task()
    {
        using var other = queues.OpenOther();
        var queuesOfTwo = new[] { queues.Tasks, new SqliteTaskQueue(other, queues.Clock) };
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            () => queuesOfTwo[i % 2].EnqueueAsync(
                Batches, [Request($"{i}") with { Name = "a" }, Request($"{i}") with { Name = $"n{i / 2}" }], default))));
        Assert.Equal(21, (await QueuedAsync(Batches)).Count);
    }

    private Task TakeAllAsync(bool done) => queues.File.WriteAsync(
        session =>
        {
            var consumer = Deliveries.ConsumerOf(Batches);
            var now = queues.Clock.Now;
            var taken = session.Take(consumer, 10, now, _ => now.AddHours(2));
            if (done) Assert.All(taken.Items, delivery => Assert.True(session.Remove(consumer, delivery, now)));
            return Assert.Single(taken.Items);
        },
        default);
}
