using Spotify.Domain.Data;

namespace Spotify.Domain.Ports;

/// <summary>The permitted age of the data that is read. Permitting stale data allows the nearest replica to answer.</summary>
/// <param name="MaxAge">The maximum age.</param>
public readonly record struct Staleness(TimeSpan MaxAge)
{
    /// <summary>
    /// Ten seconds: for reads on every request, which would otherwise wait for a replica on another continent. Callers read again without
    /// staleness before they conclude that something does not exist or is not allowed, because it may have changed a moment ago.
    /// </summary>
    public static Staleness Recent { get; } = new(TimeSpan.FromSeconds(10));
}

/// <summary>A database of rows, with transactions: SQLite on one machine, Spanner in the cloud.</summary>
public interface IDatabase
{
    /// <summary>
    /// Returns the row with a key, with all columns, or null if it does not exist: in the last committed state, or in an older one within
    /// <paramref name="staleness"/>.
    /// </summary>
    Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct);

    /// <summary>
    /// Returns the rows of a query from one consistent snapshot: the last committed state, or an older one within
    /// <paramref name="staleness"/>.
    /// </summary>
    IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct);

    /// <summary>Applies mutations in order and atomically. They are durable when the task completes.</summary>
    /// <exception cref="RowExistsException">The row of an insert exists.</exception>
    /// <exception cref="RowMissingException">The row of an update does not exist.</exception>
    /// <exception cref="ConstraintException">A value violates the schema.</exception>
    Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct);

    /// <summary>
    /// Runs <paramref name="body"/> in a serializable transaction and commits the mutations that it adds. After a conflict with another
    /// transaction the body runs again, so it must have no side effects and do no other I/O. If the body throws, nothing is committed.
    /// Throws the same exceptions as <see cref="CommitAsync"/>.
    /// </summary>
    Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct);
}

/// <summary>Reads that permit stale data.</summary>
public static class RecentReads
{
    /// <summary>
    /// Returns the row with a key as it was at some time in the last ten seconds. A row that did not exist then is read again, so that a
    /// row that was just added is found.
    /// </summary>
    public static async Task<Row?> ReadRecentAsync(this IDatabase database, Table table, Key key, CancellationToken ct) =>
        await database.ReadAsync(table, key, Staleness.Recent, ct) ?? await database.ReadAsync(table, key, null, ct);
}

/// <summary>A transaction in progress. Reads do not see the transaction's own mutations, which are applied when the body returns.</summary>
public interface ITransaction
{
    /// <summary>Returns the row with a key, with all columns, or null if it does not exist.</summary>
    Task<Row?> ReadAsync(Table table, Key key);

    /// <summary>Returns the rows of a query.</summary>
    IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters);

    /// <summary>Adds a mutation, to be committed when the body returns.</summary>
    void Add(Mutation mutation);
}
