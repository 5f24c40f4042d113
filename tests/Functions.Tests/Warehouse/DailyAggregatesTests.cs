using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Functions.DailyAggregates;

namespace Spotify.Functions.Tests.Warehouse;

/// <summary>The daily aggregates, over HTTP as the scheduler calls them.</summary>
public sealed class DailyAggregatesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Yesterday = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly WarehouseTable Marks = WarehouseSchema.Current.Table("play_marks");

    private WarehouseHost host = null!;

    public async Task InitializeAsync() => host = await WarehouseHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Plays_are_counted_per_track_and_market()
    {
        host.Play("ada", "a", Yesterday, seconds: 180);
        host.Play("ada", "a", Yesterday.AddHours(1), seconds: 30, duration: 180);
        host.Play("bob", "a", Yesterday, seconds: 29, duration: 180);
        host.Play("bob", "a", Yesterday, seconds: 100, duration: 180, EndReason.Error);
        host.Play("eve", "a", Yesterday, seconds: 60, market: "US");
        host.Play("eve", "b", Yesterday, seconds: 10, duration: 60, market: "US");
        await host.FlushAsync();

        Assert.Equal(["2026-12-01"], await CalculateAsync());
        Assert.Equal(
            [
                ("SE", "a", 4, 3, 2, 339_000, 2, 1, 0.5, 0.25),
                ("US", "a", 1, 1, 1, 60_000, 0, 1, 0, 1),
                ("US", "b", 1, 0, 0, 10_000, 1, 0, 1, 0),
            ],
            (await host.QueryAsync("SELECT * FROM daily_tracks_latest WHERE date = '2026-12-01'"))
                .Select(row => (
                    row.String("market"), row.String("playable_id") == WarehouseHost.Id("a") ? "a" : "b", row.Int32("streams"),
                    row.Int32("plays"), row.Int32("listeners"), row.Int32("played_ms"), row.Int32("skips"), row.Int32("completions"),
                    row.Float64("skip_rate"), row.Float64("completion")))
                .Order());
    }

    [Fact]
    public async Task Plays_count_for_each_artist_of_the_track_and_once_for_the_market()
    {
        string[] artists = [.. Enumerable.Range(0, 11).Select(i => WarehouseHost.Id($"{i}"))];
        host.Play("ada", "a", Yesterday, seconds: 60, artists: $"{artists[0]},{artists[1]}");
        host.Play("bob", "b", Yesterday, seconds: 60, artists: artists[1]);
        host.Play("bob", "c", Yesterday, seconds: 60, artists: string.Join(',', artists));
        await host.FlushAsync();
        await CalculateAsync();

        var rows = await host.QueryAsync("SELECT artist_id, plays, listeners FROM daily_artists_latest WHERE date = '2026-12-01'");
        Assert.Equal(
            artists.Take(10).Select((artist, i) => (artist, i == 1 ? 3 : i == 0 ? 2 : 1, i < 2 ? 2 : 1)).Order(),
            rows.Select(row => (row.String("artist_id"), row.Int32("plays"), row.Int32("listeners"))).Order());
        var market = Assert.Single(await host.QueryAsync("SELECT * FROM daily_markets_latest WHERE date = '2026-12-01'"));
        Assert.Equal((3, 2, 180_000), (market.Int32("plays"), market.Int32("listeners"), market.Int32("played_ms")));
    }

    [Fact]
    public async Task Saves_are_counted_once_per_listener_and_also_for_what_is_not_played()
    {
        await host.SaveAsync("ada", "track", "a", Yesterday, id: "1");
        await host.SaveAsync("ada", "track", "a", Yesterday, id: "1");
        await host.SaveAsync("ada", "track", "a", Yesterday.AddHours(2));
        await host.SaveAsync("bob", "track", "a", Yesterday);
        await host.SaveAsync("bob", "artist", "x", Yesterday);
        await CalculateAsync();

        var track = Assert.Single(await host.QueryAsync("SELECT * FROM daily_tracks_latest WHERE date = '2026-12-01'"));
        Assert.Equal((0, 2), (track.Int32("plays"), track.Int32("saves")));
        Assert.True(track.IsNull("skip_rate"));
        foreach (var (view, saves) in new[] { ("daily_artists_latest", 1), ("daily_markets_latest", 2) })
            Assert.Equal(saves, Assert.Single(await host.QueryAsync($"SELECT saves FROM {view} WHERE date = '2026-12-01'")).Int32("saves"));
    }

    [Fact]
    public async Task Duplicates_and_marked_plays_do_not_count()
    {
        host.Play("ada", "a", Yesterday, seconds: 60, id: "1");
        host.Play("ada", "a", Yesterday, seconds: 60, id: "1");
        host.Play("bob", "a", Yesterday, seconds: 60, id: "1");
        host.Play("bob", "a", Yesterday, seconds: 60, id: "2");
        await host.FlushAsync();
        await MarkAsync("bob", "2");
        await CalculateAsync();
        Assert.Equal([("2026-12-01", 2)], await PlaysAsync());
    }

    [Fact]
    public async Task A_day_is_calculated_once_unless_events_or_marks_arrive()
    {
        host.Play("ada", "a", Yesterday, seconds: 60, id: "1");
        host.Play("ada", "a", Yesterday.AddDays(1), seconds: 60);
        await host.FlushAsync();
        Assert.Equal(["2026-12-01"], await CalculateAsync());
        Assert.Empty(await CalculateAsync());

        host.Clock.Advance(TimeSpan.FromDays(1));
        host.Play("ada", "b", Yesterday, seconds: 60);
        await host.FlushAsync();
        Assert.Equal(["2026-12-02", "2026-12-01"], await CalculateAsync());
        Assert.Equal([("2026-12-01", 2), ("2026-12-02", 1)], await PlaysAsync());

        host.Clock.Advance(TimeSpan.FromDays(1));
        await MarkAsync("ada", "1");
        Assert.Equal(["2026-12-01"], await CalculateAsync());
        Assert.Equal([("2026-12-01", 1), ("2026-12-02", 1)], await PlaysAsync());
    }

    [Fact]
    public async Task A_day_whose_plays_are_all_marked_has_none()
    {
        host.Play("ada", "a", Yesterday, seconds: 60, id: "1");
        await host.FlushAsync();
        await CalculateAsync();
        await MarkAsync("ada", "1");
        host.Clock.Advance(TimeSpan.FromDays(1));
        await CalculateAsync();
        Assert.Empty(await host.QueryAsync("SELECT * FROM daily_tracks_latest WHERE date = '2026-12-01'"));
    }

    [Fact]
    public async Task An_interrupted_calculation_is_not_visible_and_is_repeated()
    {
        host.Play("ada", "a", Yesterday, seconds: 60);
        await host.FlushAsync();
        await host.Warehouse.ExecuteAsync(
            new("INSERT INTO daily_tracks SELECT date, month, market, playable_id, 9, 9, 9, 9, 9, 9, 9, ended_at FROM plays"),
            Parameters.None,
            default);
        Assert.Empty(await PlaysAsync());
        await CalculateAsync();
        Assert.Equal([("2026-12-01", 1)], await PlaysAsync());
    }

    [Fact]
    public async Task Late_plays_are_counted_at_growing_intervals_and_finally_when_no_more_can_arrive()
    {
        host.Play("ada", "a", Yesterday, seconds: 60);
        await host.FlushAsync();
        var calculated = new List<int>();
        for (var age = 0; age <= 50; age++)
        {
            if ((await CalculateAsync()).Contains("2026-12-01")) calculated.Add(age);
            if (age <= 45) host.Play("ada", "a", Yesterday, seconds: 60);
            await host.FlushAsync();
            host.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.InRange(calculated.Count, 8, 14);
        Assert.Equal([0, 1, 2], calculated.Take(3));
        Assert.Equal([("2026-12-01", 47)], await PlaysAsync());
    }

    [Fact]
    public async Task Old_events_are_deleted_and_their_aggregates_kept()
    {
        host.Play("ada", "a", Yesterday, seconds: 60);
        await host.FlushAsync();
        await host.SaveAsync("ada", "track", "a", Yesterday);
        await CalculateAsync();
        host.Clock.Advance(TimeSpan.FromDays(399));
        Assert.Equal(0, (await host.CallAsync(DailyAggregatesFunction.Path))["deleted"]!.GetValue<int>());
        host.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, (await host.CallAsync(DailyAggregatesFunction.Path))["deleted"]!.GetValue<int>());
        Assert.Equal([("2026-12-01", 1)], await PlaysAsync());
    }

    private async Task<List<string>> CalculateAsync() =>
        [.. (await host.CallAsync(DailyAggregatesFunction.Path))["days"]!.AsArray().Select(day => (string)day!)];

    private async Task<List<(string, int)>> PlaysAsync() =>
        [
            .. (await host.QueryAsync("SELECT date, SUM(plays) AS plays FROM daily_tracks_latest GROUP BY date ORDER BY date"))
                .Select(row => (row.String("date"), row.Int32("plays"))),
        ];

    private Task MarkAsync(string listener, string id) => host.Warehouse.AppendAsync(
        Marks,
        [
            Marks.Row(
                Yesterday, ("listener_id", WarehouseHost.Id(listener)), ("event_id", id), ("rule", "test"), ("marked_at", Yesterday)),
        ],
        default);
}
