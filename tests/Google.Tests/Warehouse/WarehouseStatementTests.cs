using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Google.Warehouse;
using Spotify.Hosting.Warehouse;

namespace Spotify.Google.Tests.Warehouse;

public sealed class WarehouseStatementTests
{
    [Fact]
    public async Task Every_statement_runs_through_the_protocol_of_bigquery()
    {
        await using var server = await BigQueryServer.StartAsync();
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = new WarehouseOptions
        {
            Project = BigQueryServer.Project, Dataset = BigQueryServer.Dataset, Location = BigQueryServer.Location,
            EmulatorHost = server.Address,
        };
        var warehouse = new BigQueryWarehouse(
            WarehouseServices.Connect(options, new Credentials()),
            Options.Create(options),
            TimeProvider.System,
            services.GetRequiredService<IMeterFactory>());

        var statements = ProductWarehouseStatements.All.ToList();
        Assert.NotEmpty(statements);
        foreach (var statement in statements.Select(found => ProductWarehouseStatements.Get((string)found[0], (string)found[1])))
        {
            var values = ProductWarehouseStatements.Values(statement);
            if (statement.Sql.TrimStart().StartsWith("SELECT", StringComparison.Ordinal))
                await foreach (var row in warehouse.QueryAsync(statement, values, default)) Assert.NotEmpty(row.Columns);
            else
                await warehouse.ExecuteAsync(statement, values, default);
        }
    }
}
