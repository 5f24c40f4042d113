using Spotify.Domain.Data;

namespace Spotify.Domain.Tests.Data;

public sealed class WarehouseSchemaTests
{
    public static TheoryData<string> Once => [.. Named("_once")];

    [Theory]
    [MemberData(nameof(Once))]
    public void A_view_returns_each_event_once_and_passes_date_filters_to_the_partitions(string name)
    {
        var query = View(name).Query;
        Assert.EndsWith("GROUP BY date, listener_id, event_id", query);
        Assert.All(
            Table(name[..^"_once".Length]).Columns.Select(column => column.Name).Except(["date", "listener_id", "event_id"]),
            column => Assert.Contains($"MIN({column}) AS {column}", query, StringComparison.Ordinal));
    }

    [Fact]
    public void Valid_plays_have_the_columns_of_plays_and_pass_date_filters_to_the_partitions()
    {
        var (query, once) = (View("valid_plays").Query, View("plays_once").Query);
        Assert.EndsWith("GROUP BY date, listener_id, event_id", query);
        Assert.StartsWith(once[..once.IndexOf("FROM", StringComparison.Ordinal)], query);
    }

    [Fact]
    public void A_row_has_the_day_the_month_and_the_hour_of_its_time_in_utc()
    {
        var marks = Table("play_marks");
        var row = marks.Row(
            new DateTimeOffset(2026, 12, 31, 23, 30, 0, TimeSpan.FromHours(-1)),
            ("listener_id", "l"), ("event_id", "e"), ("rule", "r"), ("marked_at", DateTimeOffset.UnixEpoch));
        Assert.Equal([new DateOnly(2027, 1, 1), "2027-01", "e", "l", "r", DateTimeOffset.UnixEpoch], row.Values);
    }

    [Fact]
    public void A_row_that_does_not_match_its_table_is_rejected()
    {
        var now = DateTimeOffset.UnixEpoch;
        Assert.Contains("no value for calculated_at", Problem(("source_rows", 1L)));
        Assert.Contains("no column x", Problem(("source_rows", 1L), ("calculated_at", now), ("x", 1L)));
        Assert.Contains("is Timestamp", Problem(("source_rows", 1L), ("calculated_at", "1970")));

        string Problem(params (string, object?)[] values) =>
            Assert.Throws<ArgumentException>(() => Table("daily_runs").Row(now, values)).Message;
    }

    [Theory]
    [InlineData("CREATE TABLE t (date DATE NOT NULL, n INT64) PARTITION BY date CLUSTER BY n; DROP TABLE t;", "t.sql")]
    [InlineData("CREATE TABLE u (date DATE NOT NULL, n INT64)\nPARTITION BY date\nCLUSTER BY n;", "the file defines u")]
    [InlineData("CREATE TABLE t (date DATE NOT NULL, n NUMERIC)\nPARTITION BY date\nCLUSTER BY n;", "'n NUMERIC'")]
    [InlineData("CREATE TABLE t (date DATE, n INT64)\nPARTITION BY date\nCLUSTER BY n;", "PARTITION BY date")]
    [InlineData("CREATE TABLE t (date DATE NOT NULL, n INT64)\nPARTITION BY date\nCLUSTER BY m;", "CLUSTER BY m")]
    [InlineData(
        "CREATE TABLE t (date DATE NOT NULL, n INT64)\nPARTITION BY date\nCLUSTER BY n\nOPTIONS (partition_expiration_days = 3);",
        "t.sql")]
    public void An_invalid_file_is_rejected(string sql, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => new WarehouseSchema([("t.sql", sql)])).Message);

    private static IEnumerable<string> Named(string end) => WarehouseSchema.Current.Views
        .Select(view => view.Name)
        .Where(name => name.EndsWith(end, StringComparison.Ordinal));

    private static WarehouseTable Table(string name) => WarehouseSchema.Current.Table(name);

    private static WarehouseView View(string name) => WarehouseSchema.Current.Views.Single(view => view.Name == name);
}
