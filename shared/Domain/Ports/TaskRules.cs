using System.Text.Json;
using System.Text.RegularExpressions;

namespace Spotify.Domain.Ports;

/// <summary>What every <see cref="ITaskQueue"/> takes, so that all refuse alike.</summary>
public static partial class TaskRules
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBodyLength = 100_000;

    /// <summary>How far ahead a task may be put.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromDays(30);

    /// <summary>Checks what is to be added.</summary>
    /// <exception cref="ArgumentException">The queue or a task is not of the form that is described there.</exception>
    public static void Check(Queue queue, IReadOnlyList<TaskRequest> tasks, DateTimeOffset now)
    {
        Check(queue);
        for (var i = 0; i < tasks.Count; i++)
            if (Mistake(tasks[i], now) is { } mistake) throw new ArgumentException($"Task {i} for {queue.Name}: {mistake}.", nameof(tasks));
    }

    /// <summary>Checks a queue.</summary>
    /// <exception cref="ArgumentException">A value of it is out of the range that is described there.</exception>
    public static void Check(Queue queue)
    {
        if (!QueueName().IsMatch(queue.Name)) throw new ArgumentException($"'{queue.Name}' is no name of a queue: 1 to 90 letters, digits and hyphens are wanted.", nameof(queue));
        if (Mistake() is { } mistake) throw new ArgumentException($"Queue {queue.Name}: {mistake}.", nameof(queue));

        string? Mistake() =>
            !QueuePath().IsMatch(queue.Path) ? $"'{queue.Path}' is no path: /tasks/ and letters, digits, hyphens or slashes are wanted"
            : queue.Shards < 1 ? "shards are 1 or more"
            : queue.MaxDispatchesPerSecond is not (> 0 and <= 500) ? "the pace of a shard is above 0, up to 500 a second"
            : queue.MaxConcurrentDispatches is < 1 or > 5000 ? "1 to 5,000 tasks of a shard may be under way"
            : queue.MaxAttempts is < 1 or > 100 ? "attempts are 1 to 100"
            : queue.MinBackoff < TimeSpan.Zero || queue.MinBackoff > queue.MaxBackoff ? "the backoff is 0 or more, and the least is not above the most"
            : queue.Deadline < TimeSpan.FromSeconds(15) || queue.Deadline > TimeSpan.FromMinutes(30) ? "the deadline is 15 s to 30 min"
            : null;
    }

    private static string? Mistake(TaskRequest task, DateTimeOffset now) =>
        task.Body.Length > MaxBodyLength ? $"the body has {task.Body.Length} bytes, more than {MaxBodyLength}"
        : !IsJson(task.Body.Span) ? "the body is not JSON"
        : task.Name is { } name && !TaskName().IsMatch(name) ? "the name has 1 to 500 letters, digits, hyphens and underscores"
        : task.NotBefore > now + MaxDelay ? "it is put more than 30 days ahead"
        : null;

    private static bool IsJson(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            return reader.Read() && (reader.TrySkip() && !reader.Read());
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,90}\z", RegexOptions.CultureInvariant)]
    private static partial Regex QueueName();

    [GeneratedRegex(@"\A/tasks(/[A-Za-z0-9-]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex QueuePath();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,500}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TaskName();
}
