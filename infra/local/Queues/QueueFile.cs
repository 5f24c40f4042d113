using System.Collections.Concurrent;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;

namespace Spotify.Local.Queues;

/// <summary>
/// The file of waiting messages and tasks. Separate from the database, so that neither waits for the other's writes. A write returns when
/// it is on disk; concurrent writes share a flush.
/// </summary>
public sealed class QueueFile : IDisposable
{
    /// <summary>The time after which a subscription that no host declares is deleted with its messages; the same as in Pub/Sub.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    private const int Version = 2;

    private const int MaxWritesPerFlush = 256;

    // A message is stored once for all its consumers; each has a delivery. Attempts also identifies the holder of a delivery, because it
    // grows with each lease.
    private static readonly string[] Tables =
    [
        "CREATE TABLE Messages (Number INTEGER PRIMARY KEY AUTOINCREMENT, MessageId TEXT NOT NULL, Body BLOB, Attributes BLOB, "
            + "PublishedAt INTEGER NOT NULL)",
        "CREATE TABLE Deliveries (Number INTEGER NOT NULL REFERENCES Messages, Consumer TEXT NOT NULL, DueAt INTEGER NOT NULL, "
            + "Attempts INTEGER NOT NULL, PRIMARY KEY (Number, Consumer)) WITHOUT ROWID",
        "CREATE INDEX DeliveriesByTime ON Deliveries (Consumer, DueAt, Number)",
        "CREATE TABLE Subscriptions (Name TEXT PRIMARY KEY, Topic TEXT NOT NULL, DeclaredAt INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE TaskNames (Queue TEXT NOT NULL, Name TEXT NOT NULL, ForgetAt INTEGER, PRIMARY KEY (Queue, Name)) WITHOUT ROWID",
        "CREATE INDEX TaskNamesByTime ON TaskNames (ForgetAt) WHERE ForgetAt IS NOT NULL",
        ScheduledCalls,
    ];

    private const string ScheduledCalls =
        "CREATE TABLE ScheduledCalls (Schedule TEXT PRIMARY KEY, CalledAt INTEGER NOT NULL) WITHOUT ROWID";

    // How often the file is checked for writes of other processes.
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private readonly string path;
    private readonly TimeProvider time;
    private readonly SqliteSession writer;
    private readonly Lock writing = new();
    private readonly ConcurrentQueue<IWrite> waiting = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> sleepers = new(StringComparer.Ordinal);
    private readonly Lock watching = new();
    private SqliteSession? watcher;
    private ITimer? watch;
    private long seen;
    private bool disposed;
    private int flushing;

    /// <summary>Opens the file. Creates it if it does not exist.</summary>
    /// <param name="path">The path.</param>
    /// <param name="subscriptions">Subscriptions to add to those in the file. They get the messages published from now on.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DataVersionException">A newer version wrote the file.</exception>
    public QueueFile(string path, IEnumerable<Subscription> subscriptions, TimeProvider time)
    {
        SQLitePCL.Batteries_V2.Init();
        this.path = path;
        this.time = time;
        writer = new SqliteSession(path);
        try
        {
            CreateTables();
            Declare([.. subscriptions]);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Creates subscriptions or moves them to other topics. Removes subscriptions that were not declared for a week.</summary>
    internal void Declare(IReadOnlyList<Subscription> subscriptions)
    {
        foreach (var subscription in subscriptions) MessageRules.Check(subscription);
        if (subscriptions.Count == 0) return;
        lock (writing)
        {
            using var transaction = writer.Begin();
            var now = time.GetUtcNow();
            foreach (var subscription in subscriptions) writer.Declare(subscription, now);
            writer.Forget(now - Retention);
            transaction.Commit();
        }
    }

    /// <summary>
    /// Completes when a consumer may have new deliveries. Call this before looking for deliveries, so that none is missed in between.
    /// </summary>
    internal Task NewDeliveriesFor(string consumer)
    {
        Watch();
        return sleepers.GetOrAdd(consumer, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>Signals that a consumer has new deliveries.</summary>
    internal void Wake(string consumer)
    {
        if (sleepers.TryRemove(consumer, out var sleeper)) sleeper.SetResult();
    }

    /// <summary>
    /// Runs a write, which is on disk when the task completes. The function may run more than once. A canceled write may still take effect.
    /// </summary>
    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken ct)
    {
        if (ct.IsCancellationRequested) return Task.FromCanceled<T>(ct);
        var entry = new Write<T>(write);
        waiting.Enqueue(entry);
        if (Interlocked.Exchange(ref flushing, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(file => file.Flush(), this, preferLocal: false);
        return entry.Task.WaitAsync(ct);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (watching)
        {
            disposed = true;
            watch?.Dispose();
            watcher?.Dispose();
        }

        lock (writing) writer.Dispose();
    }

    private void CreateTables()
    {
        if (VersionOf(writer) == Version) return;
        using var transaction = writer.Begin();
        // Another process may have created the tables while this process waited for the lock.
        switch (VersionOf(writer))
        {
            case 0:
                foreach (var table in Tables) writer.RunOnce(table);
                writer.RunOnce($"PRAGMA user_version = {Version}");
                transaction.Commit();
                break;
            case 1:
                writer.RunOnce(ScheduledCalls);
                writer.RunOnce($"PRAGMA user_version = {Version}");
                transaction.Commit();
                break;
            case > Version:
                throw new DataVersionException(
                    "The queues were written by a newer version. Run that version, or use another --data directory.");
        }
    }

    private static int VersionOf(SqliteSession session) =>
        session.Query("PRAGMA user_version", Parameters.None).Single().Int32("user_version");

    private void Flush()
    {
        lock (writing)
        {
            var group = new List<IWrite>();
            while (true)
            {
                group.Clear();
                while (group.Count < MaxWritesPerFlush && waiting.TryDequeue(out var write)) group.Add(write);
                if (group.Count > 0)
                {
                    Commit(group);
                    continue;
                }

                Volatile.Write(ref flushing, 0);
                // A write may have been enqueued just before, while this flush was still marked as running.
                if (waiting.IsEmpty || Interlocked.Exchange(ref flushing, 1) != 0) return;
            }
        }
    }

    private void Commit(List<IWrite> group)
    {
        try
        {
            using var transaction = writer.Begin();
            foreach (var write in group) write.Run(writer);
            transaction.Commit();
        }
        catch (Exception e)
        {
            // A failed write must not fail the others, so each is repeated alone.
            if (group.Count == 1) group[0].Fail(e);
            else foreach (var write in group) Commit([write]);
            return;
        }

        foreach (var write in group) write.Complete();
    }

    private void Watch()
    {
        if (watch is not null) return;
        lock (watching)
        {
            if (watch is not null || disposed) return;
            watcher = new SqliteSession(path);
            seen = DataVersion();
            watch = time.CreateTimer(_ => CheckForWrites(), null, WatchInterval, WatchInterval);
        }
    }

    private void CheckForWrites()
    {
        lock (watching)
        {
            if (disposed) return;
            try
            {
                var now = DataVersion();
                if (now == seen) return;
                seen = now;
            }
            catch (Exception e) when (e is SqliteException or TimeoutException)
            {
                // The consumers get the same error and log it.
            }
        }

        foreach (var consumer in sleepers.Keys) Wake(consumer);
    }

    // A number that changes with every commit of another connection.
    private long DataVersion() => watcher!.Query("PRAGMA data_version", Parameters.None).Single().Int64("data_version");

    private interface IWrite
    {
        void Run(SqliteSession session);

        void Complete();

        void Fail(Exception e);
    }

    private sealed class Write<T>(Func<SqliteSession, T> write) : IWrite
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Task => completion.Task;

        public void Run(SqliteSession session) => result = write(session);

        public void Complete() => completion.SetResult(result);

        public void Fail(Exception e) => completion.SetException(e);
    }
}
