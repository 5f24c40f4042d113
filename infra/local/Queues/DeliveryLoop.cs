using Spotify.Domain.Ports;
using Spotify.Local.Database;

namespace Spotify.Local.Queues;

/// <summary>A consumer of a <see cref="QueueFile"/>: a subscription or a queue.</summary>
/// <param name="Consumer">The consumer's key in the file.</param>
/// <param name="Policy">The attempts, deadlines and backoff.</param>
/// <param name="Handle">Handles a delivery. An exception or cancellation causes redelivery.</param>
internal sealed record Consumption(string Consumer, DeliveryPolicy Policy, Func<Delivery, CancellationToken, Task> Handle)
{
    /// <summary>The number of deliveries that are handled at the same time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>The rate limit; null for none.</summary>
    public DispatchRate? RateLimit { get; init; }
}

/// <summary>
/// A loop that handles the deliveries of a consumer as they become due. Sleeps until a delivery is due, a message is published, or a
/// handler is free.
/// </summary>
internal sealed partial class DeliveryLoop(QueueFile file, Consumption consumption, TimeProvider time, ILogger logger) : IDisposable
{
    // Sleeps are limited, because timers do not notice when the machine's clock is set.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PauseAfterError = TimeSpan.FromSeconds(1);

    // A task that never completes. An infinite delay would stay registered with the token until the loop stops.
    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly DeliveryPolicy policy = consumption.Policy;
    private readonly SemaphoreSlim freeHandlers = new(consumption.Concurrency);
    private readonly WaitingQueue<(Delivery Delivery, DeliveryResult Result)> handled = new();

    /// <summary>
    /// Runs until stopped, then cancels the running handlers. Handlers that complete nevertheless are recorded; the other deliveries are
    /// repeated without counting the attempt.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true) await StepAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }

        for (var i = 0; i < consumption.Concurrency; i++) await freeHandlers.WaitAsync(CancellationToken.None);
    }

    public void Dispose() => freeHandlers.Dispose();

    private async Task StepAsync(CancellationToken stopping)
    {
        var newDeliveries = file.NewDeliveriesFor(consumption.Consumer);
        var allowed = consumption.RateLimit?.Allowed(time.GetUtcNow()) ?? consumption.Concurrency;
        if (allowed == 0)
        {
            await SleepAsync(Never, consumption.RateLimit!.NextAt, stopping);
            return;
        }

        await freeHandlers.WaitAsync(stopping);
        var claimed = 1;
        while (claimed < allowed && freeHandlers.Wait(0, CancellationToken.None)) claimed++;
        var taken = await TakeAsync(claimed);
        consumption.RateLimit?.Start(taken.Items.Count, time.GetUtcNow());
        foreach (var delivery in taken.Items) _ = Task.Run(() => HandleAsync(delivery, stopping), CancellationToken.None);
        if (taken.Items.Count == claimed) return;

        freeHandlers.Release(claimed - taken.Items.Count);
        await SleepAsync(newDeliveries, taken.NextAt, stopping);
    }

    private async Task SleepAsync(Task newDeliveries, DateTimeOffset? until, CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var left = until - now is { } remaining && remaining < LongestSleep ? remaining : LongestSleep;
        if (left <= TimeSpan.Zero) return;
        var sleep = newDeliveries.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, stopping);
        // The clock may have advanced before the timer was set.
        if (time.GetUtcNow() - now >= left) return;
        await sleep.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
    }

    /// <summary>Takes due deliveries. Those with no attempt left become dead letters.</summary>
    private async Task<TakeResult> TakeAsync(int limit)
    {
        var now = time.GetUtcNow();
        try
        {
            var (taken, woken) = await file.WriteAsync(session => Take(session, limit, now), CancellationToken.None);
            foreach (var consumer in woken) file.Wake(consumer);
            return taken;
        }
        catch (Exception e)
        {
            LogFileError(e, policy.Source);
            return new TakeResult([], now + PauseAfterError);
        }
    }

    private (TakeResult Taken, HashSet<string> Woken) Take(SqliteSession session, int limit, DateTimeOffset now)
    {
        var taken = session.Take(consumption.Consumer, limit, now, attempt => now + policy.Deadline + policy.Backoff(attempt));
        var woken = new HashSet<string>(StringComparer.Ordinal);
        var exhausted = taken.Items.Where(delivery => policy.Exhausted(delivery.Attempt) is not null).ToList();
        foreach (var delivery in exhausted) woken.UnionWith(MoveToDeadLetters(session, delivery, policy.Exhausted(delivery.Attempt)!));
        return (new TakeResult([.. taken.Items.Except(exhausted)], exhausted.Count > 0 ? now : taken.NextAt), woken);
    }

    private async Task HandleAsync(Delivery delivery, CancellationToken stopping)
    {
        var result = await policy.AttemptAsync(delivery.Attempt, ct => consumption.Handle(delivery, ct), time, stopping);
        if (result is { Error: { } error, Outcome: not DeliveryOutcome.Interrupted })
            LogFailure(error, delivery.Message.Id, policy.Source, delivery.Attempt);
        if (!handled.Add((delivery, result))) return;
        do await SettleAsync();
        while (handled.End());
    }

    /// <summary>Writes the results of the deliveries that have been handled, all in one write.</summary>
    private async Task SettleAsync()
    {
        var results = new List<(Delivery Delivery, DeliveryResult Result)>();
        while (handled.TryTake(out var result)) results.Add(result);
        if (results.Count == 0) return;
        try
        {
            var woken = await file.WriteAsync(
                session => results.SelectMany(one => Settle(session, one.Delivery, one.Result)).ToHashSet(StringComparer.Ordinal),
                CancellationToken.None);
            foreach (var consumer in woken) file.Wake(consumer);
        }
        catch (Exception e)
        {
            // The results could not be written, so the deliveries are repeated after their leases.
            LogFileError(e, policy.Source);
        }

        freeHandlers.Release(results.Count);
    }

    /// <summary>Writes the result of a delivery.</summary>
    /// <returns>The consumers that have new deliveries.</returns>
    private IReadOnlyList<string> Settle(SqliteSession session, Delivery delivery, DeliveryResult result)
    {
        switch (result.Outcome)
        {
            case DeliveryOutcome.Completed:
                session.Remove(consumption.Consumer, delivery, time.GetUtcNow());
                return [];
            case DeliveryOutcome.DeadLetter:
                return MoveToDeadLetters(session, delivery, result.Reason);
            default:
                var failed = result.Outcome == DeliveryOutcome.Retry;
                var delay = failed ? policy.Backoff(delivery.Attempt) : TimeSpan.Zero;
                session.Postpone(consumption.Consumer, delivery, time.GetUtcNow() + delay, counted: failed);
                return [consumption.Consumer];
        }
    }

    // One transaction: the dead letter exists if and only if the delivery is gone.
    private IReadOnlyList<string> MoveToDeadLetters(SqliteSession session, Delivery delivery, string reason)
    {
        var now = time.GetUtcNow();
        return session.Remove(consumption.Consumer, delivery, now)
            ? session.Publish(Topic.DeadLetters, [DeadLetter.Of(delivery.Message, policy.Source, reason)], now)
            : [];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} of {Source} failed at attempt {Attempt}.")]
    private partial void LogFailure(Exception cause, string id, string source, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue of {Source} cannot be read or written.")]
    private partial void LogFileError(Exception cause, string source);
}
