using Spotify.Domain.Data;
using Spotify.Local.Database;

namespace Spotify.Local.Warehouse;

/// <summary>
/// The SQLite schema of the warehouse, derived from BigQuery's: types as in the database, DATE becomes TEXT (2026-12-31), and partitions
/// and clusters become an index. Views are the same on both engines.
/// </summary>
internal static class SqliteWarehouseSchema
{
    /// <summary>Adds the tables and columns that a warehouse lacks, and replaces views that have changed.</summary>
    public static void Apply(SqliteSession session, WarehouseSchema schema)
    {
        using var transaction = session.Begin();
        foreach (var table in schema.Tables) Apply(session, table);
        foreach (var view in schema.Views)
        {
            var sql = $"CREATE VIEW {view.Name} AS {view.Query}";
            var existing = session.Query("SELECT sql FROM sqlite_schema WHERE name = @name", new Parameters { { "name", view.Name } })
                .FirstOrDefault()?.String("sql");
            if (existing == sql) continue;
            session.RunOnce($"DROP VIEW IF EXISTS {view.Name}");
            session.RunOnce(sql);
        }

        transaction.Commit();
    }

    private static void Apply(SqliteSession session, WarehouseTable table)
    {
        var existing = session.Query("SELECT name FROM pragma_table_info(@table)", new Parameters { { "table", table.Name } })
            .Select(row => row.String("name")).ToHashSet();
        if (existing.Count == 0)
        {
            session.RunOnce($"CREATE TABLE {table.Name} ({string.Join(", ", table.Columns.Select(Sql))})");
            string[] order = [table.PartitionColumn, .. table.ClusterColumns];
            session.RunOnce($"CREATE INDEX {table.Name}_order ON {table.Name} ({string.Join(", ", order.Distinct())})");
            return;
        }

        foreach (var column in table.Columns.Where(column => !existing.Contains(column.Name)))
            session.RunOnce($"ALTER TABLE {table.Name} ADD COLUMN {Sql(column)}");
    }

    private static string Sql(Column column)
    {
        var type = column.Type switch
        {
            ColumnType.String or ColumnType.Date => "TEXT",
            ColumnType.Float64 => "REAL",
            _ => "INTEGER",
        };
        return column.NotNull ? $"{column.Name} {type} NOT NULL" : $"{column.Name} {type}";
    }
}
