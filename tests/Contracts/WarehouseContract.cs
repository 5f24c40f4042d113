using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Contracts;

/// <summary>The tests that every <see cref="IWarehouse"/> must pass, on the product's tables. Each adapter has a derived class.</summary>
public abstract class WarehouseContract : IAsyncLifetime
{
    protected static readonly WarehouseTable Plays = WarehouseSchema.Current.Table("plays");
    private static readonly WarehouseTable Marks = WarehouseSchema.Current.Table("play_marks");
    private static readonly DateTimeOffset Noon = new(2026, 12, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly WarehouseStatement AllPlays = new(
        """
        SELECT date, month, hour, event_id, listener_id, market, type, playable_id, artist_ids, ended_at, received_at, played_ms,
          duration_ms, end_reason, engagement, is_private
        FROM plays
        WHERE date BETWEEN @from AND @to
        ORDER BY event_id
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date));

    private static readonly WarehouseStatement OncePerEvent = new(
        "SELECT listener_id, event_id, received_at FROM plays_once WHERE date = @date ORDER BY listener_id, event_id",
        ("date", ColumnType.Date));

    private static readonly WarehouseStatement ValidPlays = new(
        "SELECT event_id, is_private FROM valid_plays WHERE date = @date ORDER BY event_id", ("date", ColumnType.Date));

    private static readonly WarehouseStatement Sums = new(
        """
        SELECT COUNT(*) AS plays, SUM(played_ms) AS played_ms, COUNT(DISTINCT listener_id) AS listeners,
          1.0 * SUM(engagement) / COUNT(*) AS engagement
        FROM plays
        WHERE date = @date AND ended_at < @before AND (NOT is_private OR @private) AND market = @market AND engagement >= @least
        """,
        ("date", ColumnType.Date), ("before", ColumnType.Timestamp), ("private", ColumnType.Bool), ("market", ColumnType.String),
        ("least", ColumnType.Int64));

    private static readonly WarehouseStatement MarkPlaysOf = new(
        """
        INSERT INTO play_marks (date, month, event_id, listener_id, rule, marked_at)
        SELECT date, month, event_id, listener_id, @rule, @now FROM plays_once WHERE date = @date AND listener_id = @listener
        """,
        ("rule", ColumnType.String), ("now", ColumnType.Timestamp), ("date", ColumnType.Date), ("listener", ColumnType.String));

    private static readonly WarehouseStatement DeleteMarks = new(
        "DELETE FROM play_marks WHERE date < @before", ("before", ColumnType.Date));

    private static readonly WarehouseStatement AllMarks = new(
        "SELECT event_id, rule, marked_at FROM play_marks WHERE date = @date ORDER BY event_id", ("date", ColumnType.Date));

    private static readonly WarehouseStatement ExportedPlays = new(
        """
        SELECT date, event_id, ended_at, played_ms, duration_ms, context_uri, is_private, 0.5 * played_ms AS half FROM plays
        WHERE date BETWEEN @from AND @to
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date));

    private static readonly WarehouseExport Export = new(
        ExportedPlays,
        ("date", ColumnType.Date), ("event_id", ColumnType.String), ("ended_at", ColumnType.Timestamp), ("played_ms", ColumnType.Int64),
        ("duration_ms", ColumnType.Int64), ("context_uri", ColumnType.String), ("is_private", ColumnType.Bool),
        ("half", ColumnType.Float64));

    /// <summary>The warehouse under test. Empty at the start.</summary>
    protected IWarehouse Warehouse { get; private set; } = null!;

    /// <summary>The store that has the exports of the warehouse under test.</summary>
    protected IObjectStore Exports { get; private set; } = null!;

    /// <summary>Creates the warehouse under test, and the store of its exports.</summary>
    protected abstract Task<(IWarehouse Warehouse, IObjectStore Exports)> OpenAsync();

    /// <summary>Deletes the warehouse under test.</summary>
    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => (Warehouse, Exports) = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [Fact]
    public async Task Values_of_every_type_round_trip()
    {
        var ended = Noon.AddTicks(1_234_560);
        await Warehouse.AppendAsync(
            Plays,
            [
                Play("1e5", "Ада 🎵 \"x\" 'y'", ended, engagement: -500, isPrivate: true),
                Play("2", "b", ended),
            ],
            default);

        var rows = await QueryAsync(AllPlays, new Parameters { { "from", Day(0) }, { "to", Day(0) } });
        Assert.Equal(2, rows.Count);
        var row = rows[0];
        Assert.Equal((Day(0), "2026-12", 12L), (row.Date("date"), row.String("month"), row.Int64("hour")));
        Assert.Equal(("1e5", "Ада 🎵 \"x\" 'y'"), (row.String("event_id"), row.String("listener_id")));
        Assert.Equal((ended, -500L), (row.Timestamp("ended_at"), row.Int64("engagement")));
        Assert.True(row.Bool("is_private"));
        Assert.Null(row.StringOrNull("artist_ids"));
        Assert.Null(row.Int64OrNull("duration_ms"));
        Assert.False(rows[1].Bool("is_private"));
    }

    [Fact]
    public async Task An_event_that_is_appended_again_has_one_row_in_the_view_with_the_earliest_time()
    {
        await Warehouse.AppendAsync(Plays, [Play("1", "a", Noon, received: 9), Play("1", "b", Noon, received: 5)], default);
        await Warehouse.AppendAsync(Plays, [Play("1", "a", Noon, received: 3), Play("2", "a", Noon, received: 5)], default);
        await Warehouse.AppendAsync(Plays, [Play("1", "a", Noon, received: 3)], default);

        Assert.Equal(
            [("a", "1", Noon.AddSeconds(3)), ("a", "2", Noon.AddSeconds(5)), ("b", "1", Noon.AddSeconds(5))],
            (await QueryAsync(OncePerEvent, new Parameters { { "date", Day(0) } }))
                .Select(row => (row.String("listener_id"), row.String("event_id"), row.Timestamp("received_at"))));
    }

    [Fact]
    public async Task Parameters_of_every_type_are_passed()
    {
        await Warehouse.AppendAsync(
            Plays,
            [
                Play("1", "a", Noon, engagement: 1000), Play("2", "a", Noon, engagement: 500), Play("3", "b", Noon, isPrivate: true),
                Play("4", "a", Noon.AddHours(1)), Play("5", "a", Noon.AddDays(1)), Play("6", "a", Noon, engagement: -500),
            ],
            default);
        var sums = Assert.Single(await QueryAsync(Sums, SumsOf(isPrivate: false)));
        Assert.Equal((2L, 60_000L, 1L), (sums.Int64("plays"), sums.Int64("played_ms"), sums.Int64("listeners")));
        Assert.Equal(750.0, sums.Float64("engagement"));
        Assert.Equal(3L, Assert.Single(await QueryAsync(Sums, SumsOf(isPrivate: true))).Int64("plays"));
        var none = Assert.Single(await QueryAsync(Sums, SumsOf(isPrivate: true, market: "XX")));
        Assert.Equal((0L, null), (none.Int64("plays"), none.Int64OrNull("played_ms")));
    }

    [Fact]
    public async Task Marked_plays_are_not_valid_however_often_they_are_marked()
    {
        await Warehouse.AppendAsync(
            Plays, [Play("1", "a", Noon), Play("2", "b", Noon, isPrivate: true), Play("2", "b", Noon), Play("3", "a", Noon)], default);
        await Warehouse.AppendAsync(Marks, [Mark("1", "a", "x"), Mark("1", "a", "y"), Mark("1", "b", "x")], default);
        await Warehouse.AppendAsync(Marks, [Mark("1", "a", "x")], default);

        Assert.Equal(
            ["2", "3"],
            (await QueryAsync(ValidPlays, new Parameters { { "date", Day(0) } })).Select(row => row.String("event_id")));
    }

    [Fact]
    public async Task Rows_are_inserted_from_a_query_and_deleted_by_date()
    {
        await Warehouse.AppendAsync(
            Plays, [Play("1", "a", Noon), Play("2", "a", Noon), Play("2", "a", Noon), Play("3", "b", Noon)], default);
        await Warehouse.AppendAsync(Plays, [Play("4", "a", Noon.AddDays(1))], default);
        foreach (var day in new[] { 0, 1 })
            Assert.Equal(2 - day, await Warehouse.ExecuteAsync(
                MarkPlaysOf,
                new Parameters { { "rule", "test" }, { "now", Noon }, { "date", Day(day) }, { "listener", "a" } },
                default));

        Assert.Equal(
            [("1", "test", Noon), ("2", "test", Noon)],
            (await QueryAsync(AllMarks, new Parameters { { "date", Day(0) } }))
                .Select(row => (row.String("event_id"), row.String("rule"), row.Timestamp("marked_at"))));
        Assert.Equal(2, await Warehouse.ExecuteAsync(DeleteMarks, new Parameters { { "before", Day(1) } }, default));
        Assert.Empty(await QueryAsync(AllMarks, new Parameters { { "date", Day(0) } }));
        Assert.Single(await QueryAsync(AllMarks, new Parameters { { "date", Day(1) } }));
    }

    [Fact]
    public async Task Many_rows_are_appended_and_returned_in_order()
    {
        const int count = 12_000;
        await Warehouse.AppendAsync(
            Plays, [.. Enumerable.Range(0, count).Select(i => Play($"{i:00000}", "a", Noon))], default);
        var rows = await QueryAsync(AllPlays, new Parameters { { "from", Day(0) }, { "to", Day(0) } });
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i:00000}"), rows.Select(row => row.String("event_id")));
    }

    [Fact]
    public async Task Concurrent_appends_lose_no_rows()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            Warehouse.AppendAsync(Plays, [Play($"{i}", "a", Noon), Play($"{i}", "b", Noon)], default))));
        Assert.Equal(80, (await QueryAsync(OncePerEvent, new Parameters { { "date", Day(0) } })).Count);
    }

    [Fact]
    public async Task Appending_no_rows_does_nothing()
    {
        await Warehouse.AppendAsync(Plays, [], default);
        Assert.Empty(await QueryAsync(OncePerEvent, new Parameters { { "date", Day(0) } }));
    }

    [Fact]
    public async Task Exported_rows_have_the_values_of_the_query_and_are_deleted_after_reading()
    {
        var ended = Noon.AddTicks(1_234_560);
        await Warehouse.AppendAsync(
            Plays, [Play("<1&5>", "Ада 🎵", ended, isPrivate: true), Play("2", "b", Noon), Play("3", "c", Noon.AddDays(1))], default);
        var rows = await ExportAsync(Day(0));
        Assert.Equal(["2", "<1&5>"], rows.Select(row => row.String("event_id")));
        var row = rows[1];
        Assert.Equal((Day(0), ended, 30_000L), (row.Date("date"), row.Timestamp("ended_at"), row.Int64("played_ms")));
        Assert.Equal((null, null), (row.Int64OrNull("duration_ms"), row.StringOrNull("context_uri")));
        Assert.Equal((true, 15_000.0), (row.Bool("is_private"), row.Float64("half")));
        Assert.Empty(await Exports.ListAsync("exports/", default).ToListAsync());
    }

    [Fact]
    public async Task An_export_without_rows_is_empty() => Assert.Empty(await ExportAsync(Day(0)));

    [Fact]
    public async Task Exports_have_several_objects_and_those_of_a_reader_that_stops_are_deleted()
    {
        const int count = 12_000;
        await Warehouse.AppendAsync(Plays, [.. Enumerable.Range(0, count).Select(i => Play($"{i:00000}", "a", Noon))], default);
        var rows = await ExportAsync(Day(0));
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i:00000}"), rows.Select(row => row.String("event_id")));
        await foreach (var row in Export.ReadAsync(Warehouse, Exports, Days(Day(0)), "exports/test", default))
        {
            Assert.NotEmpty(await Exports.ListAsync("exports/test/", default).ToListAsync());
            break;
        }

        Assert.Empty(await Exports.ListAsync("exports/", default).ToListAsync());
    }

    [Fact]
    public async Task An_export_that_lost_an_object_is_an_error()
    {
        await Warehouse.AppendAsync(Plays, [Play("1", "a", Noon)], default);
        await Assert.ThrowsAsync<InvalidDataException>(async () =>
            await Export.ReadAsync(new LosingWarehouse(Warehouse), Exports, Days(Day(0)), "exports/test", default).ToListAsync());
    }

    private async Task<List<Row>> ExportAsync(DateOnly day) =>
        await Export.ReadAsync(Warehouse, Exports, Days(day), "exports/test", default)
            .OrderBy(row => row.String("event_id"), StringComparer.Ordinal).ToListAsync();

    private static Parameters Days(DateOnly day) => new() { { "from", day }, { "to", day } };

    protected async Task<List<Row>> QueryAsync(WarehouseStatement statement, Parameters parameters) =>
        await Warehouse.QueryAsync(statement, parameters, default).ToListAsync();

    private static DateOnly Day(int offset) => DateOnly.FromDateTime(Noon.UtcDateTime).AddDays(offset);

    private static Parameters SumsOf(bool isPrivate, string market = "SE") => new()
    {
        { "date", Day(0) }, { "before", Noon.AddMinutes(1) }, { "private", isPrivate }, { "market", market }, { "least", 0 },
    };

    protected static WarehouseRow Play(
        string id, string listener, DateTimeOffset ended, int received = 0, int engagement = 1000, bool isPrivate = false) => Plays.Row(
        ended,
        ("event_id", id), ("listener_id", listener), ("market", "SE"), ("type", "track"), ("playable_id", "4cOdK2wGLETKBW3PvgPWqT"),
        ("ended_at", ended), ("received_at", ended.AddSeconds(received)), ("played_ms", 30_000L), ("end_reason", "completed"),
        ("engagement", (long)engagement), ("is_private", isPrivate));

    private static WarehouseRow Mark(string id, string listener, string rule) =>
        Marks.Row(Noon, ("event_id", id), ("listener_id", listener), ("rule", rule), ("marked_at", Noon));

    /// <summary>A warehouse whose exports have a row less than they should.</summary>
    private sealed class LosingWarehouse(IWarehouse inner) : IWarehouse
    {
        public async Task<long> ExportAsync(WarehouseExport export, Parameters parameters, string prefix, CancellationToken ct) =>
            await inner.ExportAsync(export, parameters, prefix, ct) + 1;

        public Task AppendAsync(WarehouseTable table, IReadOnlyList<WarehouseRow> rows, CancellationToken ct) =>
            inner.AppendAsync(table, rows, ct);

        public IAsyncEnumerable<Row> QueryAsync(WarehouseStatement statement, Parameters parameters, CancellationToken ct) =>
            inner.QueryAsync(statement, parameters, ct);

        public Task<long> ExecuteAsync(WarehouseStatement statement, Parameters parameters, CancellationToken ct) =>
            inner.ExecuteAsync(statement, parameters, ct);
    }
}
