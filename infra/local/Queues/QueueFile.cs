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

    private const int Version = 3;

    // Each consumer has its own copy of a message and a delivery, which is found by its due time. Attempts and the due time, which is the
    // end of the lease, identify the holder of a delivery. A subscription counts its waiting messages and their bytes.
    private const string Messages = "CREATE TABLE Messages (Number INTEGER PRIMARY KEY AUTOINCREMENT, MessageId TEXT NOT NULL, "
        + "Body BLOB, Attributes BLOB, PublishedAt INTEGER NOT NULL)";

    private const string DeliveriesTable = "CREATE TABLE Deliveries (Consumer TEXT NOT NULL, DueAt INTEGER NOT NULL, "
        + "Number INTEGER NOT NULL, Attempts INTEGER NOT NULL, PRIMARY KEY (Consumer, DueAt, Number)) WITHOUT ROWID";

    private static readonly string[] Tables =
    [
        Messages,
        DeliveriesTable,
        "CREATE TABLE Subscriptions (Name TEXT PRIMARY KEY, Topic TEXT NOT NULL, DeclaredAt INTEGER NOT NULL, "
            + "Waiting INTEGER NOT NULL DEFAULT 0, Bytes INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
        "CREATE TABLE TaskNames (Queue TEXT NOT NULL, Name TEXT NOT NULL, ForgetAt INTEGER, PRIMARY KEY (Queue, Name)) WITHOUT ROWID",
        "CREATE INDEX TaskNamesByTime ON TaskNames (ForgetAt) WHERE ForgetAt IS NOT NULL",
        ScheduledCalls,
    ];

    // Before version 3, a message was stored once for all consumers.
    private static readonly string[] ToVersion3 =
    [
        "DROP INDEX DeliveriesByTime",
        "ALTER TABLE Deliveries RENAME TO OldDeliveries",
        "ALTER TABLE Messages RENAME TO OldMessages",
        "CREATE TEMP TABLE Numbered AS SELECT ROW_NUMBER() OVER (ORDER BY Number, Consumer) AS NewNumber, * FROM OldDeliveries",
        Messages,
        DeliveriesTable,
        "INSERT INTO Messages SELECT N.NewNumber, M.MessageId, M.Body, M.Attributes, M.PublishedAt "
            + "FROM Numbered N JOIN OldMessages M ON M.Number = N.Number",
        "INSERT INTO Deliveries SELECT Consumer, DueAt, NewNumber, Attempts FROM Numbered",
        "DROP TABLE Numbered",
        "DROP TABLE OldDeliveries",
        "DROP TABLE OldMessages",
        "ALTER TABLE Subscriptions ADD COLUMN Waiting INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE Subscriptions ADD COLUMN Bytes INTEGER NOT NULL DEFAULT 0",
        "UPDATE Subscriptions SET (Waiting, Bytes) = (SELECT COUNT(*), COALESCE(SUM(LENGTH(M.Body)), 0) "
            + "FROM Deliveries D JOIN Messages M ON M.Number = D.Number WHERE D.Consumer = 'subscription/' || Subscriptions.Name)",
    ];

    private const string ScheduledCalls =
        "CREATE TABLE ScheduledCalls (Schedule TEXT PRIMARY KEY, CalledAt INTEGER NOT NULL) WITHOUT ROWID";

    private static readonly TimeSpan DeclarationInterval = TimeSpan.FromDays(1);

    // How often the file is checked for writes of other processes.
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private readonly string path;
    private readonly TimeProvider time;
    private readonly GroupCommit writes;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> sleepers = new(StringComparer.Ordinal);
    private readonly ITimer declaration;
    private readonly Lock watching = new();
    private SqliteSession? watcher;
    private ITimer? watch;
    private long seen;
    private bool disposed;

    /// <summary>Opens the file. Creates it if it does not exist.</summary>
    /// <param name="path">The path.</param>
    /// <param name="subscriptions">
    /// Subscriptions to add to those in the file. They get the messages published from now on, and are declared again every day until the
    /// file is closed.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DataVersionException">A newer version wrote the file.</exception>
    public QueueFile(string path, IReadOnlyList<Subscription> subscriptions, TimeProvider time)
    {
        SQLitePCL.Batteries_V2.Init();
        this.path = path;
        this.time = time;
        var writer = new SqliteSession(path);
        try
        {
            CreateTables(writer);
            // Most messages are handled and deleted before the checkpoint, which then has less to write. 32 MB.
            writer.RunOnce("PRAGMA wal_autocheckpoint = 8000");
            using var transaction = writer.Begin();
            Declare(writer, subscriptions);
            transaction.Commit();
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        writes = new GroupCommit(writer);
        // After a failure, it is declared a day later: often enough for the retention of a week.
        declaration = time.CreateTimer(_ => _ = DeclareAsync(subscriptions), null, DeclarationInterval, DeclarationInterval);
    }

    /// <summary>Creates subscriptions or moves them to other topics. Removes subscriptions that were not declared for a week.</summary>
    internal Task DeclareAsync(IReadOnlyList<Subscription> subscriptions) =>
        WriteAsync(session => Declare(session, subscriptions), CancellationToken.None);

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

    /// <summary>Runs a write, which is on disk when the task completes.</summary>
    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken ct) =>
        writes.RunAsync(session => Task.FromResult(write(session)), ct);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (watching)
        {
            disposed = true;
            watch?.Dispose();
            watcher?.Dispose();
        }

        declaration.Dispose();
        writes.Dispose();
    }

    private bool Declare(SqliteSession session, IReadOnlyList<Subscription> subscriptions)
    {
        foreach (var subscription in subscriptions) MessageRules.Check(subscription);
        if (subscriptions.Count == 0) return false;
        var now = time.GetUtcNow();
        foreach (var subscription in subscriptions) session.Declare(subscription, now);
        session.Forget(now - Retention);
        return true;
    }

    private static void CreateTables(SqliteSession writer)
    {
        if (VersionOf(writer) == Version) return;
        using var transaction = writer.Begin();
        // Another process may have created the tables while this process waited for the lock.
        var version = VersionOf(writer);
        if (version > Version)
            throw new DataVersionException(
                "The queues were written by a newer version. Run that version, or use another --data directory.");
        string[] changes = version switch
        {
            0 => Tables,
            1 => [ScheduledCalls, .. ToVersion3],
            2 => ToVersion3,
            _ => [],
        };
        foreach (var change in changes) writer.RunOnce(change);
        writer.RunOnce($"PRAGMA user_version = {Version}");
        transaction.Commit();
    }

    private static int VersionOf(SqliteSession session) =>
        session.Query("PRAGMA user_version", Parameters.None).Single().Int32("user_version");

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
}
