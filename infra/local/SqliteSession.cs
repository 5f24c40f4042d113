using Microsoft.Data.Sqlite;
using Spotify.Domain.Data;

namespace Spotify.Local;

/// <summary>One connection and the commands prepared on it. Not for use by two callers at once.</summary>
internal sealed class SqliteSession : IDisposable
{
    // SQLite's extended result codes for broken constraints.
    private const int PrimaryKeyConstraint = 1555;
    private const int UniqueConstraint = 2067;

    private readonly Dictionary<string, PreparedCommand> commands = new(StringComparer.Ordinal);

    public SqliteSession(string connectionString)
    {
        Connection = new SqliteConnection(connectionString);
        Connection.Open();
        using var pragmas = Connection.CreateCommand();
        pragmas.CommandText = """
            PRAGMA busy_timeout = 30000;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA cache_size = -16000;
            PRAGMA mmap_size = 1073741824;
            """;
        pragmas.ExecuteNonQuery();
    }

    public SqliteConnection Connection { get; }

    /// <summary>Takes the write lock. Disposing the transaction without having committed it undoes it.</summary>
    public WriteTransaction Begin()
    {
        Execute("BEGIN IMMEDIATE", Parameters.None);
        return new WriteTransaction(this);
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
        var prepared = Prepare(sql);
        // A query can run inside the enumeration of the same query.
        if (prepared.InUse) prepared = new PreparedCommand(Connection, sql);
        prepared.InUse = true;
        try
        {
            prepared.Bind(parameters);
            using var reader = prepared.Command.ExecuteReader();
            var shape = prepared.Shape ??= new RowShape(Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
            while (reader.Read())
            {
                var values = new object?[shape.Columns.Count];
                for (var i = 0; i < values.Length; i++) values[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
                yield return new Row(shape, values);
            }
        }
        finally
        {
            prepared.InUse = false;
        }
    }

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
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            if (mutation.Kind == MutationKind.Insert && e.SqliteExtendedErrorCode is PrimaryKeyConstraint or UniqueConstraint && Exists(mutation))
                throw new RowExistsException(mutation.Table.Name, e);
            throw new ConstraintException($"{mutation.Table}: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        foreach (var command in commands.Values) command.Command.Dispose();
        Connection.Dispose();
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

    private int Execute(string sql, Parameters parameters)
    {
        var prepared = Prepare(sql);
        prepared.Bind(parameters);
        return prepared.Command.ExecuteNonQuery();
    }

    private PreparedCommand Prepare(string sql)
    {
        if (!commands.TryGetValue(sql, out var prepared)) commands.Add(sql, prepared = new PreparedCommand(Connection, sql));
        return prepared;
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
        foreach (var (column, value) in mutation.Values)
        {
            CheckType(mutation.Table, mutation.Table.Column(column), value);
            parameters.Add(column, value);
        }

        return parameters;
    }

    // SQLite stores what it is given whatever the column's type; Spanner would refuse.
    private static void CheckType(Table table, Column column, object? value)
    {
        var fits = column.Type switch
        {
            _ when value is null => true,
            ColumnType.String => value is string,
            ColumnType.Int64 => value is long or int,
            ColumnType.Bool => value is bool,
            ColumnType.Float64 => value is double,
            ColumnType.Timestamp => value is DateTimeOffset,
            ColumnType.Bytes => value is byte[],
            _ => false,
        };
        if (!fits) throw new ArgumentException($"Column {column.Name} of {table} is {column.Type}, not {value!.GetType().Name}.");
    }

    // SqliteTransaction would have to be set on every prepared command anew.
    internal sealed class WriteTransaction(SqliteSession session) : IDisposable
    {
        private bool open = true;

        public void Commit()
        {
            session.Execute("COMMIT", Parameters.None);
            open = false;
        }

        public void Dispose()
        {
            // After some errors (a full disk, say) SQLite has rolled back by itself.
            if (open && SQLitePCL.raw.sqlite3_get_autocommit(session.Connection.Handle) == 0) session.Execute("ROLLBACK", Parameters.None);
        }
    }

    private sealed class PreparedCommand
    {
        public PreparedCommand(SqliteConnection connection, string sql)
        {
            Command = connection.CreateCommand();
            Command.CommandText = sql;
        }

        public SqliteCommand Command { get; }

        public RowShape? Shape { get; set; }

        public bool InUse { get; set; }

        public void Bind(Parameters parameters)
        {
            var bound = Command.Parameters;
            if (bound.Count == 0)
            {
                foreach (var (name, value) in parameters) bound.AddWithValue("@" + name, Convert(value));
                if (bound.Count > 0) Command.Prepare();
                return;
            }

            var i = 0;
            foreach (var (name, value) in parameters)
            {
                var parameter = i < bound.Count && bound[i].ParameterName.AsSpan(1).SequenceEqual(name) ? bound[i] : bound["@" + name];
                parameter.Value = Convert(value);
                i++;
            }
        }

        private static object Convert(object? value) => value switch
        {
            null => DBNull.Value,
            bool flag => flag ? 1L : 0L,
            int number => (long)number,
            DateTimeOffset time => Instant.ToMicroseconds(time),
            _ => value,
        };
    }
}
