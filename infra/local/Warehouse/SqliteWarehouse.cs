using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;

namespace Spotify.Local.Warehouse;

/// <summary>
/// The warehouse of one machine: a SQLite file of its own, so that reports and the database do not wait for each other's writes. Appended
/// rows are on disk when the task completes. Concurrent appends share a flush. Appends wait while a statement runs that writes.
/// </summary>
public sealed class SqliteWarehouse : IWarehouse, IDisposable
{
    // The compressed rows of an object are in memory while they are written.
    private const int RowsPerObject = 100_000;

    private static readonly WriteOptions Compressed = new("application/gzip");

    private readonly IObjectStore? objects;
    private readonly ConcurrentDictionary<string, string> inserts = new(StringComparer.Ordinal);
    private readonly SqliteReaders readers;
    private readonly GroupCommit writes;

    /// <summary>Opens the warehouse at <paramref name="path"/>. Creates it or adds the tables, columns and views that it lacks.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="schema">The tables and views.</param>
    /// <param name="objects">The store of exports; null if there are none.</param>
    public SqliteWarehouse(string path, WarehouseSchema schema, IObjectStore? objects = null)
    {
        SQLitePCL.Batteries_V2.Init();
        (this.objects, readers) = (objects, new SqliteReaders(path));
        var writer = new SqliteSession(path);
        try
        {
            SqliteWarehouseSchema.Apply(writer, schema);
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        writes = new GroupCommit(writer);
    }

    /// <inheritdoc/>
    public Task AppendAsync(WarehouseTable table, IReadOnlyList<WarehouseRow> rows, CancellationToken ct)
    {
        var sql = inserts.GetOrAdd(table.Name, static (name, table) => InsertSql(name, table), table);
        return writes.RunAsync(
            session =>
            {
                foreach (var row in rows) session.Execute(sql, ParametersOf(table, row));
                return Task.FromResult(true);
            },
            ct);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> QueryAsync(
        WarehouseStatement statement, Parameters parameters, [EnumeratorCancellation] CancellationToken ct)
    {
        using var reader = readers.Rent();
        foreach (var row in reader.Session.Query(statement.Sql, parameters))
        {
            ct.ThrowIfCancellationRequested();
            yield return row;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<long> ExecuteAsync(WarehouseStatement statement, Parameters parameters, CancellationToken ct) =>
        writes.RunAsync(session => Task.FromResult((long)session.Execute(statement.Sql, parameters)), ct);

    /// <inheritdoc/>
    public async Task<long> ExportAsync(WarehouseExport export, Parameters parameters, string prefix, CancellationToken ct)
    {
        var store = objects ?? throw new InvalidOperationException("The warehouse was opened without a store of exports.");
        var (count, number) = (0L, 0);
        await foreach (var rows in QueryAsync(export.Statement, parameters, ct).Chunk(RowsPerObject).WithCancellation(ct))
        {
            using var content = new MemoryStream();
            await using (var compressed = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
                foreach (var row in rows) export.Write(compressed, row);
            content.Position = 0;
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{number++:000000000000}{WarehouseExport.Extension}");
            await store.WriteAsync(name, content, Compressed, ct);
            count += rows.Length;
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        readers.Dispose();
        writes.Dispose();
    }

    private static string InsertSql(string name, WarehouseTable table) =>
        $"INSERT INTO {name} ({string.Join(", ", table.Columns.Select(column => column.Name))}) "
        + $"VALUES ({string.Join(", ", table.Columns.Select(column => "@" + column.Name))})";

    private static Parameters ParametersOf(WarehouseTable table, WarehouseRow row)
    {
        var parameters = new Parameters();
        for (var i = 0; i < table.Columns.Count; i++) parameters.Add(table.Columns[i].Name, row.Values[i]);
        return parameters;
    }
}
