using System.Text.Json;
using Pulumi;
using Pulumi.Gcp.BigQuery.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The BigQuery dataset, with the tables, views and scheduled queries of <c>infra/bigquery</c>.</summary>
internal sealed class Warehouse : Layer
{
    private const string Name = "spotify";

    // The type names that the BigQuery API returns. Other names would cause a permanent diff.
    private static readonly Dictionary<string, string> ApiTypes = new()
    {
        ["INT64"] = "INTEGER",
        ["BOOL"] = "BOOLEAN",
        ["FLOAT64"] = "FLOAT",
    };

    private readonly Gcp.BigQuery.Dataset dataset;

    /// <summary>The id of the dataset.</summary>
    public Output<string> DatasetId => dataset.DatasetId;

    /// <summary>Declares the resources.</summary>
    public Warehouse(StackSettings settings, ProjectFacts project, Services services, WarehouseFiles files)
        : base("warehouse", services)
    {
        dataset = new Gcp.BigQuery.Dataset(
            "warehouse",
            new() { DatasetId = Name, Location = settings.Home, DeleteContentsOnDestroy = !settings.Protect },
            Own.WithProtection(settings.Protect));
        var tables = files.Tables.ToDictionary(table => table.Name, table => new Gcp.BigQuery.Table(
            table.Name,
            new()
            {
                DatasetId = dataset.DatasetId,
                TableId = table.Name,
                Schema = JsonSerializer.Serialize(table.Columns.Select(column => new Dictionary<string, string>
                {
                    ["name"] = column.Name,
                    ["type"] = ApiTypes.GetValueOrDefault(column.Type, column.Type),
                    ["mode"] = column.NotNull ? "REQUIRED" : "NULLABLE",
                })),
                // Old rows are deleted by a scheduled query instead of a partition expiration, because the provider limits the expiration
                // to 32 bits of milliseconds, which is 24 days.
                TimePartitioning = new TableTimePartitioningArgs { Type = "DAY", Field = table.PartitionColumn },
                RequirePartitionFilter = table.RequirePartitionFilter,
                Clusterings = [.. table.ClusterColumns],
                DeletionProtection = settings.Protect,
            },
            Own.WithProtection(settings.Protect)));
        var views = files.Views.Select(view => new Gcp.BigQuery.Table(
            view.Name,
            new()
            {
                DatasetId = dataset.DatasetId,
                TableId = view.Name,
                View = new TableViewArgs { Query = files.Qualify(view.Query, $"{settings.Project}.{Name}"), UseLegacySql = false },
                DeletionProtection = false,
            },
            After(tables.Values))).ToList();
        ScheduleQueries(settings, project, files, dataset, tables, views);
        RegisterOutputs();
    }

    // Scheduled queries run with an account of their own, which may read the dataset and write the tables that the queries declare.
    private void ScheduleQueries(
        StackSettings settings,
        ProjectFacts project,
        WarehouseFiles files,
        Gcp.BigQuery.Dataset dataset,
        Dictionary<string, Gcp.BigQuery.Table> tables,
        IEnumerable<Resource> views)
    {
        var account = new Gcp.ServiceAccount.Account(
            "warehouse-queries",
            new() { Project = settings.Project, AccountId = "warehouse-queries", DisplayName = "Runs the scheduled queries" },
            Own);
        var transfers = DeclareAgent("transfers", "bigquerydatatransfer", settings.Project);
        var grants = new List<Resource>
        {
            new Gcp.Projects.IAMMember(
                "transfers-serviceAgent",
                new() { Project = settings.Project, Role = "roles/bigquerydatatransfer.serviceAgent", Member = transfers.Member },
                Own),
            new Gcp.Projects.IAMMember(
                "warehouse-queries-jobs",
                new() { Project = settings.Project, Role = "roles/bigquery.jobUser", Member = account.Member },
                Own),
            new Gcp.BigQuery.DatasetIamMember(
                "warehouse-queries-reads",
                new() { DatasetId = dataset.DatasetId, Role = "roles/bigquery.dataViewer", Member = account.Member },
                Own),
            new Gcp.ServiceAccount.IAMMember(
                "warehouse-queries-transfers",
                new()
                {
                    ServiceAccountId = account.Name,
                    Role = "roles/iam.serviceAccountTokenCreator",
                    Member = project.ServiceAgent("gcp-sa-bigquerydatatransfer"),
                },
                After(transfers)),
        };
        grants.AddRange(files.Queries.SelectMany(query => query.Writes).Distinct().Select(table => new Gcp.BigQuery.IamMember(
            $"warehouse-queries-{table}",
            new()
            {
                DatasetId = dataset.DatasetId,
                TableId = tables[table].TableId,
                Role = "roles/bigquery.dataEditor",
                Member = account.Member,
            },
            Own)));
        foreach (var query in files.Queries)
            _ = new Gcp.BigQuery.DataTransferConfig(
                $"scheduled-{query.Name}",
                new()
                {
                    DisplayName = query.Name,
                    DataSourceId = "scheduled_query",
                    Location = settings.Home,
                    Schedule = query.Schedule,
                    ServiceAccountName = account.Email,
                    Params = { ["query"] = files.Qualify(query.Sql, $"{settings.Project}.{Name}") },
                },
                After([.. grants, .. views]));
    }
}
