using System.Globalization;
using Google.Apis.Bigquery.v2.Data;
using Google.Cloud.BigQuery.V2;
using Spotify.Domain.Data;

// Google.Apis.Bigquery.v2.Data also has a Row.
using Row = Spotify.Domain.Data.Row;

namespace Spotify.Google.Warehouse;

/// <summary>The conversion of parameters to BigQuery's, and of the rows of results from BigQuery's.</summary>
internal static class ResultRow
{
    /// <summary>Returns the parameters of a query with the types that its statement declares.</summary>
    public static IReadOnlyList<BigQueryParameter> Parameters(WarehouseStatement statement, Parameters values)
    {
        var types = statement.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Type);
        return
        [
            .. values.Select(parameter => new BigQueryParameter(
                parameter.Key,
                types[parameter.Key] switch
                {
                    ColumnType.String => BigQueryDbType.String,
                    ColumnType.Int64 => BigQueryDbType.Int64,
                    ColumnType.Bool => BigQueryDbType.Bool,
                    ColumnType.Float64 => BigQueryDbType.Float64,
                    ColumnType.Timestamp => BigQueryDbType.Timestamp,
                    ColumnType.Date => BigQueryDbType.Date,
                    var other => throw new ArgumentException($"{other} is not a type of warehouse statements.", nameof(statement)),
                },
                parameter.Value is DateOnly day ? day.ToString("O", CultureInfo.InvariantCulture) : parameter.Value)),
        ];
    }

    /// <summary>Reads a row of a result that was requested with integer timestamps.</summary>
    public static Row Read(RowShape shape, TableSchema schema, TableRow row) =>
        new(shape, [.. row.F.Select((cell, i) => Read(schema.Fields[i].Type, cell.V as string))]);

    private static object? Read(string type, string? value) => value is null ? null : type switch
    {
        "INTEGER" or "INT64" or "TIMESTAMP" => long.Parse(value, CultureInfo.InvariantCulture),
        "FLOAT" or "FLOAT64" => double.Parse(value, CultureInfo.InvariantCulture),
        "BOOLEAN" or "BOOL" => value == "true" ? 1L : 0L,
        _ => value,
    };
}
