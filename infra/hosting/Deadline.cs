namespace Spotify.Hosting;

/// <summary>A time limit for an operation: cancels its token when the time is over or the caller cancels.</summary>
public sealed class Deadline : IDisposable
{
    private readonly TimeSpan limit;
    private readonly CancellationTokenSource expiry;
    private readonly CancellationTokenSource either;

    /// <summary>Starts a deadline.</summary>
    /// <param name="limit">The time until the deadline passes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ct">The caller's token.</param>
    public Deadline(TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        this.limit = limit;
        expiry = new CancellationTokenSource(limit, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, ct);
    }

    /// <summary>The token to pass to the operation.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>Whether the time is over.</summary>
    public bool HasPassed => expiry.IsCancellationRequested;

    /// <summary>Starts the whole time again.</summary>
    public void Restart() => expiry.CancelAfter(limit);

    /// <summary>Stops the clock until <see cref="Restart"/>.</summary>
    public void Suspend() => expiry.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        either.Dispose();
        expiry.Dispose();
    }
}
