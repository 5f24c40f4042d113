using Spotify.Domain.Ports;
using Spotify.Local.Database;

namespace Spotify.Local.Queues;

/// <summary>How a consumer gets what waits for it.</summary>
/// <param name="Consumer">The consumer in the file.</param>
/// <param name="Source">Its name in dead letters.</param>
/// <param name="Handle">Does one. When it throws, or its token is cancelled, the delivery comes again.</param>
internal sealed record Consumption(string Consumer, string Source, Func<Delivery, CancellationToken, Task> Handle)
{
    /// <summary>How long one may take.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>How long one waits after its first failure; each further one doubles it.</summary>
    public required TimeSpan MinBackoff { get; init; }

    /// <summary>How long one waits at most.</summary>
    public required TimeSpan MaxBackoff { get; init; }

    /// <summary>How often one is tried before it is a dead letter; null: until it is done.</summary>
    public required int? MaxAttempts { get; init; }

    /// <summary>How many are done at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>How many may start; null: as many as there is room for.</summary>
    public Pace? Pace { get; init; }

    /// <summary>How long a delivery waits after its nth failure, from 1.</summary>
    public TimeSpan Backoff(int attempt) =>
        MinBackoff == TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(MinBackoff.TotalSeconds * Math.Pow(2, attempt - 1), MaxBackoff.TotalSeconds));
}

/// <summary>Takes what is due for a consumer and has it done. It sleeps until something is due, is published, or there is room again.</summary>
internal sealed partial class DeliveryLoop(QueueFile file, Consumption consumption, TimeProvider time, ILogger logger) : IDisposable
{
    // The clock of the machine may be set, and timers do not know.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    // Not a delay without end, of which each would stay known to the token that stops the loop until it does.
    private static readonly Task NoNews = new TaskCompletionSource().Task;

    private readonly SemaphoreSlim room = new(consumption.Concurrency);

    /// <summary>
    /// Runs until it is stopped. Then the tokens of what is being done are cancelled; what ends all the same is done, and the rest comes again
    /// as if it had not been tried.
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

        for (var i = 0; i < consumption.Concurrency; i++) await room.WaitAsync(CancellationToken.None);
    }

    public void Dispose() => room.Dispose();

    private async Task StepAsync(CancellationToken stopping)
    {
        var news = file.NewsFor(consumption.Consumer);
        var allowed = consumption.Pace?.Allowed(time.GetUtcNow()) ?? consumption.Concurrency;
        if (allowed == 0)
        {
            await SleepAsync(NoNews, consumption.Pace!.NextAt, stopping);
            return;
        }

        await room.WaitAsync(stopping);
        var places = 1;
        while (places < allowed && room.Wait(0, CancellationToken.None)) places++;
        var taken = await TakeAsync(places);
        consumption.Pace?.Start(taken.Items.Count, time.GetUtcNow());
        foreach (var delivery in taken.Items) _ = Task.Run(() => HandleAsync(delivery, stopping), CancellationToken.None);
        if (taken.Items.Count == places) return;

        room.Release(places - taken.Items.Count);
        await SleepAsync(news, taken.NextAt, stopping);
    }

    private async Task SleepAsync(Task news, DateTimeOffset? until, CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        var left = until - now is { } given && given < LongestSleep ? given : LongestSleep;
        if (left <= TimeSpan.Zero) return;
        var sleep = news.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, stopping);
        // The clock may have moved on before the timer was set.
        if (time.GetUtcNow() - now >= left) return;
        await sleep.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
    }

    /// <summary>Takes what is due. What was tried too often, and by its last holder not to its end, is a dead letter.</summary>
    private async Task<Taken> TakeAsync(int limit)
    {
        var now = time.GetUtcNow();
        try
        {
            var (taken, woken) = await file.WriteAsync(
                session =>
                {
                    var taken = session.Take(consumption.Consumer, limit, now, attempt => now + consumption.Deadline + consumption.Backoff(attempt));
                    var given = taken.Items.Where(delivery => delivery.Attempt > consumption.MaxAttempts).ToList();
                    var woken = given.SelectMany(delivery => Bury(session, delivery, $"It was tried {consumption.MaxAttempts} times, and the last is not known to have ended.")).ToHashSet();
                    return (taken with { Items = [.. taken.Items.Except(given)], NextAt = given.Count > 0 ? now : taken.NextAt }, woken);
                },
                CancellationToken.None);
            foreach (var consumer in woken) file.Wake(consumer);
            return taken;
        }
        catch (Exception e)
        {
            LogFault(e, consumption.Source);
            return new Taken([], now + PauseAfterFault);
        }
    }

    private async Task HandleAsync(Delivery delivery, CancellationToken stopping)
    {
        try
        {
            var settle = await TryAsync(delivery, stopping);
            foreach (var consumer in await file.WriteAsync(settle, CancellationToken.None)) file.Wake(consumer);
        }
        catch (Exception e)
        {
            // It was done, or not, and comes again when its time is over.
            LogFault(e, consumption.Source);
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>Has a delivery done.</summary>
    /// <returns>What is to be written of it; that returns who has something new to do.</returns>
    private async Task<Func<SqliteSession, IReadOnlyList<string>>> TryAsync(Delivery delivery, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(consumption.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            await consumption.Handle(delivery, either.Token);
            return session =>
            {
                session.Remove(consumption.Consumer, delivery, time.GetUtcNow());
                return [];
            };
        }
        catch (PoisonMessageException e)
        {
            return session => Bury(session, delivery, e.Message);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            return session => Postpone(session, delivery, TimeSpan.Zero, counted: false);
        }
        catch (Exception e)
        {
            LogFailure(e, delivery.Message.Id, consumption.Source, delivery.Attempt);
            if (delivery.Attempt < (consumption.MaxAttempts ?? int.MaxValue)) return session => Postpone(session, delivery, consumption.Backoff(delivery.Attempt), counted: true);
            var reason = deadline.IsCancellationRequested ? $"It took longer than {consumption.Deadline}." : $"{e.GetType().Name}: {e.Message}";
            return session => Bury(session, delivery, reason);
        }
    }

    private string[] Postpone(SqliteSession session, Delivery delivery, TimeSpan delay, bool counted)
    {
        session.Postpone(consumption.Consumer, delivery, time.GetUtcNow() + delay, counted);
        return [consumption.Consumer];
    }

    // The dead letter is there if and only if the delivery is gone.
    private IReadOnlyList<string> Bury(SqliteSession session, Delivery delivery, string reason)
    {
        var now = time.GetUtcNow();
        return session.Remove(consumption.Consumer, delivery, now)
            ? session.Publish(Topic.DeadLetters, [DeadLetter.Of(delivery.Message, consumption.Source, reason)], now)
            : [];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} of {Source} failed at attempt {Attempt}.")]
    private partial void LogFailure(Exception cause, string id, string source, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue of {Source} cannot be read or written.")]
    private partial void LogFault(Exception cause, string source);
}
