using System.Globalization;
using Spotify.Domain.Data;
using Spotify.Search;

namespace Spotify.Local.Database;

/// <summary>
/// The SQLite schema, derived from Spanner's. STRING becomes TEXT with a length check (an undeclared type would have NUMERIC affinity and
/// turn '1e5' into a number), INT64 and BOOL become INTEGER, FLOAT64 becomes REAL, TIMESTAMP becomes INTEGER microseconds, and BYTES
/// becomes BLOB. Interleaving becomes a foreign key, and a search index an FTS5 table. Triggers update it and number the rows.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>The integer key by which FTS5 refers to the rows of a searched table.</summary>
    public const string RowNumber = "RowNumber";

    private const int SequenceBits = 40;

    private static readonly string[] Changes = ["Insert", "Delete", "Update"];

    /// <summary>Applies the files of a schema that a database does not have yet.</summary>
    /// <exception cref="DataVersionException">A newer version wrote the database.</exception>
    public static void Apply(SqliteSession session, Schema schema)
    {
        var version = Version(session);
        if (version > schema.Files.Count)
            throw new DataVersionException(
                $"The data was written by a newer version (schema {version}; this version knows {schema.Files.Count}). "
                + "Run that version, or use another --data directory.");

        var statements = schema.Files.SelectMany(file => file.Statements).ToList();
        var dropped = statements.OfType<DropSearchIndex>().Select(drop => drop.Name).ToHashSet();
        var indexes = statements.OfType<CreateSearchIndex>().Where(index => !dropped.Contains(index.Name)).ToList();
        var searched = indexes.Select(index => index.Table).ToHashSet();
        foreach (var file in schema.Files.Skip(version))
        {
            using var transaction = session.Begin();
            // Another process may have applied the file while this process waited for the lock.
            if (Version(session) >= file.Number) continue;
            foreach (var sql in file.Statements.SelectMany(statement => Derive(statement, searched))) session.RunOnce(sql);
            session.RunOnce($"PRAGMA user_version = {file.Number.ToString(CultureInfo.InvariantCulture)}");
            transaction.Commit();
        }

        var sources = statements.OfType<AddTokens>()
            .ToDictionary(tokens => (tokens.Table, tokens.TokenColumn), tokens => tokens.SourceColumn);
        foreach (var index in indexes)
        {
            var key = schema.Table(index.Table).KeyColumns;
            string[] columns = [.. index.TokenColumns.Select(column => Source(index.Table, column)).Distinct()];
            ApplySearchIndex(session, index, columns, key);
        }

        string Source(string table, string column) => sources.TryGetValue((table, column), out var source) ? Source(table, source) : column;
    }

    // Recreates a search index that another version derived differently. No data is lost, because the index only repeats its table.
    private static void ApplySearchIndex(
        SqliteSession session, CreateSearchIndex index, IReadOnlyList<string> columns, IReadOnlyList<string> key)
    {
        var statements = SearchSql(index, columns, key).ToList();
        if (IsApplied()) return;
        using var transaction = session.Begin();
        if (IsApplied()) return;
        foreach (var sql in DropSql(index.Name).Concat(statements)) session.RunOnce(sql);
        transaction.Commit();

        bool IsApplied() => session.Query("SELECT sql FROM sqlite_master WHERE name = @name", new Parameters { { "name", index.Name } })
            .Any(row => row.String("sql") == statements[0]);
    }

    private static int Version(SqliteSession session) =>
        session.Query("PRAGMA user_version", Parameters.None).Single().Int32("user_version");

    private static IEnumerable<string> Derive(SchemaStatement statement, HashSet<string> searched) => statement switch
    {
        CreateTable { Table: var table } => [TableSql(table, searched.Contains(table.Name)), .. DeletionIndexSql(table)],
        AddColumn add => [$"ALTER TABLE {add.Table} ADD COLUMN {ColumnSql(add.Column)}"],
        CreateIndex { Unique: true } index => [$"CREATE UNIQUE INDEX {index.Name} ON {index.Table} ({string.Join(", ", index.Columns)})"],
        // SQLite stores the columns that it is to read from the index as its last columns.
        CreateIndex index =>
        [
            $"CREATE INDEX {index.Name} ON {index.Table} ({string.Join(", ", [.. index.Columns, .. index.Storing])})"
            + (index.NullFiltered ? $" WHERE {index.Columns[0]} IS NOT NULL" : ""),
        ],
        CreateSearchIndex or AddTokens => [],
        DropSearchIndex index => DropSql(index.Name),
        DropTable table => [$"DROP TABLE {table.Table}"],
        _ => throw new NotSupportedException($"Not supported on SQLite: {statement.Sql}"),
    };

    private static string TableSql(Table table, bool searched)
    {
        var parts = new List<string>();
        if (searched) parts.Add($"{RowNumber} INTEGER PRIMARY KEY");
        parts.AddRange(table.Columns.Select(ColumnSql));
        parts.Add($"{(searched ? "UNIQUE" : "PRIMARY KEY")} ({string.Join(", ", table.KeyColumns)})");
        if (table.Parent is { } parent) parts.Add(ReferenceSql(parent));
        parts.AddRange(table.ForeignKeys.Select(ReferenceSql));
        return $"CREATE TABLE {table.Name} ({string.Join(", ", parts)}){(searched ? "" : " WITHOUT ROWID")}";
    }

    // Spanner finds the rows to delete by scanning the table in the background.
    private static IEnumerable<string> DeletionIndexSql(Table table) => table.Deletion is { } policy
        ? [$"CREATE INDEX {table.Name}ByDeletion ON {table.Name} ({policy.Column}) WHERE {policy.Column} IS NOT NULL"]
        : [];

    private static string ColumnSql(Column column)
    {
        var (type, check) = column.Type switch
        {
            ColumnType.String => ("TEXT", LengthCheck(column)),
            ColumnType.Bytes => ("BLOB", LengthCheck(column)),
            ColumnType.Bool => ("INTEGER", $" CHECK ({column.Name} IN (0, 1))"),
            ColumnType.Float64 => ("REAL", ""),
            _ => ("INTEGER", ""),
        };
        var notNull = column.NotNull ? " NOT NULL" : "";
        var defaultValue = column.Default is { } value ? $" DEFAULT ({value})" : "";
        return $"{column.Name} {type}{notNull}{defaultValue}{check}";
    }

    private static string LengthCheck(Column column) =>
        column.MaxLength is { } length ? string.Create(CultureInfo.InvariantCulture, $" CHECK (length({column.Name}) <= {length})") : "";

    private static string ReferenceSql(ForeignKey key) =>
        $"FOREIGN KEY ({string.Join(", ", key.Columns)}) REFERENCES {key.ReferencedTable} ({string.Join(", ", key.ReferencedColumns)})"
        + $" ON DELETE {(key.Cascade ? "CASCADE" : "NO ACTION")}";

    /// <summary>
    /// Returns the lowest row number of a rank. Rows of a searched table are numbered in the order of its search index,
    /// so that FTS5, which finds rows in the order of their numbers, does not sort. Within the same popularity, the numbers are dense,
    /// because FTS5 stores differences.
    /// </summary>
    public static long FirstNumber(long rank) => rank >> SearchEntries.RankHashBits << SequenceBits;

    private static string FirstNumber(string rank) => $"({rank} >> {SearchEntries.RankHashBits} << {SequenceBits})";

    private static IEnumerable<string> DropSql(string searchIndex) =>
        [.. Changes.Select(change => $"DROP TRIGGER IF EXISTS {searchIndex}{change}"), $"DROP TABLE IF EXISTS {searchIndex}"];

    private static IEnumerable<string> SearchSql(CreateSearchIndex index, IReadOnlyList<string> columns, IReadOnlyList<string> key)
    {
        var (name, table, rank, list) = (index.Name, index.Table, index.OrderColumn, string.Join(", ", columns));
        var (first, end) = (FirstNumber($"new.{rank}"), FirstNumber($"(new.{rank} + (1 << {SearchEntries.RankHashBits}))"));
        var next = $"coalesce((SELECT {RowNumber} + 1 FROM {table} WHERE {RowNumber} >= {first} AND {RowNumber} < {end} "
            + $"ORDER BY {RowNumber} DESC LIMIT 1), {first})";
        var number = $"UPDATE {table} SET {RowNumber} = {next} WHERE {RowNumber} = new.{RowNumber}";
        var insert = $"INSERT INTO {name} (rowid, {list}) SELECT {RowNumber}, {list} FROM {table} "
            + $"WHERE {string.Join(" AND ", key.Select(column => $"{column} = new.{column}"))};";
        var delete = $"INSERT INTO {name} ({name}, rowid, {list}) VALUES ('delete', old.{RowNumber}, "
            + $"{string.Join(", ", columns.Select(column => $"old.{column}"))});";
        var isChanged = string.Join(" OR ", columns.Append(rank).Select(column => $"old.{column} IS NOT new.{column}"));

        // The ASCII tokenizer is enough, because the text is folded before it is stored. It accepts all other characters in words.
        yield return $"CREATE VIRTUAL TABLE {name} USING fts5 ({list}, content = '{table}', content_rowid = '{RowNumber}', "
            + "tokenize = 'ascii', prefix = '1 2 3 4 5 6 7', detail = column, columnsize = 0)";
        // The memory of a transaction, in bytes. It is written as a segment, and many small segments take longer to merge.
        yield return $"INSERT INTO {name} ({name}, rank) VALUES ('hashsize', {16 << 20})";
        yield return $"INSERT INTO {name} ({name}) VALUES ('rebuild')";
        yield return $"CREATE TRIGGER {name}Insert AFTER INSERT ON {table} BEGIN {number}; {insert} END";
        yield return $"CREATE TRIGGER {name}Delete AFTER DELETE ON {table} BEGIN {delete} END";
        yield return $"CREATE TRIGGER {name}Update AFTER UPDATE OF {list}, {rank} ON {table} WHEN {isChanged} "
            + $"BEGIN {delete} {number} AND old.{rank} <> new.{rank}; {insert} END";
    }
}

/// <summary>The error for data that a newer version wrote.</summary>
public sealed class DataVersionException(string message) : Exception(message);
