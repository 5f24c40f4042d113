using System.Text.Json;
using System.Text.RegularExpressions;
using Spotify.Fixtures;

namespace Spotify.Cloud.Tests;

/// <summary>The warehouse: its files, and the resources declared from them.</summary>
public sealed class WarehouseTests
{
    [Fact]
    public async Task Tables_are_declared_as_in_their_files()
    {
        var table = Assert.Single((await Deployed.To("prod")).Of("bigquery/table"), table => table.Name == "playback_events");
        var columns = JsonSerializer.Deserialize<Dictionary<string, string>[]>(table.Text("schema")!)!
            .ToDictionary(column => column["name"]);

        Assert.Equal(("STRING", "REQUIRED"), (columns["event_id"]["type"], columns["event_id"]["mode"]));
        Assert.Equal(("STRING", "NULLABLE"), (columns["context_uri"]["type"], columns["context_uri"]["mode"]));
        Assert.Equal(("INTEGER", "REQUIRED"), (columns["played_ms"]["type"], columns["played_ms"]["mode"]));
        Assert.Equal(("TIMESTAMP", "REQUIRED"), (columns["started_at"]["type"], columns["started_at"]["mode"]));
        // Stored in columns, because statements use no date functions.
        Assert.All(["date", "month", "hour"], name => Assert.Equal("REQUIRED", columns[name]["mode"]));
        Assert.Equal(("DAY", "date"), (table.Text("timePartitioning.type"), table.Text("timePartitioning.field")));
        Assert.Equal(["user_id", "playable_id"], table.Texts("clusterings"));
        Assert.Equal([true], table.All("requirePartitionFilter"));
        Assert.Equal([true], table.All("deletionProtection"));
    }

    [Fact]
    public async Task A_view_returns_each_event_once_and_passes_date_filters_to_the_partitions()
    {
        var deployed = await Deployed.To("dev");
        var view = Assert.Single(deployed.Of("bigquery/table"), table => table.Name == "playback_events_once");
        var query = view.Text("view.query")!;

        Assert.Contains($"FROM `{deployed.Project}.spotify.playback_events`", query);
        Assert.EndsWith("GROUP BY date, event_id", query);
        Assert.Equal([false], view.All("view.useLegacySql"));
        Assert.Contains(view.DependsOn, other => other.Name == "playback_events");
        var columns = WarehouseFiles.Read(Folder()).Tables.Single(table => table.Name == "playback_events").Columns;
        Assert.All(
            columns.Select(column => column.Name).Except(["date", "event_id"]),
            name => Assert.Contains($"MIN({name}) AS {name}", query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scheduled_queries_may_read_all_tables_and_write_the_declared_ones()
    {
        var deployed = await Deployed.To("dev");
        var account = Assert.Single(deployed.Of("serviceaccount/account"), account => account.Name == "warehouse-queries");
        var (email, member) = (account.State["email"], (string)account.State["member"]);

        var queries = deployed.Of("bigquery/dataTransferConfig").ToList();
        Assert.Equal(["daily_plays", "retention"], queries.Select(query => query.Text("displayName")!).Order());
        Assert.All(queries, query =>
        {
            Assert.Equal(email, query.Text("serviceAccountName"));
            Assert.Equal("scheduled_query", query.Text("dataSourceId"));
            Assert.DoesNotContain("--", query.Text("params.query"));
        });
        var dailyPlays = queries.Single(query => query.Name == "scheduled-daily_plays");
        Assert.Contains($"INSERT INTO `{deployed.Project}.spotify.daily_plays`", dailyPlays.Text("params.query"));

        var grants = deployed.All
            .Where(grant => grant.Kind.EndsWith("Member", StringComparison.OrdinalIgnoreCase) && grant.Text("member") == member)
            .Select(grant => (grant.Text("role")!, grant.Text("tableId"))).Order();
        Assert.Equal(
            [
                ("roles/bigquery.dataEditor", "daily_plays"),
                ("roles/bigquery.dataEditor", "playback_events"),
                ("roles/bigquery.dataViewer", null),
                ("roles/bigquery.jobUser", null),
            ],
            grants);
        Assert.All(queries, query => Assert.Contains(query.DependsOn, other => other.Name == "warehouse-queries-transfers"));
    }

    [Fact]
    public void Scheduled_queries_write_exactly_the_declared_tables()
    {
        var files = WarehouseFiles.Read(Folder());

        Assert.All(files.Queries, query =>
        {
            var written = Regex.Matches(query.Sql, @"(?:INSERT INTO|DELETE FROM|UPDATE|MERGE)\s+(\w+)")
                .Select(match => match.Groups[1].Value)
                .Distinct();
            Assert.Equal(query.Writes.Order(), written.Order());
            Assert.All(query.Writes, table => Assert.Contains(files.Tables, known => known.Name == table));
        });
    }

    [Theory]
    [InlineData("t.sql", "CREATE TABLE t (date DATE NOT NULL, n INT64) PARTITION BY date CLUSTER BY n; DROP TABLE t;", "t.sql")]
    [InlineData("t.sql", "CREATE TABLE u (date DATE NOT NULL, n INT64)\nPARTITION BY date\nCLUSTER BY n;", "the file defines u")]
    [InlineData("t.sql", "CREATE TABLE t (date DATE NOT NULL, n NUMERIC)\nPARTITION BY date\nCLUSTER BY n;", "'n NUMERIC'")]
    [InlineData("t.sql", "CREATE TABLE t (date DATE, n INT64)\nPARTITION BY date\nCLUSTER BY n;", "PARTITION BY date")]
    [InlineData("t.sql", "CREATE TABLE t (date DATE NOT NULL, n INT64)\nPARTITION BY date\nCLUSTER BY m;", "CLUSTER BY m")]
    [InlineData(
        "t.sql",
        "CREATE TABLE t (date DATE NOT NULL, n INT64)\nPARTITION BY date\nCLUSTER BY n\nOPTIONS (partition_expiration_days = 3);",
        "t.sql")]
    [InlineData("scheduled/q.sql", "SELECT 1", "the first lines")]
    [InlineData("scheduled/q.sql", "-- every day 27:00\nSELECT 1", "the first lines")]
    public void An_invalid_file_is_rejected(string name, string sql, string problem)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            folder.CreateSubdirectory("scheduled");
            File.WriteAllText(Path.Combine(folder.FullName, name), sql);

            Assert.Contains(problem, Assert.Throws<FormatException>(() => WarehouseFiles.Read(folder.FullName)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Only_names_of_tables_and_views_are_qualified()
    {
        var files = new WarehouseFiles(
            [new WarehouseTable("plays", [], "date", [], true), new WarehouseTable("plays_daily", [], "date", [], true)],
            [new WarehouseView("plays_once", "")],
            []);

        Assert.Equal(
            "SELECT plays FROM `p.d.plays_once` JOIN `p.d.plays` USING (plays) -- from plays",
            files.Qualify("SELECT plays FROM plays_once JOIN plays USING (plays) -- from plays", "p.d"));
    }

    private static string Folder() => Repository.PathOf("infra/bigquery");
}
