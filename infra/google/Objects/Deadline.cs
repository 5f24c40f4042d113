namespace Spotify.Google.Objects;

/// <summary>How long something may take: cancels when that is over, or when the caller does.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeSpan limit;
    private readonly CancellationTokenSource expiry;
    private readonly CancellationTokenSource either;

    public Deadline(TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        this.limit = limit;
        expiry = new CancellationTokenSource(limit, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, ct);
    }

    public CancellationToken Token => either.Token;

    public bool HasPassed => expiry.IsCancellationRequested;

    public void Restart() => expiry.CancelAfter(limit);

    public void Suspend() => expiry.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        either.Dispose();
        expiry.Dispose();
    }
}
