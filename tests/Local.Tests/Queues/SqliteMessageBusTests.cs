using System.Collections.Concurrent;
using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Messages;
using Spotify.Local.Queues;

namespace Spotify.Local.Tests.Queues;

public sealed class SqliteMessageBusTests : MessageBusContract, IAsyncLifetime
{
    private static readonly TimeSpan TestTimeout = TimeSpan.FromSeconds(60);

    private static readonly Subscription Recorder = new("recorder", Plays)
    {
        AckDeadline = TimeSpan.FromSeconds(20),
        MinBackoff = TimeSpan.FromSeconds(10),
        MaxBackoff = TimeSpan.FromSeconds(60),
        MaxDeliveries = 5,
    };

    private readonly QueueHarness queues = new();

    private BacklogLimits limits = new();

    protected override IMessageBus Bus => new SqliteMessageBus(queues.File, limits, queues.Clock);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await queues.DisposeAsync();

    protected override Task SubscribeAsync(Subscription subscription, IMessageConsumer<ReadOnlyMemory<byte>> consumer) =>
        queues.SubscribeAsync(subscription, consumer);

    protected override Task PassAsync(TimeSpan time)
    {
        queues.Clock.Advance(time);
        return Task.CompletedTask;
    }

    protected override Task<Func<Task>> OverloadAsync()
    {
        limits = limits with { Messages = 0 };
        return Task.FromResult(() =>
        {
            limits = new BacklogLimits();
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Messages_are_accepted_up_to_the_limits_of_each_subscription()
    {
        await queues.File.DeclareAsync([Recorder, new Subscription("other", new Topic("other-topic"))]);
        limits = new BacklogLimits { Messages = 3, Bytes = 10 };
        await Bus.PublishAsync(Plays, [Text("a"), Text("b")], default);
        await Assert.ThrowsAsync<BusOverloadedException>(() => Bus.PublishAsync(Plays, [Text("c"), Text("d")], default));
        await Bus.PublishAsync(Plays, [Text("12345678")], default);
        await Assert.ThrowsAsync<BusOverloadedException>(() => Bus.PublishAsync(Plays, [Text("e")], default));
        await Bus.PublishAsync(new Topic("other-topic"), [Text("e")], default);
        await Assert.ThrowsAsync<BusOverloadedException>(() => Bus.PublishAsync(new Topic("other-topic"), [Text("1234567890")], default));
        Assert.Equal(4, (await queues.WaitingAsync()).Count);

        var consumer = new Consumer();
        await SubscribeAsync(Recorder, consumer);
        Assert.Equal(["12345678", "a", "b"], await consumer.TextsAsync(3));
        await queues.WaitUntilAsync(waiting => waiting.Count == 1);
        await Bus.PublishAsync(Plays, [Text("1234567890")], default);
        Assert.Equal("1234567890", Text(await consumer.NextAsync()));
    }

    [Fact]
    public async Task Publishes_that_wait_for_a_commit_are_limited()
    {
        await queues.File.DeclareAsync([Recorder]);
        limits = new BacklogLimits { Uncommitted = 3, UncommittedBytes = 10 };
        var (bus, gate, running) = (Bus, new TaskCompletionSource(), new TaskCompletionSource());
        var blocking = Task.Run(() => queues.File.WriteAsync(
            _ =>
            {
                running.SetResult();
                return gate.Task.Wait(TimeSpan.FromMinutes(1));
            },
            default));
        await running.Task;
        var first = bus.PublishAsync(Plays, [Text("12345678")], default);
        var second = bus.PublishAsync(Plays, [Text("12")], default);
        await Assert.ThrowsAsync<BusOverloadedException>(() => bus.PublishAsync(Plays, [Text("1")], default));
        gate.SetResult();
        await Task.WhenAll(blocking, first, second);
        await bus.PublishAsync(Plays, [Text("1")], default);
        Assert.Equal(3, (await queues.WaitingAsync()).Count);
    }

    [Fact]
    public async Task Each_failure_doubles_the_backoff_up_to_the_maximum()
    {
        var consumer = new Consumer((_, _) => throw new InvalidOperationException("down"));
        await SubscribeAsync(Recorder with { MaxDeliveries = 100 }, consumer);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        for (var (attempt, seconds) = (1, 10); attempt <= 6; attempt++, seconds = Math.Min(seconds * 2, 60))
        {
            await consumer.NextAsync();
            var due = Instant.Truncate(queues.Clock.Now).AddSeconds(seconds);
            await queues.WaitUntilAsync(waiting => waiting.Single().Attempts == attempt && waiting.Single().DueAt == due);
            queues.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(10));
            Assert.Equal(due, (await queues.WaitingAsync()).Single().DueAt);
            queues.Clock.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    [Fact]
    public async Task Handled_messages_are_deleted()
    {
        var (recorder, updater) = (new Consumer(), new Consumer());
        await SubscribeAsync(Recorder, recorder);
        await SubscribeAsync(Recorder with { Name = "updater" }, updater);
        await Bus.PublishAsync(Plays, [Text("a"), Text("b")], default);
        await recorder.TextsAsync(2);
        await updater.TextsAsync(2);
        await queues.WaitUntilAsync(waiting => waiting.Count == 0);
        var messages = await queues.File.WriteAsync(
            session => session.Query("SELECT COUNT(*) AS Messages FROM Messages", Parameters.None).Single().Int32("Messages"), default);
        Assert.Equal(0, messages);
    }

    [Fact]
    public async Task Messages_are_kept_while_no_host_is_running()
    {
        await queues.File.DeclareAsync([Recorder]);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        var consumer = new Consumer();
        await queues.SubscribeAsync(Recorder, consumer, queues.OpenOther());
        Assert.Equal(["a"], await consumer.TextsAsync(1));
    }

    [Fact]
    public async Task A_message_of_a_crashed_consumer_is_redelivered_after_deadline_and_backoff()
    {
        // Never returns, as in a killed process.
        var died = new Consumer((_, _, _) => new TaskCompletionSource().Task);
        await using var crashed = new Crashed(await queues.SubscribeAsync(Recorder, died, queues.OpenOther()));
        await Bus.PublishAsync(Plays, [Text("a")], default);
        queues.Clock.Advance(TimeSpan.FromSeconds(1));
        var first = await died.NextAsync();
        await crashed.DisposeAsync();

        var due = (await queues.WaitingAsync()).Single().DueAt;
        Assert.InRange(due, queues.Clock.Now.AddSeconds(28), queues.Clock.Now.AddSeconds(30));
        var consumer = new Consumer();
        await SubscribeAsync(Recorder, consumer);
        await Bus.PublishAsync(Plays, [Text("b")], default);
        Assert.Equal("b", Text(await consumer.NextAsync()));
        queues.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(first.Id, (await consumer.NextAsync()).Id);
    }

    [Fact]
    public async Task A_late_result_does_not_affect_the_next_attempt()
    {
        var late = new TaskCompletionSource();
        var (first, second) = (new Consumer((_, _) => late.Task), new Consumer((_, _) => new TaskCompletionSource().Task));
        await SubscribeAsync(Recorder, first);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        await first.NextAsync();
        queues.Clock.Advance(TimeSpan.FromSeconds(30));
        await first.NextAsync();
        await queues.WaitUntilAsync(waiting => waiting.Single().Attempts == 2);
        late.SetException(new InvalidOperationException("late"));
        // Only the failure of the second attempt counts.
        await queues.WaitUntilAsync(waiting => waiting.Single().DueAt == Instant.Truncate(queues.Clock.Now).AddSeconds(20));
        Assert.Equal(2, (await queues.WaitingAsync()).Single().Attempts);
    }

    [Fact]
    public async Task A_message_whose_consumers_all_crashed_is_a_dead_letter()
    {
        await queues.File.DeclareAsync([Recorder]);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var taken = await queues.File.WriteAsync(
                session => session.Take(Deliveries.ConsumerOf(Recorder), 1, queues.Clock.Now, _ => queues.Clock.Now), default);
            Assert.Equal(attempt, taken.Items.Single().Attempt);
        }

        var (recorder, archive) = (new Consumer(), new Consumer());
        await SubscribeAsync(Immediate("archive", Topic.DeadLetters), archive);
        await SubscribeAsync(Recorder, recorder);
        var letter = await archive.NextAsync();
        Assert.Equal("recorder", letter.Attributes[DeadLetter.Source]);
        Assert.Contains("Attempted 5 times", letter.Attributes[DeadLetter.Reason]);
        await queues.WaitUntilAsync(waiting => waiting.Count == 0);
        Assert.Equal(0, recorder.Count("a"));
    }

    [Fact]
    public async Task A_dead_letter_replaces_its_message_atomically()
    {
        await queues.File.DeclareAsync([new Subscription("archive", Topic.DeadLetters)]);
        await SubscribeAsync(Recorder, new Consumer((_, _) => throw new PoisonMessageException("bad")));
        await Bus.PublishAsync(Plays, [.. Enumerable.Range(0, 50).Select(i => Text($"{i}"))], default);
        await queues.WaitUntilAsync(waiting =>
        {
            Assert.Equal(50, waiting.Count);
            return waiting.All(delivery => delivery.Consumer == "subscription/archive");
        });
    }

    [Fact]
    public async Task A_long_reason_is_truncated_to_the_limit_of_attributes()
    {
        var archive = new Consumer();
        await SubscribeAsync(Immediate("archive", Topic.DeadLetters), archive);
        await SubscribeAsync(Recorder, new Consumer((_, _) => throw new PoisonMessageException("🎵\r\n" + new string('é', 2000))));
        await Bus.PublishAsync(Plays, [Text("a")], default);
        var reason = (await archive.NextAsync()).Attributes[DeadLetter.Reason];
        Assert.StartsWith("🎵 éé", reason);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(reason), 1020, 1024);
    }

    [Fact]
    public async Task Stopping_returns_messages_being_handled_without_counting_the_attempt()
    {
        var consumer = new Consumer((_, _, ct) => Task.Delay(Timeout.Infinite, ct));
        var pump = await queues.SubscribeAsync(Recorder, consumer);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        await consumer.NextAsync();
        await pump.StopAsync(default).WaitAsync(TestTimeout);
        var waiting = (await queues.WaitingAsync()).Single();
        Assert.Equal((0, true), (waiting.Attempts, waiting.DueAt <= queues.Clock.Now));

        var next = new Consumer();
        await SubscribeAsync(Recorder, next);
        Assert.Equal(["a"], await next.TextsAsync(1));
    }

    [Fact]
    public async Task Stopping_waits_for_consumers_that_ignore_cancellation()
    {
        var end = new TaskCompletionSource();
        var consumer = new Consumer((_, _) => end.Task);
        var pump = await queues.SubscribeAsync(Recorder, consumer);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        await consumer.NextAsync();
        var stopping = pump.StopAsync(default);
        Assert.False(stopping.IsCompleted);
        end.SetResult();
        await stopping.WaitAsync(TestTimeout);
        Assert.Empty(await queues.WaitingAsync());
    }

    [Fact]
    public async Task A_consumer_handles_at_most_sixteen_messages_at_once()
    {
        var (running, most, release) = (0, 0, new TaskCompletionSource());
        var handled = new ConcurrentBag<string>();
        var consumer = new Consumer(async (message, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            await release.Task;
            Interlocked.Decrement(ref running);
            handled.Add(Text(message));
        });
        await SubscribeAsync(Recorder, consumer);
        await Bus.PublishAsync(Plays, [.. Enumerable.Range(0, 100).Select(i => Text($"{i}"))], default);
        await Edge.Poll.UntilAsync(() => Volatile.Read(ref running) == 16);
        release.SetResult();
        await queues.WaitUntilAsync(waiting => waiting.Count == 0);
        Assert.Equal((16, 100), (most, handled.Count));
    }

    [Fact]
    public async Task Messages_of_another_process_are_delivered_within_a_second()
    {
        var consumer = new Consumer();
        await SubscribeAsync(Recorder, consumer);
        await Bus.PublishAsync(Plays, [Text("own")], default);
        Assert.Equal("own", Text(await consumer.NextAsync()));
        await queues.WaitUntilAsync(waiting => waiting.Count == 0);

        await new SqliteMessageBus(queues.OpenOther(), new BacklogLimits(), queues.Clock).PublishAsync(Plays, [Text("other")], default);
        queues.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("other", Text(await consumer.NextAsync()));
    }

    [Fact]
    public async Task An_undeclared_subscription_is_deleted_after_a_week()
    {
        await queues.File.DeclareAsync([Recorder, Recorder with { Name = "updater" }]);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        queues.Clock.Advance(QueueFile.Retention);
        await queues.File.DeclareAsync([Recorder]);
        Assert.Equal(2, (await queues.WaitingAsync()).Count);
        queues.Clock.Advance(TimeSpan.FromMinutes(1));
        await queues.File.DeclareAsync([Recorder]);
        Assert.Equal("subscription/recorder", (await queues.WaitingAsync()).Single().Consumer);
        await Bus.PublishAsync(Plays, [Text("b")], default);
        Assert.Equal(2, (await queues.WaitingAsync()).Count);
    }

    [Fact]
    public async Task Subscriptions_of_a_running_host_are_kept_longer_than_a_week()
    {
        using var host = new QueueFile(queues.Path, [Recorder], queues.Clock);
        await Bus.PublishAsync(Plays, [Text("a")], default);
        for (var day = 0; day < 8; day++)
        {
            queues.Clock.Advance(TimeSpan.FromDays(1));
            // Completes after the declaration of the day.
            await host.WriteAsync(_ => true, default);
        }

        await queues.File.DeclareAsync([Recorder with { Name = "other" }]);
        Assert.Equal("subscription/recorder", (await queues.WaitingAsync()).Single().Consumer);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
    }

    /// <summary>A pump that is stopped without waiting for its consumers.</summary>
    private sealed class Crashed(MessagePump pump) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await pump.StopAsync(new CancellationToken(canceled: true));
    }
}
