using System.Text.RegularExpressions;

namespace Spotify.Cloud;

/// <summary>A column of the warehouse.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">A type of GoogleSQL.</param>
/// <param name="NotNull">Whether it always has a value.</param>
internal sealed record WarehouseColumn(string Name, string Type, bool NotNull);

/// <summary>A table of the warehouse.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="PartitionColumn">The date that it is partitioned by.</param>
/// <param name="ClusterColumns">What the rows of a partition are sorted by.</param>
/// <param name="RequirePartitionFilter">Whether a query must say which partitions it reads.</param>
internal sealed record WarehouseTable(
    string Name, IReadOnlyList<WarehouseColumn> Columns, string PartitionColumn, IReadOnlyList<string> ClusterColumns, bool RequirePartitionFilter);

/// <summary>A view of the warehouse.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Query">What it shows.</param>
internal sealed record WarehouseView(string Name, string Query);

/// <summary>A query that runs by the clock.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schedule">When, as BigQuery takes it; the zone is UTC.</param>
/// <param name="Writes">The tables that it changes.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record ScheduledQuery(string Name, string Schedule, IReadOnlyList<string> Writes, string Sql);

/// <summary>
/// The files of <c>infra/bigquery</c>: one table or view each, in BigQuery's own data definition language, and the queries of
/// <c>scheduled</c>, which begin with when they run and what they write.
/// </summary>
/// <seealso href="https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language"/>
internal sealed partial record WarehouseFiles(IReadOnlyList<WarehouseTable> Tables, IReadOnlyList<WarehouseView> Views, IReadOnlyList<ScheduledQuery> Queries)
{
    /// <summary>Reads them.</summary>
    /// <param name="folder">Where they are.</param>
    /// <exception cref="FormatException">A file is not of the known forms; the message says which.</exception>
    public static WarehouseFiles Read(string folder)
    {
        var (tables, views) = (new List<WarehouseTable>(), new List<WarehouseView>());
        foreach (var path in Files(folder))
        {
            var sql = Uncommented(File.ReadAllText(path));
            if (TablePattern().Match(sql) is { Success: true } table) tables.Add(Table(path, table));
            else if (ViewPattern().Match(sql) is { Success: true } view) views.Add(new WarehouseView(Named(path, view), view.Groups["query"].Value.Trim()));
            else throw Wrong(path, "a CREATE TABLE with PARTITION BY and CLUSTER BY, or a CREATE VIEW, is wanted");
        }

        return new WarehouseFiles(tables, views, [.. Files(Path.Combine(folder, "scheduled")).Select(Query)]);
    }

    /// <summary>Names tables and views by the dataset they are in: views and scheduled queries have no other way to find them.</summary>
    public string Qualify(string sql, string dataset) => Regex.Replace(
        sql,
        $@"\b(?<before>FROM|JOIN|INTO|UPDATE)(?<space>\s+)(?<name>{string.Join('|', Tables.Select(table => table.Name).Concat(Views.Select(view => view.Name)))})\b",
        $"${{before}}${{space}}`{dataset}.${{name}}`");

    private static WarehouseTable Table(string path, Match match)
    {
        var columns = match.Groups["columns"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text =>
            ColumnPattern().Match(text) is { Success: true } column
                ? new WarehouseColumn(column.Groups["name"].Value, column.Groups["type"].Value, column.Groups["required"].Success)
                : throw Wrong(path, $"'{text}' is not a name and a type")).ToList();
        var table = new WarehouseTable(
            Named(path, match), columns, match.Groups["partition"].Value, match.Groups["cluster"].Value.Split(',', StringSplitOptions.TrimEntries), match.Groups["filter"].Success);
        if (columns.Find(column => column.Name == table.PartitionColumn) is not { Type: "DATE", NotNull: true })
            throw Wrong(path, $"PARTITION BY {table.PartitionColumn} is not of a DATE column that is NOT NULL");
        if (table.ClusterColumns.FirstOrDefault(name => !columns.Exists(column => column.Name == name)) is { } unknown)
            throw Wrong(path, $"CLUSTER BY {unknown} is not of a column");
        return table;
    }

    private static ScheduledQuery Query(string path)
    {
        var lines = File.ReadAllLines(path);
        if (lines is not [var schedule, var writes, ..] || !SchedulePattern().IsMatch(schedule) || !writes.StartsWith("-- writes: ", StringComparison.Ordinal))
            throw Wrong(path, "its first lines should be such as '-- every day 03:30' and '-- writes: table'");
        return new ScheduledQuery(
            Path.GetFileNameWithoutExtension(path), schedule["-- ".Length..].Trim(), writes["-- writes: ".Length..].Split(',', StringSplitOptions.TrimEntries),
            Uncommented(string.Join('\n', lines)).Trim());
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.sql").Order(StringComparer.Ordinal);

    private static string Named(string path, Match match) => match.Groups["name"].Value == Path.GetFileNameWithoutExtension(path)
        ? match.Groups["name"].Value
        : throw Wrong(path, $"it defines {match.Groups["name"].Value}");

    private static string Uncommented(string sql) => CommentPattern().Replace(sql, "");

    private static FormatException Wrong(string path, string problem) => new($"{Path.GetFileName(path)}: {problem}.");

    [GeneratedRegex(
        @"\A\s*CREATE TABLE (?<name>\w+) \((?<columns>[^()]*)\)\s+PARTITION BY (?<partition>\w+)\s+CLUSTER BY (?<cluster>\w+(, \w+)*)"
        + @"(\s+OPTIONS \((?<filter>require_partition_filter = TRUE)\))?;\s*\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex TablePattern();

    [GeneratedRegex(@"\A\s*CREATE VIEW (?<name>\w+) AS(?<query>[^;]+);\s*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ViewPattern();

    [GeneratedRegex(@"\A(?<name>\w+) (?<type>BOOL|DATE|FLOAT64|INT64|STRING|TIMESTAMP)(?<required> NOT NULL)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex ColumnPattern();

    [GeneratedRegex(@"\A-- every \w+ [0-2][0-9]:[0-5][0-9]\s*\z")]
    private static partial Regex SchedulePattern();

    [GeneratedRegex("--[^\n]*(\n|$)")]
    private static partial Regex CommentPattern();
}
