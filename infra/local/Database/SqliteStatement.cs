using System.Globalization;
using Spotify.Domain.Data;
using SQLitePCL;

namespace Spotify.Local.Database;

/// <summary>A prepared statement of a connection.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 connection;
    private readonly sqlite3_stmt statement;
    private readonly RowShape shape;

    // The names and SQLite's indexes of the last call's parameters, because most calls have the same parameters in the same order.
    private string[] names = [];
    private int[] indexes = [];

    public SqliteStatement(sqlite3 connection, string sql)
    {
        this.connection = connection;
        Check(raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
        shape = new RowShape(Enumerable.Range(0, raw.sqlite3_column_count(statement))
            .Select(column => raw.sqlite3_column_name(statement, column).utf8_to_string()));
    }

    /// <summary>Whether its rows are being enumerated.</summary>
    public bool InUse { get; private set; }

    /// <summary>Returns the rows. The enumeration reads them.</summary>
    public IEnumerable<Row> Query(Parameters parameters)
    {
        InUse = true;
        try
        {
            Bind(parameters);
            while (Step()) yield return ReadRow();
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Starts the statement, whose rows the cursor reads one by one.</summary>
    public SqliteCursor Open(Parameters parameters)
    {
        InUse = true;
        var cursor = new SqliteCursor(this);
        try
        {
            Bind(parameters);
            return cursor;
        }
        catch
        {
            cursor.Dispose();
            throw;
        }
    }

    /// <summary>Runs the statement.</summary>
    /// <returns>The number of changed rows.</returns>
    public int Execute(Parameters parameters)
    {
        try
        {
            Bind(parameters);
            while (Step())
            {
            }

            return raw.sqlite3_changes(connection);
        }
        finally
        {
            Reset();
        }
    }

    public void Dispose() => statement.Dispose();

    internal bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code != raw.SQLITE_DONE) Check(code);
        return false;
    }

    internal long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    internal string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    internal bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    internal void Close()
    {
        Reset();
        InUse = false;
    }

    private Row ReadRow()
    {
        var values = new object?[shape.Columns.Count];
        for (var column = 0; column < values.Length; column++)
        {
            values[column] = raw.sqlite3_column_type(statement, column) switch
            {
                raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, column),
                raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, column),
                raw.SQLITE_TEXT => raw.sqlite3_column_text(statement, column).utf8_to_string(),
                raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, column).ToArray(),
                _ => null,
            };
        }

        return new Row(shape, values);
    }

    private void Bind(Parameters parameters)
    {
        var i = 0;
        foreach (var (name, value) in parameters)
        {
            if (i >= names.Length || !ReferenceEquals(names[i], name) && names[i] != name) Remember(i, name);
            Check(Bind(indexes[i++], value));
        }
    }

    private int Bind(int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        string text => raw.sqlite3_bind_text(statement, index, text),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        int number => raw.sqlite3_bind_int64(statement, index, number),
        bool flag => raw.sqlite3_bind_int64(statement, index, flag ? 1 : 0),
        double number => raw.sqlite3_bind_double(statement, index, number),
        DateTimeOffset time => raw.sqlite3_bind_int64(statement, index, Instant.ToMicroseconds(time)),
        DateOnly day => raw.sqlite3_bind_text(statement, index, day.ToString("O", CultureInfo.InvariantCulture)),
        ReadOnlyMemory<byte> bytes => BindBlob(index, bytes.Span),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        _ => throw new ArgumentException($"{value.GetType().Name} is not a column type."),
    };

    // SQLite takes an empty span for null.
    private int BindBlob(int index, ReadOnlySpan<byte> bytes) => bytes.IsEmpty
        ? raw.sqlite3_bind_zeroblob(statement, index, 0)
        : raw.sqlite3_bind_blob(statement, index, bytes);

    private void Remember(int place, string name)
    {
        if (place >= names.Length)
        {
            Array.Resize(ref names, place + 1);
            Array.Resize(ref indexes, place + 1);
        }

        var index = raw.sqlite3_bind_parameter_index(statement, "@" + name);
        if (index == 0) throw new ArgumentException($"The statement has no parameter @{name}.");
        (names[place], indexes[place]) = (name, index);
    }

    // Ignores the result of the reset, which repeats the error of the last step.
    private void Reset()
    {
        _ = raw.sqlite3_reset(statement);
        _ = raw.sqlite3_clear_bindings(statement);
    }

    private void Check(int code)
    {
        // Another process has held the write lock for longer than the busy timeout.
        if (code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED) throw new TimeoutException("The database is busy.");
        if (code == raw.SQLITE_OK) return;
        throw new SqliteException(raw.sqlite3_extended_errcode(connection), raw.sqlite3_errmsg(connection).utf8_to_string());
    }
}
