using System.Text.Json;
using Spotify.Domain.Data;

namespace Spotify.Cloud.Tests;

/// <summary>The resources declared from the files of the warehouse.</summary>
public sealed class WarehouseTests
{
    [Fact]
    public async Task Tables_are_declared_as_in_their_files()
    {
        var table = Assert.Single((await Deployed.To("prod")).Of("bigquery/table"), table => table.Name == "plays");
        var columns = JsonSerializer.Deserialize<Dictionary<string, string>[]>(table.Text("schema")!)!
            .ToDictionary(column => column["name"]);

        Assert.Equal(("STRING", "REQUIRED"), (columns["event_id"]["type"], columns["event_id"]["mode"]));
        Assert.Equal(("STRING", "NULLABLE"), (columns["context_uri"]["type"], columns["context_uri"]["mode"]));
        Assert.Equal(("INTEGER", "REQUIRED"), (columns["played_ms"]["type"], columns["played_ms"]["mode"]));
        Assert.Equal(("BOOLEAN", "REQUIRED"), (columns["is_private"]["type"], columns["is_private"]["mode"]));
        Assert.Equal(("TIMESTAMP", "REQUIRED"), (columns["ended_at"]["type"], columns["ended_at"]["mode"]));
        Assert.Equal("DATE", columns["date"]["type"]);
        // Stored in columns, because statements use no date functions.
        Assert.All(["date", "month", "hour"], name => Assert.Equal("REQUIRED", columns[name]["mode"]));
        Assert.Equal(("DAY", "date"), (table.Text("timePartitioning.type"), table.Text("timePartitioning.field")));
        Assert.Equal(["listener_id", "playable_id"], table.Texts("clusterings"));
        Assert.Equal([true], table.All("requirePartitionFilter"));
        Assert.Equal([true], table.All("deletionProtection"));
    }

    [Fact]
    public async Task Views_are_declared_after_their_tables_which_they_qualify()
    {
        var deployed = await Deployed.To("dev");
        var view = Assert.Single(deployed.Of("bigquery/table"), table => table.Name == "plays_once");
        var query = view.Text("view.query")!;

        Assert.Contains($"FROM `{deployed.Project}.spotify.plays`", query);
        Assert.Equal([false], view.All("view.useLegacySql"));
        Assert.Contains(view.DependsOn, other => other.Name == "plays");
    }

    [Fact]
    public void Only_names_of_tables_are_qualified()
    {
        var schema = new WarehouseSchema(
        [
            ("plays.sql", "CREATE TABLE plays (date DATE NOT NULL) PARTITION BY date CLUSTER BY date;"),
            ("plays_daily.sql", "CREATE TABLE plays_daily (date DATE NOT NULL) PARTITION BY date CLUSTER BY date;"),
        ]);

        Assert.Equal(
            "SELECT plays FROM `p.d.plays_daily` JOIN `p.d.plays` USING (plays) -- from plays",
            Warehouse.Qualify(schema, "SELECT plays FROM plays_daily JOIN plays USING (plays) -- from plays", "p.d"));
    }
}
