using System.Collections.Concurrent;

namespace Spotify.Functions.Tests.RoundTrips;

/// <summary>The round trips of a request to the database and to live documents.</summary>
/// <param name="Reads">The number of reads and queries of the database, also those in transactions.</param>
/// <param name="Writes">The number of commits.</param>
/// <param name="Serial">The length of the longest chain of round trips that wait for each other.</param>
/// <param name="DocumentReads">The number of reads of live documents.</param>
/// <param name="DocumentWrites">The number of writes of live documents.</param>
public readonly record struct Trips(int Reads, int Writes, int Serial, int DocumentReads = 0, int DocumentWrites = 0);

/// <summary>
/// Runs a request on one thread and answers its calls of the database and of live documents in rounds. A round answers the calls that are
/// waiting when the request can do nothing else, so calls are in the same round if and only if they overlap, and the number of rounds does
/// not depend on timing.
/// </summary>
internal sealed class RequestClock : SynchronizationContext
{
    private static readonly AsyncLocal<RequestClock?> Running = new();

    private readonly BlockingCollection<Action> work = [];
    private readonly Lock gate = new();
    private List<TaskCompletionSource> waiting = [];
    private Trips trips;

    /// <summary>The clock of the current request; null outside of requests.</summary>
    public static RequestClock? Of => Running.Value;

    /// <summary>Runs a request and returns its round trips.</summary>
    public static Trips Run(Func<Task> request)
    {
        var clock = new RequestClock();
        var before = Current;
        Running.Value = clock;
        SetSynchronizationContext(clock);
        try
        {
            clock.Finish(request());
            return clock.trips;
        }
        finally
        {
            SetSynchronizationContext(before);
            Running.Value = null;
        }
    }

    /// <summary>Waits for the answer to a read.</summary>
    public Task ReadAsync() => WaitAsync(trips with { Reads = trips.Reads + 1 });

    /// <summary>Waits for the answer to a commit.</summary>
    public Task CommitAsync() => WaitAsync(trips with { Writes = trips.Writes + 1 });

    /// <summary>Waits for the answer to a read of a live document.</summary>
    public Task ReadDocumentAsync() => WaitAsync(trips with { DocumentReads = trips.DocumentReads + 1 });

    /// <summary>Waits for the answer to a write of a live document.</summary>
    public Task WriteDocumentAsync() => WaitAsync(trips with { DocumentWrites = trips.DocumentWrites + 1 });

    public override void Post(SendOrPostCallback d, object? state) => work.Add(() => d(state));

    private Task WaitAsync(Trips counted)
    {
        lock (gate)
        {
            trips = counted;
            var answer = new TaskCompletionSource();
            waiting.Add(answer);
            // Wakes the loop if the call came from another thread.
            work.Add(() => { });
            return answer.Task;
        }
    }

    private void Finish(Task request)
    {
        _ = request.ContinueWith(_ => work.Add(() => { }), TaskScheduler.Default);
        while (!request.IsCompleted)
        {
            if (work.TryTake(out var next) || !AnswerRound()) (next ?? work.Take())();
        }

        request.GetAwaiter().GetResult();
    }

    private bool AnswerRound()
    {
        List<TaskCompletionSource> round;
        lock (gate)
        {
            if (waiting.Count == 0) return false;
            trips = trips with { Serial = trips.Serial + 1 };
            (round, waiting) = (waiting, []);
        }

        // Without a context, so that continuations that do not capture one run here and not on the thread pool.
        SetSynchronizationContext(null);
        foreach (var answer in round) answer.SetResult();
        SetSynchronizationContext(this);
        return true;
    }
}
