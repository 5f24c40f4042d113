using System.Globalization;
using Spotify.Domain.Data;

namespace Spotify.Local.Database;

/// <summary>
/// The SQLite schema, derived from Spanner's. STRING becomes TEXT with a length check (an undeclared type would have NUMERIC affinity and
/// turn '1e5' into a number), INT64 and BOOL become INTEGER, FLOAT64 becomes REAL, TIMESTAMP becomes INTEGER microseconds, and BYTES
/// becomes BLOB. Interleaving becomes a foreign key, and a search index an FTS5 table that triggers update.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>The integer key by which FTS5 refers to the rows of a searched table.</summary>
    public const string RowNumber = "RowNumber";

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
        var indexes = statements.OfType<CreateSearchIndex>().ToList();
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
            var columns = index.TokenColumns.Select(column => sources[(index.Table, column)]).Distinct();
            ApplySearchIndex(session, index, [.. new[] { index.PartitionColumn }.OfType<string>(), .. columns]);
        }
    }

    // Recreates a search index that another version derived differently. No data is lost, because the index only repeats its table.
    private static void ApplySearchIndex(SqliteSession session, CreateSearchIndex index, IReadOnlyList<string> columns)
    {
        var statements = SearchSql(index, columns).ToList();
        if (IsApplied()) return;
        using var transaction = session.Begin();
        if (IsApplied()) return;
        foreach (var change in Changes) session.RunOnce($"DROP TRIGGER IF EXISTS {index.Name}{change}");
        session.RunOnce($"DROP TABLE IF EXISTS {index.Name}");
        foreach (var sql in statements) session.RunOnce(sql);
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
        CreateIndex index => [$"CREATE INDEX {index.Name} ON {index.Table} ({string.Join(", ", [.. index.Columns, .. index.Storing])})"],
        CreateSearchIndex or AddTokens => [],
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

    private static IEnumerable<string> SearchSql(CreateSearchIndex index, IReadOnlyList<string> columns)
    {
        var (name, table, list) = (index.Name, index.Table, string.Join(", ", columns));
        var insert = $"INSERT INTO {name} (rowid, {list}) VALUES (new.{RowNumber}, {Prefixed("new")});";
        var delete = $"INSERT INTO {name} ({name}, rowid, {list}) VALUES ('delete', old.{RowNumber}, {Prefixed("old")});";

        // The ASCII tokenizer is enough, because the text is folded before it is stored.
        yield return $"CREATE VIRTUAL TABLE {name} USING fts5 ({list}, content = '{table}', content_rowid = '{RowNumber}', "
            + "tokenize = 'ascii', prefix = '1 2 3', detail = column)";
        yield return $"INSERT INTO {name} ({name}) VALUES ('rebuild')";
        yield return $"CREATE TRIGGER {name}Insert AFTER INSERT ON {table} BEGIN {insert} END";
        yield return $"CREATE TRIGGER {name}Delete AFTER DELETE ON {table} BEGIN {delete} END";
        yield return $"CREATE TRIGGER {name}Update AFTER UPDATE OF {list} ON {table} BEGIN {delete} {insert} END";

        string Prefixed(string row) => string.Join(", ", columns.Select(column => $"{row}.{column}"));
    }
}

/// <summary>The error for data that a newer version wrote.</summary>
public sealed class DataVersionException(string message) : Exception(message);
