namespace Spotify.Hosting;

/// <summary>Truncated exponential backoff with full jitter.</summary>
/// <param name="min">The maximum wait before the second try. Doubles with each further try.</param>
/// <param name="max">The maximum wait before any try.</param>
/// <param name="time">The clock.</param>
/// <param name="random">The source of the jitter.</param>
/// <seealso href="https://cloud.google.com/storage/docs/retry-strategy#exponential-backoff"/>
public sealed class Backoff(TimeSpan min, TimeSpan max, TimeProvider time, Random random)
{
    /// <summary>Waits before the next try.</summary>
    /// <param name="failures">The number of failed tries, from 1.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task WaitAsync(int failures, CancellationToken ct)
    {
        var longest = Math.Min(min.TotalSeconds * Math.Pow(2, failures - 1), max.TotalSeconds);
        return Task.Delay(TimeSpan.FromSeconds(longest * random.NextDouble()), time, ct);
    }
}
