using Spotify.Domain.Data;

namespace Spotify.Domain.Ports;

/// <summary>How old the state may be that a query sees. A caller that can bear it lets the nearest replica answer.</summary>
/// <param name="MaxAge">The greatest age.</param>
public readonly record struct Staleness(TimeSpan MaxAge);

/// <summary>Rows and transactions: SQLite on one machine, Spanner in the cloud.</summary>
public interface IDatabase
{
    /// <summary>The row with that whole key, all its columns, as last committed; null if there is none.</summary>
    Task<Row?> ReadAsync(Table table, Key key, CancellationToken ct);

    /// <summary>The rows of a query, from one consistent state: the last one committed, or one within <paramref name="staleness"/>.</summary>
    IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct);

    /// <summary>Applies mutations in order, all or none; when the task completes they are durable.</summary>
    /// <exception cref="RowExistsException">An insert's row is there.</exception>
    /// <exception cref="RowMissingException">An update's row is not there.</exception>
    /// <exception cref="ConstraintException">A value breaks a rule of the schema.</exception>
    Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct);

    /// <summary>
    /// Runs <paramref name="body"/> in a serializable transaction and commits the mutations it added. The body may run again, from
    /// the start, when it lost to another transaction: it does no other I/O and changes nothing outside. When it throws,
    /// nothing is changed. The exceptions are those of <see cref="CommitAsync"/>.
    /// </summary>
    Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct);
}

/// <summary>A transaction in progress. Reads see the state at its start: its own mutations are applied at its end.</summary>
public interface ITransaction
{
    /// <inheritdoc cref="IDatabase.ReadAsync"/>
    Task<Row?> ReadAsync(Table table, Key key);

    /// <summary>The rows of a query.</summary>
    IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters);

    /// <summary>Adds a change to what is committed when the body returns.</summary>
    void Add(Mutation mutation);
}
