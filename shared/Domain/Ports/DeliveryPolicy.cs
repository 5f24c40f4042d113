namespace Spotify.Domain.Ports;

/// <summary>The outcomes of an attempt to handle a message or task.</summary>
public enum DeliveryOutcome
{
    /// <summary>Handled: to be acknowledged.</summary>
    Completed,

    /// <summary>Failed: to be delivered again after <see cref="DeliveryPolicy.Backoff"/>.</summary>
    Retry,

    /// <summary>Failed permanently: to be published to <see cref="Topic.DeadLetters"/>, then acknowledged.</summary>
    DeadLetter,

    /// <summary>Interrupted because the host stopped or the sender disconnected: to be delivered again.</summary>
    Interrupted,
}

/// <summary>The result of one attempt.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Reason">The reason for a dead letter, in one line; empty for other outcomes.</param>
/// <param name="Error">The exception that ended the attempt; null if there was none.</param>
public readonly record struct DeliveryResult(DeliveryOutcome Outcome, string Reason = "", Exception? Error = null);

/// <summary>
/// The attempts, deadlines, backoff and dead-lettering of a subscription or queue. Applied to every delivery, so that the same rules apply
/// on one machine and in the cloud.
/// </summary>
public sealed record DeliveryPolicy
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(10);

    /// <summary>The name of the subscription or queue, which dead letters carry as their source.</summary>
    public required string Source { get; init; }

    /// <summary>The time after which the sender gives up on an attempt and delivers again.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>
    /// The time after which an attempt is canceled: a tenth, at most 10 s, before <see cref="Deadline"/>, so that the result can still be
    /// reported to the sender.
    /// </summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The delay after the first failure. Each further failure doubles it.</summary>
    public required TimeSpan MinBackoff { get; init; }

    /// <summary>The maximum delay between attempts.</summary>
    public required TimeSpan MaxBackoff { get; init; }

    /// <summary>The number of attempts before a message or task is a dead letter; null for no limit.</summary>
    public required int? MaxAttempts { get; init; }

    /// <summary>
    /// Returns the policy of a subscription. Dead letters are retried without limit, because there is no further topic for them.
    /// </summary>
    public static DeliveryPolicy Of(Subscription subscription) => new()
    {
        Source = subscription.Name,
        Deadline = subscription.AckDeadline,
        Timeout = TimeoutOf(subscription.AckDeadline),
        MinBackoff = subscription.MinBackoff,
        MaxBackoff = subscription.MaxBackoff,
        MaxAttempts = subscription.Topic == Topic.DeadLetters ? null : subscription.MaxDeliveries,
    };

    /// <summary>Returns the policy of the function that handles the tasks of a queue.</summary>
    public static DeliveryPolicy Of(Queue queue) => new()
    {
        Source = queue.Name,
        Deadline = queue.Deadline,
        Timeout = TimeoutOf(queue.Deadline),
        MinBackoff = queue.MinBackoff,
        MaxBackoff = queue.MaxBackoff,
        MaxAttempts = queue.MaxAttempts,
    };

    /// <summary>Returns the delay after a failed attempt.</summary>
    /// <param name="attempt">The attempt, from 1.</param>
    public TimeSpan Backoff(int attempt) => MinBackoff == TimeSpan.Zero
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(MinBackoff.TotalSeconds * Math.Pow(2, attempt - 1), MaxBackoff.TotalSeconds));

    /// <summary>
    /// Returns the reason to dead-letter a delivery without another attempt; null if an attempt is left. The attempts are exhausted if the
    /// instance stopped during the last one, before it could report the result.
    /// </summary>
    /// <param name="attempt">The attempt that is about to be made, from 1.</param>
    public string? Exhausted(int attempt) => attempt > MaxAttempts
        ? FormattableString.Invariant($"Attempted {MaxAttempts} times; the result of the last attempt is unknown.")
        : null;

    /// <summary>Runs one attempt. Never throws.</summary>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <param name="handle">
    /// Handles the delivery. The token is canceled at <see cref="Timeout"/> and by <paramref name="interrupted"/>.
    /// </param>
    /// <param name="interrupted">Canceled when the host stops or the sender no longer waits for the result.</param>
    public async Task<DeliveryResult> AttemptAsync(
        int attempt, Func<CancellationToken, Task> handle, TimeProvider time, CancellationToken interrupted)
    {
        if (Exhausted(attempt) is { } exhausted) return new DeliveryResult(DeliveryOutcome.DeadLetter, exhausted);
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, interrupted);
        try
        {
            await handle(either.Token);
            return new DeliveryResult(DeliveryOutcome.Completed);
        }
        catch (PoisonMessageException e) when (MaxAttempts is not null)
        {
            return new DeliveryResult(DeliveryOutcome.DeadLetter, e.Message);
        }
        catch (Exception e) when (interrupted.IsCancellationRequested)
        {
            return new DeliveryResult(DeliveryOutcome.Interrupted, Error: e);
        }
        catch (Exception e) when (MaxAttempts is null || attempt < MaxAttempts)
        {
            return new DeliveryResult(DeliveryOutcome.Retry, Error: e);
        }
        catch (Exception e)
        {
            var reason = timeout.IsCancellationRequested
                ? $"The attempt took longer than {Timeout}."
                : $"{e.GetType().Name}: {e.Message}";
            return new DeliveryResult(DeliveryOutcome.DeadLetter, reason, e);
        }
    }

    private static TimeSpan TimeoutOf(TimeSpan deadline)
    {
        var tenth = deadline / 10;
        return deadline - (tenth < LongestMargin ? tenth : LongestMargin);
    }
}
