using Spotify.Domain.Data;

namespace Spotify.Domain.Ports;

/// <summary>The permitted age of the data that a query reads. Permitting stale data allows the nearest replica to answer.</summary>
/// <param name="MaxAge">The maximum age.</param>
public readonly record struct Staleness(TimeSpan MaxAge);

/// <summary>A database of rows, with transactions: SQLite on one machine, Spanner in the cloud.</summary>
public interface IDatabase
{
    /// <summary>Returns the last committed row with a key, with all columns, or null if it does not exist.</summary>
    Task<Row?> ReadAsync(Table table, Key key, CancellationToken ct);

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

/// <summary>A transaction in progress. Reads do not see the transaction's own mutations, which are applied when the body returns.</summary>
public interface ITransaction
{
    /// <inheritdoc cref="IDatabase.ReadAsync"/>
    Task<Row?> ReadAsync(Table table, Key key);

    /// <summary>Returns the rows of a query.</summary>
    IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters);

    /// <summary>Adds a mutation, to be committed when the body returns.</summary>
    void Add(Mutation mutation);
}
