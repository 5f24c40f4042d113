using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;
using Spotify.Local.Objects;
using Spotify.Local.Warehouse;

namespace Spotify.Local.Tests.Warehouse;

public sealed class SqliteWarehouseTests : WarehouseContract
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private SqliteWarehouse? warehouse;

    private string DataFile => Path.Combine(directory.FullName, "warehouse.sqlite");

    protected override Task<(IWarehouse Warehouse, IObjectStore Exports)> OpenAsync()
    {
        var objects = new DirectoryObjectStore(Path.Combine(directory.FullName, "objects"));
        warehouse = new SqliteWarehouse(DataFile, WarehouseSchema.Current, objects);
        return Task.FromResult<(IWarehouse, IObjectStore)>((warehouse, objects));
    }

    protected override Task CloseAsync()
    {
        warehouse?.Dispose();
        directory.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Appended_rows_survive_reopening()
    {
        await Warehouse.AppendAsync(Plays, [Play("1", "a", DateTimeOffset.UnixEpoch)], default);
        warehouse!.Dispose();
        warehouse = new SqliteWarehouse(DataFile, WarehouseSchema.Current);
        using var session = new SqliteSession(DataFile);
        Assert.Single(session.Query("SELECT * FROM plays_once", Parameters.None));
    }

    [Fact]
    public void New_columns_are_added_and_changed_views_replaced()
    {
        warehouse!.Dispose();
        File.Delete(DataFile);
        const string partitions = "PARTITION BY date CLUSTER BY date;";
        new SqliteWarehouse(DataFile, new WarehouseSchema(
        [
            ("t.sql", $"CREATE TABLE t (date DATE NOT NULL) {partitions}"), ("v.sql", "CREATE VIEW v AS SELECT date FROM t;"),
        ])).Dispose();
        using (var session = new SqliteSession(DataFile)) session.RunOnce("INSERT INTO t (date) VALUES ('2026-12-31')");

        warehouse = new SqliteWarehouse(DataFile, new WarehouseSchema(
        [
            ("t.sql", $"CREATE TABLE t (date DATE NOT NULL, n INT64) {partitions}"), ("v.sql", "CREATE VIEW v AS SELECT date, n FROM t;"),
        ]));
        using var reopened = new SqliteSession(DataFile);
        var row = Assert.Single(reopened.Query("SELECT * FROM v", Parameters.None));
        Assert.Equal((new DateOnly(2026, 12, 31), null), (row.Date("date"), row.Int64OrNull("n")));
    }

    [Theory]
    [InlineData("plays_once")]
    [InlineData("library_changes_once")]
    [InlineData("ad_impressions_once")]
    [InlineData("telemetry_once")]
    [InlineData("valid_plays")]
    public void A_filter_on_the_date_of_a_view_is_applied_to_its_table(string view)
    {
        using var session = new SqliteSession(DataFile);
        var query = $"SELECT * FROM {view} WHERE date BETWEEN '2026-12-01' AND '2026-12-31'";
        var plan = session.Query($"EXPLAIN QUERY PLAN {query}", Parameters.None).Select(row => row.String("detail")).ToList();
        Assert.Contains(plan, step => step.Contains("(date>? AND date<?)", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN marks", StringComparison.Ordinal));
    }
}
