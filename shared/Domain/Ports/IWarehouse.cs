using Spotify.Domain.Data;

namespace Spotify.Domain.Ports;

/// <summary>
/// The warehouse of events and reports: SQLite on one machine, BigQuery in the cloud. Tables are append-only, apart from the deletion of
/// old days. Read views such as <c>plays_once</c>, because a row may be appended more than once.
/// </summary>
public interface IWarehouse
{
    /// <summary>
    /// Appends rows. They are durable when the task completes; after an error, some may have been appended. Repeating the call is safe.
    /// </summary>
    /// <exception cref="ArgumentException">The warehouse rejects a row. Retrying does not help.</exception>
    Task AppendAsync(WarehouseTable table, IReadOnlyList<WarehouseRow> rows, CancellationToken ct);

    /// <summary>
    /// Returns the rows of a query. Rows that were appended a moment ago are included on one machine; in the cloud it may take seconds.
    /// </summary>
    /// <exception cref="WarehouseCostException">The query would read more than the adapter's limit.</exception>
    IAsyncEnumerable<Row> QueryAsync(WarehouseStatement statement, Parameters parameters, CancellationToken ct);

    /// <summary>Runs an INSERT … SELECT or a DELETE inside the warehouse, atomically and once.</summary>
    /// <returns>The number of rows that were added or deleted.</returns>
    /// <exception cref="WarehouseCostException">The statement would read more than the adapter's limit.</exception>
    Task<long> ExecuteAsync(WarehouseStatement statement, Parameters parameters, CancellationToken ct);

    /// <summary>
    /// Writes the rows of a query to new objects, in no particular order. For results that are too large for <see cref="QueryAsync"/>:
    /// <see cref="WarehouseExport.ReadAsync(IWarehouse, IObjectStore, Parameters, string, CancellationToken)"/> reads them.
    /// </summary>
    /// <param name="export">The query, and the columns of its result.</param>
    /// <param name="parameters">The parameters of the query.</param>
    /// <param name="prefix">
    /// The start of the objects' names, which no other object has. Ends with a slash. The adapter appends a number and
    /// <see cref="WarehouseExport.Extension"/>.
    /// </param>
    /// <param name="ct">Cancels the call; objects may remain.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="WarehouseCostException">The query would read more than the adapter's limit.</exception>
    Task<long> ExportAsync(WarehouseExport export, Parameters parameters, string prefix, CancellationToken ct);
}

/// <summary>The error for a statement that would read more than its limit. It was not run, and costs nothing.</summary>
public sealed class WarehouseCostException(string message, Exception? inner = null) : Exception(message, inner);
