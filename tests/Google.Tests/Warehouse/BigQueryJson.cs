using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;

namespace Spotify.Google.Tests.Warehouse;

/// <summary>The JSON of BigQuery's rows, parameters and results.</summary>
internal static class BigQueryJson
{
    private static readonly Dictionary<string, ColumnType> ColumnTypes = WarehouseSchema.Current.Tables
        .SelectMany(table => table.Columns)
        .DistinctBy(column => column.Name)
        .ToDictionary(column => column.Name, column => column.Type);

    /// <summary>Reads a row of insertAll.</summary>
    /// <exception cref="ArgumentException">The row does not match the table.</exception>
    /// <exception cref="FormatException">A value does not have the column's type.</exception>
    public static WarehouseRow Row(WarehouseTable table, JsonObject json) => table.Row(
        DateTimeOffset.MinValue,
        [
            .. json.Select(field => (
                field.Key,
                field.Value is { } value && table.Columns.FirstOrDefault(column => column.Name == field.Key) is { } column
                    ? Value(column.Type, value)
                    : null)),
        ]);

    /// <summary>Reads the statement and the parameters of a job.</summary>
    public static (WarehouseStatement Statement, Parameters Values) Statement(JsonNode query)
    {
        var (types, values) = (new List<(string, ColumnType)>(), new Parameters());
        foreach (var parameter in query["queryParameters"]?.AsArray() ?? [])
        {
            var name = (string)parameter!["name"]!;
            var type = (string)parameter["parameterType"]!["type"]! switch
            {
                "INTEGER" => ColumnType.Int64,
                "FLOAT" => ColumnType.Float64,
                "BOOLEAN" => ColumnType.Bool,
                var other => Enum.Parse<ColumnType>(other, ignoreCase: true),
            };
            types.Add((name, type));
            values.Add(name, (string?)parameter["parameterValue"]?["value"] is { } value ? Parse(type, value) : null);
        }

        return (new WarehouseStatement((string)query["query"]!, [.. types]), values);
    }

    /// <summary>Returns a page of a result. The types of its columns follow from their names, or from the values.</summary>
    public static JsonObject Page(List<Row> rows)
    {
        var columns = rows.Count > 0 ? rows[0].Columns : [];
        var types = columns.Select(column => TypeOf(column, rows)).ToList();
        return new JsonObject
        {
            ["schema"] = new JsonObject
            {
                ["fields"] = new JsonArray(
                    [.. columns.Select((column, i) => new JsonObject { ["name"] = column, ["type"] = types[i], ["mode"] = "NULLABLE" })]),
            },
            ["rows"] = new JsonArray(
            [
                .. rows.Select(row => new JsonObject
                {
                    ["f"] = new JsonArray([.. columns.Select((column, i) => new JsonObject { ["v"] = Cell(row, column, types[i]) })]),
                }),
            ]),
        };
    }

    private static object Value(ColumnType type, JsonNode value) => (type, value.GetValueKind()) switch
    {
        (ColumnType.Int64, JsonValueKind.Number) => value.GetValue<long>(),
        (ColumnType.Float64, JsonValueKind.Number) => value.GetValue<double>(),
        (ColumnType.Bool, JsonValueKind.True or JsonValueKind.False) => value.GetValue<bool>(),
        (_, JsonValueKind.String) => Parse(type, value.GetValue<string>()),
        _ => throw new FormatException($"{value} is not {type}."),
    };

    private static object Parse(ColumnType type, string value) => type switch
    {
        ColumnType.Int64 => long.Parse(value, CultureInfo.InvariantCulture),
        ColumnType.Float64 => double.Parse(value, CultureInfo.InvariantCulture),
        ColumnType.Bool => bool.Parse(value),
        ColumnType.Timestamp => DateTimeOffset.Parse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        ColumnType.Date => DateOnly.ParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => value,
    };

    private static string TypeOf(string column, List<Row> rows)
    {
        var value = rows.Select(row => Raw(row, column)).FirstOrDefault(value => value is not null);
        return (value, ColumnTypes.TryGetValue(column, out var type) ? type : ColumnType.String) switch
        {
            (double, _) => "FLOAT",
            (long, ColumnType.Bool) => "BOOLEAN",
            (long, ColumnType.Timestamp) => "TIMESTAMP",
            (long, _) => "INTEGER",
            (_, ColumnType.Date) => "DATE",
            _ => "STRING",
        };
    }

    /// <summary>
    /// Returns a row as EXPORT DATA writes it. Columns whose names end in _at are times; those that begin with is_ are booleans.
    /// </summary>
    public static JsonObject Exported(Row row)
    {
        var json = new JsonObject();
        foreach (var column in row.Columns)
        {
            if (row.IsNull(column)) continue;
            json[column] = Raw(row, column) switch
            {
                long time when column.EndsWith("_at", StringComparison.Ordinal) =>
                    row.Timestamp(column).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF 'UTC'", CultureInfo.InvariantCulture),
                long flag when column.StartsWith("is_", StringComparison.Ordinal) => flag != 0,
                long number => number.ToString(CultureInfo.InvariantCulture),
                double number => number,
                var text => (string?)text,
            };
        }

        return json;
    }

    private static JsonNode? Cell(Row row, string column, string type) => Raw(row, column) switch
    {
        null => null,
        long flag when type == "BOOLEAN" => flag != 0 ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static object? Raw(Row row, string column)
    {
        if (row.IsNull(column)) return null;
        try
        {
            return row.Int64(column);
        }
        catch (InvalidCastException)
        {
            try
            {
                return row.String(column);
            }
            catch (InvalidCastException)
            {
                return row.Float64(column);
            }
        }
    }
}
