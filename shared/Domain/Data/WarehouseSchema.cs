using System.Reflection;
using System.Text.RegularExpressions;

namespace Spotify.Domain.Data;

/// <summary>
/// The tables and views of the warehouse: the files of <c>infra/bigquery</c> in BigQuery's GoogleSQL, embedded in this assembly. Each file
/// contains the definition of one table or view. Other engines derive their schema from them.
/// </summary>
/// <seealso href="https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language"/>
public sealed partial class WarehouseSchema
{
    private const string Folder = "bigquery/";

    /// <summary>Parses files.</summary>
    /// <exception cref="FormatException">A file does not have the expected format. The message names the file.</exception>
    public WarehouseSchema(IEnumerable<(string Name, string Sql)> files)
    {
        var (tables, views) = (new List<WarehouseTable>(), new List<WarehouseView>());
        foreach (var (file, text) in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var sql = CommentPattern().Replace(text, "");
            if (TablePattern().Match(sql) is { Success: true } table) tables.Add(ParseTable(file, table));
            else if (ViewPattern().Match(sql) is { Success: true } view)
                views.Add(new WarehouseView(NameOf(file, view), view.Groups["query"].Value.Trim()));
            else throw Invalid(file, "expected CREATE TABLE with PARTITION BY and CLUSTER BY, or CREATE VIEW");
        }

        (Tables, Views) = (tables, views);
    }

    /// <summary>The schema of this version of the code.</summary>
    public static WarehouseSchema Current { get; } = new(Embedded());

    /// <summary>The tables.</summary>
    public IReadOnlyList<WarehouseTable> Tables { get; }

    /// <summary>The views.</summary>
    public IReadOnlyList<WarehouseView> Views { get; }

    /// <summary>Returns the table with a name.</summary>
    /// <exception cref="ArgumentException">The table does not exist.</exception>
    public WarehouseTable Table(string name) =>
        Tables.FirstOrDefault(table => table.Name == name)
        ?? throw new ArgumentException($"The warehouse has no table {name}.", nameof(name));

    private static WarehouseTable ParseTable(string file, Match match)
    {
        var columns = match.Groups["columns"].Value
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(text => ColumnPattern().Match(text) is { Success: true } column
                ? new Column(
                    column.Groups["name"].Value,
                    Enum.Parse<ColumnType>(column.Groups["type"].Value, ignoreCase: true),
                    MaxLength: null,
                    column.Groups["required"].Success,
                    Default: null)
                : throw Invalid(file, $"'{text}' is not a column name and a type"))
            .ToList();
        var table = new WarehouseTable(
            NameOf(file, match),
            columns,
            match.Groups["partition"].Value,
            match.Groups["cluster"].Value.Split(',', StringSplitOptions.TrimEntries),
            match.Groups["filter"].Success);
        if (columns.Find(column => column.Name == table.PartitionColumn) is not { Type: ColumnType.Date, NotNull: true })
            throw Invalid(file, $"PARTITION BY {table.PartitionColumn} must refer to a DATE column that is NOT NULL");
        if (table.ClusterColumns.FirstOrDefault(name => !columns.Exists(column => column.Name == name)) is { } unknown)
            throw Invalid(file, $"CLUSTER BY {unknown} does not refer to a column");
        return table;
    }

    private static string NameOf(string file, Match match) => match.Groups["name"].Value == Path.GetFileNameWithoutExtension(file)
        ? match.Groups["name"].Value
        : throw Invalid(file, $"the file defines {match.Groups["name"].Value}");

    private static IEnumerable<(string Name, string Sql)> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name[Folder.Length..], reader.ReadToEnd());
        }
    }

    private static FormatException Invalid(string file, string problem) => new($"{file}: {problem}.");

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

    [GeneratedRegex("--[^\n]*(\n|$)")]
    private static partial Regex CommentPattern();
}
