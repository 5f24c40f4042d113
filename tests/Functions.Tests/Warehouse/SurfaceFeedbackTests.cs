using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Functions.DailyAggregates;
using Spotify.Functions.DailyAggregates.Surfaces;
using Spotify.Functions.Recommendations.Feedback;
using Spotify.Recommendations.Ranking;
using static Spotify.Functions.Tests.Warehouse.WarehouseHost;

namespace Spotify.Functions.Tests.Warehouse;

/// <summary>Picks of generated playlists, and the feedback on them over HTTP as the scheduler calls it.</summary>
public sealed class SurfaceFeedbackTests : IAsyncLifetime
{
    // A Monday.
    private static readonly DateTimeOffset Generated = new(2026, 11, 30, 0, 5, 0, TimeSpan.Zero);

    private WarehouseHost host = null!;

    public async Task InitializeAsync() => host = await StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Plays_and_saves_count_for_the_picks_of_the_playlist()
    {
        await RecordAsync(
            Weekly("ada", ("a", PickKind.PlayedTogether), ("b", PickKind.PlayedTogether), ("c", PickKind.Popular), ("d", PickKind.Popular)),
            Weekly("bob", ("a", PickKind.PlayedTogether), ("b", PickKind.Popular)));
        Play("ada", "a", seconds: 180);
        Play("ada", "a", seconds: 40, EndReason.Skipped);
        Play("ada", "b", seconds: 5, EndReason.Skipped);
        Play("ada", "b", seconds: 35, EndReason.Skipped);
        Play("bob", "a", seconds: 40, EndReason.Error);
        // Another context, a track that is not a pick, and a play before the list.
        host.Play("ada", "c", Generated.AddHours(1), seconds: 180);
        Play("ada", "x", seconds: 180);
        Play("ada", "c", seconds: 180, ended: Generated.AddMinutes(-1));
        await host.FlushAsync();
        await host.SaveAsync("ada", "track", "d", Generated.AddDays(1));
        await host.SaveAsync("ada", "track", "d", Generated.AddDays(2));
        await host.SaveAsync("bob", "track", "d", Generated.AddDays(1));
        await host.SaveAsync("bob", "album", "b", Generated.AddDays(1));

        Assert.Equal(["2026-11-30"], await CalculateAsync());
        Assert.Equal(
            [
                ("all", 6, 2, 5, 4, 1, 1, 1, 3),
                ("played_together", 3, 2, 5, 4, 1, 1, 0, 2),
                ("popular", 3, 2, 0, 0, 0, 0, 1, 1),
            ],
            await FeedbackAsync());
    }

    [Fact]
    public async Task A_play_counts_for_the_latest_list_that_has_the_track()
    {
        var today = Generated.AddDays(1);
        await RecordAsync(
            Daily("ada", Generated, ("a", PickKind.Fill), ("b", PickKind.Fill)), Daily("ada", today, ("a", PickKind.Fill)),
            Weekly("ada", ("a", PickKind.Fill)));
        Play("ada", "a", seconds: 180, surface: "on-repeat", ended: today.AddHours(2));
        Play("ada", "b", seconds: 180, surface: "on-repeat", ended: today.AddHours(2));
        await host.FlushAsync();
        await CalculateAsync();

        Assert.Equal(
            [("2026-11-30", "discover-weekly", 1, 0), ("2026-11-30", "on-repeat", 2, 1), ("2026-12-01", "on-repeat", 1, 1)],
            (await host.QueryAsync("SELECT * FROM daily_surfaces_latest WHERE reason_kind = 'all' ORDER BY date, surface")).Select(row =>
                (row.Date("date").ToString("O", CultureInfo.InvariantCulture), row.String("surface"), row.Int32("picks"),
                    row.Int32("plays"))));
    }

    [Fact]
    public async Task Repeated_picks_and_events_count_once_and_late_ones_are_added()
    {
        var picks = Weekly("ada", ("a", PickKind.Fill), ("b", PickKind.Fill));
        await RecordAsync(picks);
        await RecordAsync(picks);
        for (var i = 0; i < 2; i++)
        {
            Play("ada", "a", seconds: 180, id: "once");
            await host.FlushAsync();
        }

        Assert.Single(await CalculateAsync());
        Assert.Empty(await CalculateAsync());
        Assert.Equal([("all", 2, 1, 1, 1, 1, 0, 0, 1), ("fill", 2, 1, 1, 1, 1, 0, 0, 1)], await FeedbackAsync());

        Play("ada", "b", seconds: 180);
        await host.FlushAsync();
        host.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Single(await CalculateAsync());
        Assert.Equal([("all", 2, 1, 2, 2, 2, 0, 0, 2), ("fill", 2, 1, 2, 2, 2, 0, 0, 2)], await FeedbackAsync());
    }

    [Fact]
    public async Task A_day_is_calculated_until_its_last_events_have_arrived()
    {
        await RecordAsync(Weekly("ada", ("a", PickKind.Fill)));
        var calculations = 0;
        for (var day = 0; day < 70; day++, host.Clock.Advance(TimeSpan.FromDays(1))) calculations += (await CalculateAsync()).Count;
        Assert.InRange(calculations, 8, 20);
        var last = (await host.QueryAsync("SELECT MAX(calculated_at) AS last FROM daily_surfaces"))[0].Timestamp("last");
        Assert.True(last >= Generated.AddDays(55));
    }

    [Fact]
    public async Task Marked_and_private_plays_and_those_after_ten_days_do_not_count()
    {
        await RecordAsync(Weekly("ada", ("a", PickKind.Fill)));
        Play("ada", "a", seconds: 180, id: "marked");
        Play("ada", "a", seconds: 180, ended: Generated.AddDays(11));
        await host.FlushAsync();
        var marks = WarehouseSchema.Current.Table("play_marks");
        await host.Warehouse.AppendAsync(
            marks,
            [
                marks.Row(
                    Generated.AddHours(2), ("event_id", "marked"), ("listener_id", Id("ada")), ("rule", "test"),
                    ("marked_at", host.Clock.Now)),
            ],
            default);
        await host.Warehouse.ExecuteAsync(
            new WarehouseStatement(
                """
                INSERT INTO plays (date, month, hour, event_id, listener_id, market, type, playable_id, ended_at, received_at, played_ms,
                  end_reason, engagement, context_uri, is_private)
                SELECT date, month, hour, 'private', listener_id, market, type, playable_id, ended_at, received_at, played_ms, end_reason,
                  engagement, context_uri, TRUE
                FROM plays WHERE event_id = 'marked' AND date = '2026-11-30'
                """),
            Parameters.None,
            default);
        host.Clock.Advance(TimeSpan.FromDays(12));
        await CalculateAsync();
        Assert.Equal([("all", 1, 1, 0, 0, 0, 0, 0, 0), ("fill", 1, 1, 0, 0, 0, 0, 0, 0)], await FeedbackAsync());
    }

    [Fact]
    public async Task The_schedule_reports_the_variants_with_confidence_intervals()
    {
        await RecordAsync(
            [
                .. Enumerable.Range(0, 20).Select(i => Weekly($"listener {i}", ("a", PickKind.Fill), ("b", PickKind.Fill)) with
                {
                    Variant = i < 10 ? "default" : "bold",
                }),
                Weekly("new", ("a", PickKind.Fill)) with { ModelVersion = null },
            ]);
        for (var i = 0; i < 5; i++) Play($"listener {i}", "a", seconds: 180);
        await host.FlushAsync();
        var surfaces = (await host.CallAsync(DailyAggregatesFunction.SurfacesPath))["surfaces"]!.AsArray();
        Assert.Equal(["bold 20", "default 21"], surfaces.Select(surface => $"{surface!["variant"]} {surface["picks"]}"));
        Assert.All(surfaces, surface => Assert.Equal("discover-weekly", (string)surface!["surface"]!));
        Assert.Equal(0, (double)surfaces[0]!["precision"]![0]!);
        var (rate, low, high) = Rate(surfaces[1]!["precision"]!);
        Assert.Equal(0.2381, rate);
        Assert.InRange(low, 0.08, 0.2);
        Assert.InRange(high, 0.3, 0.5);
        Assert.Null(surfaces[0]!["skip_rate"]);

        var feedback = host.Services.GetRequiredService<SurfaceAggregator>();
        Assert.Equal(
            ["bold  all", "bold  fill", "default  all", "default  fill", "default model-1 all", "default model-1 fill"],
            (await feedback.ReportAsync(28, byModel: true, default)).Where(row => row.Variant == "default" || row.ModelVersion == "model-1")
                .Select(row => $"{row.Variant} {(row.Variant == "bold" ? "" : row.ModelVersion)} {row.ReasonKind}"));

        static (double, double, double) Rate(JsonNode node) => ((double)node[0]!, (double)node[1]!, (double)node[2]!);
    }

    [Fact]
    public async Task Old_picks_are_deleted_and_the_feedback_stays()
    {
        await RecordAsync(Weekly("ada", ("a", PickKind.Fill)));
        await CalculateAsync();
        host.Clock.Advance(TimeSpan.FromDays(405));
        await host.CallAsync(DailyAggregatesFunction.Path);
        Assert.Empty(await host.QueryAsync("SELECT date FROM generated_picks WHERE date > '2000-01-01'"));
        Assert.Equal(2, (await FeedbackAsync()).Count);
    }

    [Fact]
    public async Task A_sample_of_the_listeners_is_recorded()
    {
        var rows = new List<WarehouseRow>();
        var warehouse = new Mock<IWarehouse>();
        warehouse.Setup(w => w.AppendAsync(It.IsAny<WarehouseTable>(), It.IsAny<IReadOnlyList<WarehouseRow>>(), default))
            .Callback((WarehouseTable _, IReadOnlyList<WarehouseRow> added, CancellationToken _) => rows.AddRange(added))
            .Returns(Task.CompletedTask);
        var lists = Enumerable.Range(0, 1000).Select(i => Weekly($"listener {i}", ("a", PickKind.Fill))).ToList();
        await Recorder(warehouse.Object, sample: 0.1).RecordAsync([.. lists, lists[0] with { ListenerId = null }], default);
        Assert.InRange(rows.Count, 70, 130);
        warehouse.Verify(
            w => w.AppendAsync(It.IsAny<WarehouseTable>(), It.IsAny<IReadOnlyList<WarehouseRow>>(), default), Times.Once);

        await Recorder(warehouse.Object, sample: 0).RecordAsync(lists, default);
        warehouse.VerifyNoOtherCalls();
    }

    [Fact]
    public async Task A_failing_warehouse_does_not_fail_the_generation()
    {
        var warehouse = new Mock<IWarehouse>();
        warehouse.Setup(w => w.AppendAsync(It.IsAny<WarehouseTable>(), It.IsAny<IReadOnlyList<WarehouseRow>>(), default))
            .ThrowsAsync(new TimeoutException());
        await Recorder(warehouse.Object, sample: 1).RecordAsync([Weekly("ada", ("a", PickKind.Fill))], default);
    }

    [Theory]
    [InlineData(0, 10, 1, 0, 0.2775)]
    [InlineData(5, 10, 1, 0.2366, 0.7634)]
    [InlineData(50, 100, 0.1, 0.2366, 0.7634)]
    [InlineData(10, 10, 1, 0.7225, 1)]
    public void Intervals_are_those_of_Wilson(long count, long total, double independent, double low, double high)
    {
        var rate = RateEstimate.Of(count, total, independent);
        Assert.Equal((low, high), (Math.Round(rate.Low, 4), Math.Round(rate.High, 4)));
    }

    private static RecordedPicks Weekly(string listener, params (string Track, PickKind Kind)[] picks) =>
        ListOf(listener, "discover-weekly", Generated, picks);

    private static RecordedPicks Daily(string listener, DateTimeOffset generated, params (string Track, PickKind Kind)[] picks) =>
        ListOf(listener, "on-repeat", generated, picks);

    private static RecordedPicks ListOf(string listener, string surface, DateTimeOffset generated, (string Track, PickKind Kind)[] picks) =>
        new(
            Id(listener), Playlist(listener, surface), surface, generated.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "model-1",
            "default", generated, [.. picks.Select(pick => (Id(pick.Track), pick.Kind))]);

    private static string Playlist(string listener, string surface) => Id($"{surface} of {listener}");

    private static PickRecorder Recorder(IWarehouse warehouse, double sample) => new(
        warehouse,
        Options.Create(new FeedbackOptions { FeedbackSample = sample }),
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(),
        NullLogger<PickRecorder>.Instance);

    private Task RecordAsync(params RecordedPicks[] lists) => Recorder(host.Warehouse, sample: 1).RecordAsync(lists, default);

    private void Play(
        string listener,
        string track,
        double seconds,
        EndReason? reason = null,
        string surface = "discover-weekly",
        DateTimeOffset? ended = null,
        string? id = null) => host.Play(
            listener, track, ended ?? Generated.AddHours(2), seconds, duration: reason is null ? null : 180, reason, id: id,
            context: $"spotify:playlist:{Playlist(listener, surface)}");

    private async Task<List<string>> CalculateAsync() =>
        [.. (await host.CallAsync(DailyAggregatesFunction.SurfacesPath))["days"]!.AsArray().Select(day => (string)day!)];

    private async Task<List<(string, int, int, int, int, int, int, int, int)>> FeedbackAsync() =>
        [
            .. (await host.QueryAsync("SELECT * FROM daily_surfaces_latest ORDER BY reason_kind")).Select(row => (
                row.String("reason_kind"), row.Int32("picks"), row.Int32("listeners"), row.Int32("streams"), row.Int32("plays"),
                row.Int32("completions"), row.Int32("skips"), row.Int32("saves"), row.Int32("hits"))),
        ];
}
