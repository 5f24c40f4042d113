namespace Spotify.Domain.Ports;

/// <summary>
/// A queue of tasks for one function. Each task is a POST with a JSON body and the token of a service, sent until it is answered with 2xx.
/// One that was tried <see cref="MaxAttempts"/> times, or was answered as poison, goes to <see cref="Topic.DeadLetters"/>.
/// </summary>
/// <param name="Name">Letters, digits and hyphens, 1 to 90 characters.</param>
/// <param name="Path">Where the function takes its tasks, beginning with <c>/tasks/</c>.</param>
public sealed record Queue(string Name, string Path)
{
    /// <summary>How many queues of the cloud it is spread over, each with the pace below: one of them dispatches no more than 500 tasks a second.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>The pace of a shard, in tasks a second, above 0, up to 500.</summary>
    public double MaxDispatchesPerSecond { get; init; } = 500;

    /// <summary>How many tasks of a shard may be under way at once, 1 to 5,000.</summary>
    public int MaxConcurrentDispatches { get; init; } = 1000;

    /// <summary>How often a task is tried, 1 to 100.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>
    /// How often a queue sends a task before it drops it: a few times more than the function tries it, so that the function is asked once more
    /// when it died at its last try, or could not publish the dead letter.
    /// </summary>
    public int MaxDispatches => MaxAttempts + 5;

    /// <summary>How long a task waits after its first failure; each further one doubles it.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it waits at most.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long one try may take, 15 s to 30 min.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>Something to be done later by a function.</summary>
/// <param name="Body">The JSON that it is given, up to 100,000 bytes.</param>
public sealed record TaskRequest(ReadOnlyMemory<byte> Body)
{
    /// <summary>
    /// Letters, digits, hyphens and underscores, up to 500: while the queue remembers a task of that name (until it is done, and an hour
    /// longer) another is passed over. Not to be relied on: whoever does the task keeps a record of its own.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>When it is to be done at the earliest, no more than 30 days ahead; null: now.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}

/// <summary>Delayed, paced tasks: a durable queue on one machine, Cloud Tasks in the cloud. Each is dispatched at least once.</summary>
public interface ITaskQueue
{
    /// <summary>Adds tasks; when the task completes they are durable. When it fails, some may have been added.</summary>
    /// <exception cref="ArgumentException">The queue or a task is not of the form that it describes (<see cref="TaskRules"/>); none was added.</exception>
    Task EnqueueAsync(Queue queue, IReadOnlyList<TaskRequest> tasks, CancellationToken ct);
}
