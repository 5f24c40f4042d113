using System.Text.Json;
using System.Text.RegularExpressions;

namespace Spotify.Domain.Ports;

/// <summary>The limits that every <see cref="ITaskQueue"/> enforces, so that all adapters reject the same input.</summary>
public static partial class TaskRules
{
    /// <summary>The maximum size of a body, in bytes.</summary>
    public const int MaxBodyLength = 100_000;

    /// <summary>The maximum delay of a task.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromDays(30);

    /// <summary>Checks tasks before they are added.</summary>
    /// <exception cref="ArgumentException">The queue or a task is invalid.</exception>
    public static void Check(Queue queue, IReadOnlyList<TaskRequest> tasks, DateTimeOffset now)
    {
        Check(queue);
        for (var i = 0; i < tasks.Count; i++)
            if (Problem(tasks[i], now) is { } problem)
                throw new ArgumentException($"Task {i} for {queue.Name}: {problem}.", nameof(tasks));
    }

    /// <summary>Checks a queue.</summary>
    /// <exception cref="ArgumentException">A value is out of its documented range.</exception>
    public static void Check(Queue queue)
    {
        if (!QueueName().IsMatch(queue.Name))
            throw new ArgumentException($"'{queue.Name}' is not a valid queue name: 1 to 80 letters, digits and hyphens.", nameof(queue));
        if (Problem() is { } problem) throw new ArgumentException($"Queue {queue.Name}: {problem}.", nameof(queue));

        string? Problem() =>
            !QueuePath().IsMatch(queue.Path) ? $"'{queue.Path}' is not a valid path: /tasks/, then letters, digits, hyphens and slashes"
            : queue.Shards < 1 ? "Shards must be 1 or more"
            : queue.MaxDispatchesPerSecond is not (> 0 and <= 500) ? "MaxDispatchesPerSecond must be above 0, up to 500"
            : queue.MaxConcurrentDispatches is < 1 or > 5000 ? "MaxConcurrentDispatches must be 1 to 5,000"
            : queue.MaxAttempts is < 1 or > 100 ? "MaxAttempts must be 1 to 100"
            : queue.MinBackoff < TimeSpan.Zero || queue.MinBackoff > queue.MaxBackoff
                ? "MinBackoff must be 0 or more, and at most MaxBackoff"
            : queue.Deadline < TimeSpan.FromSeconds(15) || queue.Deadline > TimeSpan.FromMinutes(30)
                ? "Deadline must be 15 s to 30 min"
            : null;
    }

    private static string? Problem(TaskRequest task, DateTimeOffset now) =>
        task.Body.Length > MaxBodyLength ? $"the body has {task.Body.Length} bytes; the limit is {MaxBodyLength}"
        : !IsJson(task.Body.Span) ? "the body is not JSON"
        : task.Name is { } name && !TaskName().IsMatch(name) ? "the name must have 1 to 500 letters, digits, hyphens and underscores"
        : task.NotBefore > now + MaxDelay ? "NotBefore is more than 30 days ahead"
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

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,80}\z", RegexOptions.CultureInvariant)]
    private static partial Regex QueueName();

    [GeneratedRegex(@"\A/tasks(/[A-Za-z0-9-]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex QueuePath();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,500}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TaskName();
}
