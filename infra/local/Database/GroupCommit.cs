using System.Diagnostics;
using Spotify.Domain.Data;

namespace Spotify.Local.Database;

/// <summary>
/// The writes of a session, run one after the other. Writes that wait at the same time are committed together, because a flush to disk
/// costs much more than a write. Each is atomic on its own: it sees the writes before it, and an error undoes it alone. Its task completes
/// when the commit is on disk.
/// </summary>
internal sealed class GroupCommit(SqliteSession session) : IDisposable
{
    // Bounds of a group, so that the first write does not wait for many others.
    private const int MaxWrites = 256;
    private const int MaxYields = 8;
    private static readonly TimeSpan MaxDuration = TimeSpan.FromMilliseconds(10);

    private readonly WaitingQueue<IWrite> waiting = new();
    private readonly List<IWrite> group = new(MaxWrites);
    private volatile bool contended;

    /// <summary>Runs a write.</summary>
    /// <param name="write">The write. Reads and changes the session until its task completes.</param>
    /// <param name="ct">Cancels the write until it starts. After that, the task has its result.</param>
    public Task<T> RunAsync<T>(Func<SqliteSession, Task<T>> write, CancellationToken ct)
    {
        if (ct.IsCancellationRequested) return Task.FromCanceled<T>(ct);
        var entry = new Write<T>(write, ct);
        if (waiting.Add(entry))
        {
            // A lone writer flushes on its own thread, which saves two switches. With many writers, the others are added meanwhile.
            if (contended) FlushInBackground();
            else _ = FlushAsync();
        }

        return entry.Task;
    }

    /// <summary>Closes the session after the current group. Writes that still wait fail.</summary>
    public void Dispose()
    {
        SpinWait.SpinUntil(waiting.TryStart);
        session.Dispose();
        if (waiting.End()) FlushInBackground();
    }

    private void FlushInBackground() =>
        ThreadPool.UnsafeQueueUserWorkItem(commits => _ = commits.FlushAsync(), this, preferLocal: false);

    private async Task FlushAsync()
    {
        await CommitGroupAsync();
        if (waiting.End()) FlushInBackground();
    }

    private async Task CommitGroupAsync()
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            if (!TryTake()) return;
            using var transaction = session.Begin();
            do await RunAsync(group[^1]);
            while (group.Count < MaxWrites && Stopwatch.GetElapsedTime(started) < MaxDuration && (TryTake() || await GatherAsync()));
            transaction.Commit();
            // Errors wait for the commit too, because they may be caused by the writes before.
            foreach (var write in group) write.Complete();
        }
        catch (Exception e)
        {
            foreach (var write in group) write.Fail(e);
        }
        finally
        {
            contended = group.Count > 1;
            group.Clear();
        }
    }

    // With many writers, the next write is often about to be added by work that is already queued, and shares the flush.
    private async ValueTask<bool> GatherAsync()
    {
        for (var i = 0; i < MaxYields && contended; i++)
        {
            await Task.Yield();
            if (TryTake()) return true;
        }

        return false;
    }

    private bool TryTake()
    {
        while (waiting.TryTake(out var write))
        {
            if (!write.TryStart()) continue;
            group.Add(write);
            return true;
        }

        return false;
    }

    private async Task RunAsync(IWrite write)
    {
        session.Execute("SAVEPOINT Write", Parameters.None);
        if (await write.RunAsync(session) is { } error)
        {
            // An error that ended the transaction, such as a full disk, is the error of the whole group.
            if (!session.IsInTransaction) throw error;
            session.Execute("ROLLBACK TO Write", Parameters.None);
        }

        session.Execute("RELEASE Write", Parameters.None);
    }

    private interface IWrite
    {
        /// <summary>Returns whether the write may start. False if it was canceled.</summary>
        bool TryStart();

        /// <summary>Runs the write and returns its error, if any.</summary>
        Task<Exception?> RunAsync(SqliteSession session);

        /// <summary>Reports the result or the error of the write.</summary>
        void Complete();

        /// <summary>Reports the error of the group.</summary>
        void Fail(Exception e);
    }

    private sealed class Write<T> : IWrite
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<SqliteSession, Task<T>> write;
        private readonly CancellationTokenRegistration cancellation;
        private Task<T>? result;
        private int started;

        public Write(Func<SqliteSession, Task<T>> write, CancellationToken ct)
        {
            this.write = write;
            cancellation = ct.UnsafeRegister((entry, token) => ((Write<T>)entry!).Cancel(token), this);
        }

        public Task<T> Task => completion.Task;

        public bool TryStart() => Interlocked.Exchange(ref started, 1) == 0;

        public async Task<Exception?> RunAsync(SqliteSession session)
        {
            try
            {
                result = write(session);
                await result;
                return null;
            }
            catch (Exception e)
            {
                result ??= System.Threading.Tasks.Task.FromException<T>(e);
                return e;
            }
        }

        public void Complete()
        {
            cancellation.Dispose();
            completion.SetFromTask(result!);
        }

        public void Fail(Exception e)
        {
            cancellation.Dispose();
            completion.TrySetException(e);
        }

        private void Cancel(CancellationToken ct)
        {
            if (TryStart()) completion.SetCanceled(ct);
        }
    }
}
