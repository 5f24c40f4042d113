using Spotify.Domain.Data;
using SQLitePCL;

namespace Spotify.Local.Database;

/// <summary>One connection and the statements prepared on it. Not for use by two callers at once.</summary>
internal sealed class SqliteSession : IDisposable
{
    // SQLite's extended result codes for broken constraints.
    private const int PrimaryKeyConstraint = 1555;
    private const int UniqueConstraint = 2067;

    // How long to wait for another process's commit.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);
    private readonly sqlite3 connection;

    /// <summary>Opens a connection to a file, which is made if it is not there.</summary>
    /// <exception cref="SqliteException">It cannot be opened, or is no database.</exception>
    public SqliteSession(string path)
    {
        // One session is never used by two threads at once, so SQLite need not lock.
        var code = raw.sqlite3_open_v2(path, out connection, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            var message = raw.sqlite3_errmsg(connection).utf8_to_string();
            connection.Dispose();
            throw new SqliteException(code, message);
        }

        raw.sqlite3_busy_timeout(connection, (int)Patience.TotalMilliseconds);
        try
        {
            foreach (var pragma in new[] { "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -16000", "mmap_size = 1073741824" })
                RunOnce($"PRAGMA {pragma}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Takes the write lock. Disposing the transaction without having committed it undoes it.</summary>
    public WriteTransaction Begin()
    {
        Execute("BEGIN IMMEDIATE", Parameters.None);
        return new WriteTransaction(this);
    }

    /// <summary>Runs a statement that is not worth keeping prepared.</summary>
    public void RunOnce(string sql)
    {
        using var statement = new SqliteStatement(connection, sql);
        statement.Execute(Parameters.None);
    }

    public Row? Read(Table table, Key key)
    {
        var where = string.Join(" AND ", table.KeyColumns.Select((column, i) => $"{column} = @{i}"));
        using var rows = Query(
            $"SELECT {string.Join(", ", table.Columns.Select(column => column.Name))} FROM {table.Name} WHERE {where}", KeyParameters(key)).GetEnumerator();
        return rows.MoveNext() ? rows.Current : null;
    }

    public IEnumerable<Row> Query(Statement statement, Parameters parameters) => Query(statement.Sql, parameters);

    public IEnumerable<Row> Query(string sql, Parameters parameters)
    {
        var statement = Prepare(sql);
        return statement.InUse ? QueryAside(sql, parameters) : statement.Query(parameters);
    }

    /// <summary>Runs a statement to its end.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, Parameters parameters) => Prepare(sql).Execute(parameters);

    /// <summary>Applies a mutation inside the transaction that was begun.</summary>
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

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        connection.Dispose();
    }

    // A query can run inside the enumeration of the same query.
    private IEnumerable<Row> QueryAside(string sql, Parameters parameters)
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
        var assignments = mutation.Values.Where(value => !mutation.Table.KeyColumns.Contains(value.Column)).Select(value => $"{value.Column} = @{value.Column}").ToList();
        if (assignments.Count == 0) return Exists(mutation);
        return Execute($"UPDATE {mutation.Table.Name} SET {string.Join(", ", assignments)} WHERE {KeyCondition(mutation.Table)}", ColumnParameters(mutation)) > 0;
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
        for (var i = 0; i < key.Values.Count; i++) parameters.Add(i.ToString(System.Globalization.CultureInfo.InvariantCulture), key.Values[i]);
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
            // After a commit, and after some errors (a full disk, say), there is nothing left to roll back.
            if (raw.sqlite3_get_autocommit(session.connection) == 0) session.Execute("ROLLBACK", Parameters.None);
        }
    }
}
