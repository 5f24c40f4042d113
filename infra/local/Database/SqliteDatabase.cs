using System.Runtime.CompilerServices;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Local.Database;

/// <summary>
/// The database of one machine: SQLite with a write-ahead log, any number of readers and one writer. A commit returns when the log is on
/// disk (<c>synchronous = FULL</c>), so it survives a killed process and a power cut. Concurrent commits share a flush.
/// </summary>
public sealed class SqliteDatabase : IDatabase, IDisposable
{
    private const int MaxDeletedAtOnce = 1000;

    private readonly List<Table> expiring;
    private readonly SqliteReaders readers;
    private readonly GroupCommit writes;

    /// <summary>Opens the database at <paramref name="path"/>. Creates it or upgrades it to <paramref name="schema"/>.</summary>
    /// <exception cref="DataVersionException">A newer version wrote the database.</exception>
    public SqliteDatabase(string path, Schema schema)
    {
        SQLitePCL.Batteries_V2.Init();
        readers = new SqliteReaders(path);
        expiring = [.. schema.Tables.Where(table => table.Deletion is not null)];
        var writer = new SqliteSession(path);
        try
        {
            SqliteSchema.Apply(writer, schema);
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        writes = new GroupCommit(writer);
    }

    /// <inheritdoc/>
    public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var reader = RentReader();
        return Task.FromResult(reader.Session.Read(table, key));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Row> QueryAsync(
        Statement statement, Parameters parameters, Staleness? staleness, [EnumeratorCancellation] CancellationToken ct)
    {
        using var reader = RentReader();
        foreach (var row in reader.Session.Query(statement, parameters))
        {
            ct.ThrowIfCancellationRequested();
            yield return row;
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => writes.RunAsync(
        session =>
        {
            foreach (var mutation in mutations) session.Apply(mutation);
            return Task.FromResult(true);
        },
        ct);

    /// <inheritdoc/>
    // The session has the write lock before the body reads, so that conflicts are impossible and the body runs once.
    public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) => writes.RunAsync(
        async session =>
        {
            var buffered = new Transaction(session);
            var result = await body(buffered);
            ct.ThrowIfCancellationRequested();
            foreach (var mutation in buffered.Mutations) session.Apply(mutation);
            return result;
        },
        ct);

    /// <summary>Deletes rows by the deletion policies of the schema, up to 1,000 of each table.</summary>
    /// <returns>Whether more rows may have to be deleted.</returns>
    internal async Task<bool> DeleteExpiredAsync(DateTimeOffset now, CancellationToken ct)
    {
        var more = false;
        foreach (var table in expiring)
        {
            var deleted = await writes.RunAsync(
                session => Task.FromResult(session.DeleteExpired(table, now, MaxDeletedAtOnce)), ct);
            more |= deleted == MaxDeletedAtOnce;
        }

        return more;
    }

    /// <summary>Runs a statement in a transaction.</summary>
    /// <returns>The number of changed rows, with those of internal tables.</returns>
    internal Task<long> ExecuteAsync(string sql, Parameters parameters, CancellationToken ct) => writes.RunAsync(
        session =>
        {
            var before = session.TotalChanges;
            session.Execute(sql, parameters);
            return Task.FromResult(session.TotalChanges - before);
        },
        ct);

    /// <inheritdoc/>
    public void Dispose()
    {
        readers.Dispose();
        writes.Dispose();
    }

    /// <summary>Rents a session for reading. Disposing the lease returns it to the pool.</summary>
    internal SqliteReaders.Lease RentReader() => readers.Rent();

    private sealed class Transaction(SqliteSession session) : ITransaction
    {
        public List<Mutation> Mutations { get; } = [];

        public Task<Row?> ReadAsync(Table table, Key key) => Task.FromResult(session.Read(table, key));

        public async IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters)
        {
            foreach (var row in session.Query(statement, parameters)) yield return row;
            await Task.CompletedTask;
        }

        public void Add(Mutation mutation) => Mutations.Add(mutation);
    }
}
