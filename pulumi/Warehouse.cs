using System.Text.Json;
using System.Text.RegularExpressions;
using Pulumi;
using Pulumi.Gcp.BigQuery.Inputs;
using Spotify.Domain.Data;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The BigQuery dataset, with the tables and views of <c>infra/bigquery</c>.</summary>
internal sealed class Warehouse : Layer
{
    private const string Name = "spotify";

    private readonly Gcp.BigQuery.Dataset dataset;

    /// <summary>The id of the dataset.</summary>
    public Output<string> DatasetId => dataset.DatasetId;

    /// <summary>Declares the resources.</summary>
    public Warehouse(StackSettings settings, Services services, WarehouseSchema schema)
        : base("warehouse", services)
    {
        dataset = new Gcp.BigQuery.Dataset(
            "warehouse",
            new() { DatasetId = Name, Location = settings.Home, DeleteContentsOnDestroy = !settings.Protect },
            Own.WithProtection(settings.Protect));
        var tables = schema.Tables.Select(table => new Gcp.BigQuery.Table(
            table.Name,
            new()
            {
                DatasetId = dataset.DatasetId,
                TableId = table.Name,
                Schema = JsonSerializer.Serialize(table.Columns.Select(column => new Dictionary<string, string>
                {
                    ["name"] = column.Name,
                    ["type"] = ApiType(column.Type),
                    ["mode"] = column.NotNull ? "REQUIRED" : "NULLABLE",
                })),
                // Old days are deleted by daily-aggregates instead of a partition expiration, because the provider limits the expiration
                // to 32 bits of milliseconds, which is 24 days.
                TimePartitioning = new TableTimePartitioningArgs { Type = "DAY", Field = table.PartitionColumn },
                RequirePartitionFilter = table.RequirePartitionFilter,
                Clusterings = [.. table.ClusterColumns],
                DeletionProtection = settings.Protect,
            },
            Own.WithProtection(settings.Protect))).ToList();
        foreach (var view in schema.Views)
            _ = new Gcp.BigQuery.Table(
                view.Name,
                new()
                {
                    DatasetId = dataset.DatasetId,
                    TableId = view.Name,
                    View = new TableViewArgs { Query = Qualify(schema, view.Query, $"{settings.Project}.{Name}"), UseLegacySql = false },
                    DeletionProtection = false,
                },
                After(tables));
        RegisterOutputs();
    }

    /// <summary>Qualifies table names with the dataset, because views have no default dataset.</summary>
    internal static string Qualify(WarehouseSchema schema, string sql, string dataset) => Regex.Replace(
        sql,
        $@"\b(?<before>FROM|JOIN)(?<space>\s+)(?<name>{string.Join('|', schema.Tables.Select(table => table.Name))})\b",
        $"${{before}}${{space}}`{dataset}.${{name}}`");

    // The type names that the BigQuery API returns. Other names would cause a permanent diff.
    private static string ApiType(ColumnType type) => type switch
    {
        ColumnType.Int64 => "INTEGER",
        ColumnType.Bool => "BOOLEAN",
        ColumnType.Float64 => "FLOAT",
        _ => type.ToString().ToUpperInvariant(),
    };
}
