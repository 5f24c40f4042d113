using System.Text.RegularExpressions;

namespace Spotify.Cloud;

/// <summary>A column of the warehouse.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The GoogleSQL type.</param>
/// <param name="NotNull">Whether the column is NOT NULL.</param>
internal sealed record WarehouseColumn(string Name, string Type, bool NotNull);

/// <summary>A table of the warehouse.</summary>
/// <param name="Name">The name.</param>
/// <param name="Columns">The columns.</param>
/// <param name="PartitionColumn">The DATE column that partitions the table.</param>
/// <param name="ClusterColumns">The columns that cluster the rows of a partition, in order.</param>
/// <param name="RequirePartitionFilter">Whether queries must filter on the partition column.</param>
internal sealed record WarehouseTable(
    string Name,
    IReadOnlyList<WarehouseColumn> Columns,
    string PartitionColumn,
    IReadOnlyList<string> ClusterColumns,
    bool RequirePartitionFilter);

/// <summary>A view of the warehouse.</summary>
/// <param name="Name">The name.</param>
/// <param name="Query">The query.</param>
internal sealed record WarehouseView(string Name, string Query);

/// <summary>A scheduled query.</summary>
/// <param name="Name">The name.</param>
/// <param name="Schedule">The schedule in BigQuery's format, in UTC.</param>
/// <param name="Writes">The tables that the query changes.</param>
/// <param name="Sql">The statements.</param>
internal sealed record ScheduledQuery(string Name, string Schedule, IReadOnlyList<string> Writes, string Sql);

/// <summary>
/// The files in <c>infra/bigquery</c>. Each file contains the DDL of one table or view. Each file in <c>scheduled</c> contains a query,
/// whose first lines are its schedule and the tables it writes.
/// </summary>
/// <seealso href="https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language"/>
internal sealed partial record WarehouseFiles(
    IReadOnlyList<WarehouseTable> Tables, IReadOnlyList<WarehouseView> Views, IReadOnlyList<ScheduledQuery> Queries)
{
    /// <summary>Reads and parses the files.</summary>
    /// <param name="folder">The path of the folder.</param>
    /// <exception cref="FormatException">A file does not have the expected format. The message names the file.</exception>
    public static WarehouseFiles Read(string folder)
    {
        var (tables, views) = (new List<WarehouseTable>(), new List<WarehouseView>());
        foreach (var path in Files(folder))
        {
            var sql = WithoutComments(File.ReadAllText(path));
            if (TablePattern().Match(sql) is { Success: true } table) tables.Add(Table(path, table));
            else if (ViewPattern().Match(sql) is { Success: true } view)
                views.Add(new WarehouseView(NameOf(path, view), view.Groups["query"].Value.Trim()));
            else throw Invalid(path, "expected CREATE TABLE with PARTITION BY and CLUSTER BY, or CREATE VIEW");
        }

        return new WarehouseFiles(tables, views, [.. Files(Path.Combine(folder, "scheduled")).Select(Query)]);
    }

    /// <summary>Qualifies table and view names with the dataset, because views and scheduled queries have no default dataset.</summary>
    public string Qualify(string sql, string dataset)
    {
        var names = string.Join('|', Tables.Select(table => table.Name).Concat(Views.Select(view => view.Name)));
        return Regex.Replace(
            sql,
            $@"\b(?<before>FROM|JOIN|INTO|UPDATE)(?<space>\s+)(?<name>{names})\b",
            $"${{before}}${{space}}`{dataset}.${{name}}`");
    }

    private static WarehouseTable Table(string path, Match match)
    {
        var columns = match.Groups["columns"].Value
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => ColumnPattern().Match(text) is { Success: true } column
                ? new WarehouseColumn(column.Groups["name"].Value, column.Groups["type"].Value, column.Groups["required"].Success)
                : throw Invalid(path, $"'{text}' is not a column name and a type"))
            .ToList();
        var table = new WarehouseTable(
            NameOf(path, match),
            columns,
            match.Groups["partition"].Value,
            match.Groups["cluster"].Value.Split(',', StringSplitOptions.TrimEntries),
            match.Groups["filter"].Success);
        if (columns.Find(column => column.Name == table.PartitionColumn) is not { Type: "DATE", NotNull: true })
            throw Invalid(path, $"PARTITION BY {table.PartitionColumn} must refer to a DATE column that is NOT NULL");
        if (table.ClusterColumns.FirstOrDefault(name => !columns.Exists(column => column.Name == name)) is { } unknown)
            throw Invalid(path, $"CLUSTER BY {unknown} does not refer to a column");
        return table;
    }

    private static ScheduledQuery Query(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines is not [var schedule, var writes, ..]
            || !SchedulePattern().IsMatch(schedule)
            || !writes.StartsWith("-- writes: ", StringComparison.Ordinal))
            throw Invalid(path, "the first lines must be a schedule and the written tables: '-- every day 03:30' and '-- writes: table'");
        return new ScheduledQuery(
            Path.GetFileNameWithoutExtension(path),
            schedule["-- ".Length..].Trim(),
            writes["-- writes: ".Length..].Split(',', StringSplitOptions.TrimEntries),
            WithoutComments(string.Join('\n', lines)).Trim());
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.sql").Order(StringComparer.Ordinal);

    private static string NameOf(string path, Match match) => match.Groups["name"].Value == Path.GetFileNameWithoutExtension(path)
        ? match.Groups["name"].Value
        : throw Invalid(path, $"the file defines {match.Groups["name"].Value}");

    private static string WithoutComments(string sql) => CommentPattern().Replace(sql, "");

    private static FormatException Invalid(string path, string problem) => new($"{Path.GetFileName(path)}: {problem}.");

    [GeneratedRegex(
        @"\A\s*CREATE TABLE (?<name>\w+) \((?<columns>[^()]*)\)\s+PARTITION BY (?<partition>\w+)\s+CLUSTER BY (?<cluster>\w+(, \w+)*)"
        + @"(\s+OPTIONS \((?<filter>require_partition_filter = TRUE)\))?;\s*\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex TablePattern();

    [GeneratedRegex(@"\A\s*CREATE VIEW (?<name>\w+) AS(?<query>[^;]+);\s*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ViewPattern();

    [GeneratedRegex(
        @"\A(?<name>\w+) (?<type>BOOL|DATE|FLOAT64|INT64|STRING|TIMESTAMP)(?<required> NOT NULL)?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex ColumnPattern();

    [GeneratedRegex(@"\A-- every \w+ [0-2][0-9]:[0-5][0-9]\s*\z")]
    private static partial Regex SchedulePattern();

    [GeneratedRegex("--[^\n]*(\n|$)")]
    private static partial Regex CommentPattern();
}
