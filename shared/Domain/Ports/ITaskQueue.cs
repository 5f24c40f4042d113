namespace Spotify.Domain.Ports;

/// <summary>
/// A queue of tasks for one function. Each task is a POST with a JSON body and the token of a service account, repeated until the response
/// is 2xx. A task that fails <see cref="MaxAttempts"/> times, or is poison, goes to <see cref="Topic.DeadLetters"/>.
/// </summary>
/// <param name="Name">1 to 80 letters, digits and hyphens. Cloud Tasks allows 100 with the shard and a random suffix.</param>
/// <param name="Path">The path that the function serves, starting with <c>/tasks/</c>.</param>
public sealed record Queue(string Name, string Path)
{
    /// <summary>
    /// The number of Cloud Tasks queues to spread the tasks over, because one queue dispatches at most 500 tasks per second.
    /// </summary>
    public int Shards { get; init; } = 1;

    /// <summary>The rate limit of a shard in tasks per second, above 0, up to 500.</summary>
    public double MaxDispatchesPerSecond { get; init; } = 500;

    /// <summary>The number of tasks of a shard that may run at the same time, 1 to 5,000.</summary>
    public int MaxConcurrentDispatches { get; init; } = 1000;

    /// <summary>The number of attempts, 1 to 100.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>
    /// The number of times a queue sends a task before dropping it. A few more than <see cref="MaxAttempts"/>, so that the function is
    /// called again if its instance stopped during the last attempt or could not publish the dead letter.
    /// </summary>
    public int MaxDispatches => MaxAttempts + 5;

    /// <summary>The delay after the first failure. Each further failure doubles it.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The maximum delay.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The time that one attempt may take, 15 s to 30 min. A function definition derives it from the function's timeout.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>A task to add to a queue.</summary>
/// <param name="Body">The JSON body, up to 100,000 bytes.</param>
public sealed record TaskRequest(ReadOnlyMemory<byte> Body)
{
    /// <summary>
    /// An optional name of up to 500 letters, digits, hyphens and underscores. The queue skips a task with the name of an earlier one,
    /// until an hour after the earlier one is done. The function must also keep a record of handled tasks, because the name does not
    /// prevent all duplicates.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>The earliest time to run, at most 30 days ahead; null for now.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}

/// <summary>
/// A sender of delayed, rate-limited tasks: to a durable queue on one machine, to Cloud Tasks in the cloud. Dispatch is at least once.
/// </summary>
public interface ITaskQueue
{
    /// <summary>Adds tasks. They are durable when the task completes; if it fails, some may have been added.</summary>
    /// <exception cref="ArgumentException">The queue or a task breaks <see cref="TaskRules"/>; nothing was added.</exception>
    Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct);
}
