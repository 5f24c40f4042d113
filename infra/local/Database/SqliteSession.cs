using System.Globalization;
using Spotify.Domain.Data;
using SQLitePCL;

namespace Spotify.Local.Database;

/// <summary>A connection and its prepared statements. Not thread-safe.</summary>
internal sealed class SqliteSession : IDisposable
{
    // SQLite's extended result codes.
    private const int PrimaryKeyConstraint = 1555;
    private const int UniqueConstraint = 2067;

    // The longest wait for a commit of another process.
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);
    private readonly sqlite3 connection;

    /// <summary>Opens a connection to a file. Creates the file if it does not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cacheKilobytes">The most memory for pages of the file.</param>
    /// <exception cref="SqliteException">The file cannot be opened, or is not a database.</exception>
    public SqliteSession(string path, int cacheKilobytes = 16_000)
    {
        // Without SQLite's mutex, because no two threads use a session at once.
        const int flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(path, out connection, flags, null);
        if (code != raw.SQLITE_OK)
        {
            var message = raw.sqlite3_errmsg(connection).utf8_to_string();
            connection.Dispose();
            throw new SqliteException(code, message);
        }

        raw.sqlite3_busy_timeout(connection, (int)BusyTimeout.TotalMilliseconds);
        try
        {
            RunOnce("PRAGMA journal_mode = WAL");
            RunOnce("PRAGMA synchronous = FULL");
            // On a Mac, an ordinary fsync leaves the data in the disk's cache. Has no effect elsewhere.
            RunOnce("PRAGMA fullfsync = ON");
            RunOnce("PRAGMA foreign_keys = ON");
            // Without mmap_size, because a file that each connection maps counts as memory of the process as many times.
            RunOnce(string.Create(CultureInfo.InvariantCulture, $"PRAGMA cache_size = -{cacheKilobytes}"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether a transaction has begun and neither ended nor been rolled back by an error.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(connection) == 0;

    /// <summary>The number of rows that the session has changed, with those of triggers and of internal tables.</summary>
    public long TotalChanges => raw.sqlite3_total_changes(connection);

    /// <summary>Begins a transaction with the write lock. Disposing it without a commit rolls it back.</summary>
    public WriteTransaction Begin()
    {
        Execute("BEGIN IMMEDIATE", Parameters.None);
        return new WriteTransaction(this);
    }

    /// <summary>Runs a statement without caching it.</summary>
    public void RunOnce(string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        statement.Execute(Parameters.None);
    }

    public Row? Read(Table table, Key key)
    {
        var where = string.Join(" AND ", table.KeyColumns.Select((column, i) => $"{column} = @{i}"));
        var columns = string.Join(", ", table.Columns.Select(column => column.Name));
        return Query($"SELECT {columns} FROM {table.Name} WHERE {where}", KeyParameters(key)).FirstOrDefault();
    }

    public IEnumerable<Row> Query(Statement statement, Parameters parameters) => Query(statement.Sql, parameters);

    public IEnumerable<Row> Query(string sql, Parameters parameters)
    {
        var statement = Prepare(sql);
        return statement.InUse ? QueryUncached(sql, parameters) : statement.Query(parameters);
    }

    /// <summary>Starts a query, whose rows the cursor reads one by one. Not for a query inside of itself.</summary>
    public SqliteCursor Open(string sql, Parameters parameters) => Prepare(sql).Open(parameters);

    /// <summary>Runs a statement.</summary>
    /// <returns>The number of changed rows.</returns>
    public int Execute(string sql, Parameters parameters) => Prepare(sql).Execute(parameters);

    /// <summary>Applies a mutation in the current transaction.</summary>
    public void Apply(Mutation mutation)
    {
        try
        {
            switch (mutation.Kind)
            {
                case MutationKind.Insert:
                    Insert(mutation);
                    break;
                case MutationKind.Update:
                    if (!Update(mutation)) throw new RowMissingException(mutation.Table.Name);
                    break;
                case MutationKind.Upsert:
                    if (!Update(mutation)) Insert(mutation);
                    break;
                case MutationKind.Delete:
                    Delete(mutation);
                    break;
                case MutationKind.DeleteRange:
                    DeleteRange(mutation);
                    break;
            }
        }
        catch (SqliteException e) when (e.IsConstraint)
        {
            if (mutation.Kind == MutationKind.Insert && e.ExtendedCode is PrimaryKeyConstraint or UniqueConstraint && Exists(mutation))
                throw new RowExistsException(mutation.Table.Name, e);
            throw new ConstraintException($"{mutation.Table}: {e.Message}", e);
        }
    }

    /// <summary>Deletes rows of a table by its deletion policy, oldest first.</summary>
    /// <returns>The number of deleted rows, without those of interleaved tables.</returns>
    public int DeleteExpired(Table table, DateTimeOffset now, int limit)
    {
        var (column, days) = table.Deletion!;
        var key = string.Join(", ", table.KeyColumns);
        return Execute(
            $"DELETE FROM {table.Name} WHERE ({key}) IN "
            + $"(SELECT {key} FROM {table.Name} WHERE {column} <= @end ORDER BY {column} LIMIT @limit)",
            new Parameters { { "end", now - TimeSpan.FromDays(days) }, { "limit", limit } });
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        connection.Dispose();
    }

    // For a query inside the enumeration of the same query.
    private IEnumerable<Row> QueryUncached(string sql, Parameters parameters)
    {
        using var statement = new SqliteStatement(connection, sql);
        foreach (var row in statement.Query(parameters)) yield return row;
    }

    private void Insert(Mutation mutation) => Execute(
        $"INSERT INTO {mutation.Table.Name} ({string.Join(", ", mutation.Values.Select(value => value.Column))}) "
        + $"VALUES ({string.Join(", ", mutation.Values.Select(value => "@" + value.Column))})",
        ColumnParameters(mutation));

    private bool Update(Mutation mutation)
    {
        var table = mutation.Table;
        var assignments = mutation.Values
            .Where(value => !table.KeyColumns.Contains(value.Column))
            .Select(value => $"{value.Column} = @{value.Column}").ToList();
        if (assignments.Count == 0) return Exists(mutation);
        var sql = $"UPDATE {table.Name} SET {string.Join(", ", assignments)} WHERE {KeyCondition(table)}";
        return Execute(sql, ColumnParameters(mutation)) > 0;
    }

    private void Delete(Mutation mutation)
    {
        var where = string.Join(" AND ", mutation.Key.Values.Select((_, i) => $"{mutation.Table.KeyColumns[i]} = @{i}"));
        Execute($"DELETE FROM {mutation.Table.Name} WHERE {where}", KeyParameters(mutation.Key));
    }

    private void DeleteRange(Mutation mutation)
    {
        var last = mutation.Key.Values.Count - 1;
        var conditions = mutation.Key.Values.Select((_, i) => i < last
            ? $"{mutation.Table.KeyColumns[i]} = @{i}"
            : $"{mutation.Table.KeyColumns[i]} >= @{i} AND {mutation.Table.KeyColumns[i]} < @end");
        var parameters = KeyParameters(mutation.Key);
        parameters.Add("end", mutation.EndKey.Values[last]);
        Execute($"DELETE FROM {mutation.Table.Name} WHERE {string.Join(" AND ", conditions)}", parameters);
    }

    private bool Exists(Mutation mutation)
    {
        var parameters = new Parameters();
        foreach (var (column, value) in mutation.Values)
            if (mutation.Table.KeyColumns.Contains(column)) parameters.Add(column, value);
        return Query($"SELECT 1 AS Present FROM {mutation.Table.Name} WHERE {KeyCondition(mutation.Table)}", parameters).Any();
    }

    private SqliteStatement Prepare(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement)) statements.Add(sql, statement = new SqliteStatement(connection, sql));
        return statement;
    }

    private static string KeyCondition(Table table) => string.Join(" AND ", table.KeyColumns.Select(column => $"{column} = @{column}"));

    private static Parameters KeyParameters(Key key)
    {
        var parameters = new Parameters();
        for (var i = 0; i < key.Values.Count; i++) parameters.Add(i.ToString(CultureInfo.InvariantCulture), key.Values[i]);
        return parameters;
    }

    private static Parameters ColumnParameters(Mutation mutation)
    {
        var parameters = new Parameters();
        foreach (var (column, value) in mutation.Values) parameters.Add(column, value);

        return parameters;
    }

    internal sealed class WriteTransaction(SqliteSession session) : IDisposable
    {
        public void Commit() => session.Execute("COMMIT", Parameters.None);

        public void Dispose()
        {
            // There is nothing to roll back after a commit, or after errors that end the transaction, such as a full disk.
            if (session.IsInTransaction) session.Execute("ROLLBACK", Parameters.None);
        }
    }
}
