using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.TrainingRuns;
using Spotify.Local.Objects;
using Spotify.Local.Warehouse;
using Spotify.ModelTraining;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.Tests.TrainingRuns;

/// <summary>The weekly training on a clock that tests set, with jobs that tests start, end and lose.</summary>
public sealed class TrainingRunnerTests : IDisposable
{
    // 2026-11-28 is a Saturday.
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 10, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualTimeProvider clock = new(Start);
    private readonly LogCapture log = new();
    private readonly Jobs jobs = new();
    private readonly TrainingRunOptions options = new() { MinNewPlays = 0 };
    private readonly SqliteWarehouse warehouse;
    private readonly DirectoryObjectStore objects;
    private readonly TrainingRunFiles runs;
    private readonly ModelStore models;

    public TrainingRunnerTests()
    {
        objects = new DirectoryObjectStore(Path.Combine(directory.FullName, "objects"));
        warehouse = new SqliteWarehouse(Path.Combine(directory.FullName, "warehouse"), WarehouseSchema.Current);
        (runs, models) = (new TrainingRunFiles(objects), new ModelStore(objects, clock));
    }

    public void Dispose()
    {
        warehouse.Dispose();
        services.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_training_is_started_followed_and_published_once_a_week()
    {
        Assert.Equal(("20261128-1", TrainingStep.Started), await AdvanceAsync());
        Assert.Equal(TrainingStep.Running, await LaterAsync());
        await FinishAsync("20261128-1", "20261128T120000Z-00000001");
        Assert.Equal(TrainingStep.Published, await LaterAsync());
        Assert.Equal("20261128T120000Z-00000001", (await models.CurrentAsync(default))!.Version);
        Assert.Equal(TrainingStep.Published, await LaterAsync());
        clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromHours(2));
        Assert.Equal(TrainingStep.Published, (await AdvanceAsync()).Step);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(("20261205-1", TrainingStep.Started), await AdvanceAsync());
        Assert.Equal(["20261128-1", "20261205-1"], jobs.Started);
    }

    [Fact]
    public async Task Of_calls_at_the_same_time_one_starts_the_training()
    {
        var steps = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Runner().AdvanceAsync(default))));
        Assert.Single(steps, step => step.Step == TrainingStep.Started);
        Assert.All(steps, step => Assert.True(step.Step is TrainingStep.Started or TrainingStep.Running));
        Assert.Single(jobs.Started);
    }

    [Fact]
    public async Task A_call_that_is_cut_off_before_the_start_is_made_up_for_by_another_attempt()
    {
        jobs.Error = new IOException("503");
        await Assert.ThrowsAsync<IOException>(AdvanceAsync);
        jobs.Error = null;
        Assert.Equal(TrainingStep.Running, (await AdvanceAsync()).Step);
        clock.Advance(options.StartGrace);
        Assert.Equal(("20261128-2", TrainingStep.Started), await AdvanceAsync());
        // The job of the first attempt starts after all, and finds that its run has ended.
        Assert.Equal(TrainingRunState.Failed, (await runs.ResultAsync("20261128-1", default))!.State);
        await FinishAsync("20261128-2", "20261128T120000Z-00000002");
        Assert.Equal(TrainingStep.Published, await LaterAsync());
    }

    [Fact]
    public async Task A_job_that_started_although_the_call_failed_is_followed()
    {
        (jobs.Error, jobs.StartsAnyway) = (new IOException("timeout"), true);
        await Assert.ThrowsAsync<IOException>(AdvanceAsync);
        jobs.Error = null;
        clock.Advance(options.StartGrace * 2);
        Assert.Equal(("20261128-1", TrainingStep.Running), await AdvanceAsync());
    }

    [Fact]
    public async Task A_failed_training_is_tried_again_until_the_attempts_are_used_up_and_the_old_model_stays()
    {
        await SaveAsync("20261121T120000Z-00000000");
        await models.PublishAsync("20261121T120000Z-00000000", default);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(($"20261128-{attempt}", TrainingStep.Started), await AdvanceAsync());
            jobs.States[$"20261128-{attempt}"] = TrainingJobState.Failed;
        }

        Assert.Equal(TrainingStep.Failed, await LaterAsync());
        Assert.Equal(TrainingStep.Failed, await LaterAsync());
        Assert.Equal(3, jobs.Started.Count);
        Assert.Equal("20261121T120000Z-00000000", (await models.CurrentAsync(default))!.Version);
        Assert.Equal(3, log.Texts.Count(entry => entry.Contains("has ended: Failed", StringComparison.Ordinal)));
        clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(("20261205-1", TrainingStep.Started), await AdvanceAsync());
    }

    [Fact]
    public async Task A_model_that_fails_a_check_is_not_published_and_not_trained_again()
    {
        await AdvanceAsync();
        await FinishAsync("20261128-1", "20261128T120000Z-00000001", "Recall@20 is 0.1, below 0.9 of 0.2.");
        Assert.Equal(TrainingStep.Rejected, await LaterAsync());
        Assert.Equal(TrainingStep.Rejected, await LaterAsync());
        Assert.Null(await models.CurrentAsync(default));
        Assert.Single(jobs.Started);
        Assert.Contains(log.Texts, entry => entry.Contains("Recall@20", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_is_missing_is_rejected()
    {
        await AdvanceAsync();
        await runs.WriteAsync("20261128-1", new TrainingOutcome("20261128T120000Z-00000001", null, []), default);
        Assert.Equal(TrainingStep.Rejected, await LaterAsync());
    }

    [Fact]
    public async Task A_crash_after_the_publication_is_made_up_for_and_a_rollback_of_a_finished_run_stays()
    {
        await SaveAsync("20261121T120000Z-00000000");
        await models.PublishAsync("20261121T120000Z-00000000", default);
        await AdvanceAsync();
        await FinishAsync("20261128-1", "20261128T120000Z-00000001");
        await models.PublishAsync("20261128T120000Z-00000001", default);
        Assert.Equal(TrainingStep.Published, await LaterAsync());
        await models.RollBackAsync(null, default);
        Assert.Equal(TrainingStep.Published, await LaterAsync());
        Assert.Equal("20261121T120000Z-00000000", (await models.CurrentAsync(default))!.Version);
    }

    [Fact]
    public async Task Nothing_starts_without_new_data_or_if_it_is_turned_off()
    {
        options.MinNewPlays = 10;
        Assert.Equal(TrainingStep.TooLittleData, (await AdvanceAsync()).Step);
        await PlaysAsync(Start.AddDays(-1), 9);
        Assert.Equal(TrainingStep.TooLittleData, (await AdvanceAsync()).Step);
        options.Enabled = false;
        Assert.Equal(TrainingStep.Disabled, (await AdvanceAsync()).Step);
        options.Enabled = true;
        await PlaysAsync(Start.AddDays(-2), 1);
        Assert.Equal(TrainingStep.Started, (await AdvanceAsync()).Step);
    }

    [Fact]
    public async Task An_old_model_is_reported()
    {
        await SaveAsync("20261121T120000Z-00000000");
        await models.PublishAsync("20261121T120000Z-00000000", default);
        await AdvanceAsync();
        Assert.DoesNotContain(log.Texts, entry => entry.Contains("Old: the", StringComparison.Ordinal));
        clock.Advance(options.MaxModelAge + TimeSpan.FromMinutes(1));
        await AdvanceAsync();
        Assert.Contains(log.Texts, entry => entry.Contains("Old: the", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_state_of_old_weeks_is_deleted()
    {
        for (var week = 0; week < 12; week++)
        {
            var (run, step) = await AdvanceAsync();
            Assert.Equal(TrainingStep.Started, step);
            await FinishAsync(run, $"20261128T120000Z-{week:00000000}");
            await LaterAsync();
            clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(15));
        }

        var names = await objects.ListAsync("models/runs/", default).Select(found => found.Name.Split('/')[2]).Distinct().ToListAsync();
        Assert.Equal(9, names.Count);
        Assert.DoesNotContain("20261128-1", names);
    }

    [Theory]
    [InlineData("2026-11-28T09:59:59Z", 21)]
    [InlineData("2026-11-28T10:00:00Z", 28)]
    [InlineData("2026-11-29T10:00:00Z", 28)]
    [InlineData("2026-12-05T09:59:59Z", 28)]
    public void Weeks_begin_a_day_before_Monday_begins_anywhere(string now, int day) =>
        Assert.Equal(new DateOnly(2026, 11, day), Runner().PeriodOf(DateTimeOffset.Parse(now, null)));

    private TrainingRunner Runner() => new(
        jobs, objects, warehouse, Options.Create(options), clock, services.GetRequiredService<IMeterFactory>(),
        new LoggerFactory([log]).CreateLogger<TrainingRunner>());

    private Task<(string Run, TrainingStep Step)> AdvanceAsync() => Runner().AdvanceAsync(default);

    private async Task<TrainingStep> LaterAsync()
    {
        clock.Advance(TimeSpan.FromMinutes(15));
        return (await AdvanceAsync()).Step;
    }

    private async Task FinishAsync(string run, string version, params string[] failures)
    {
        await SaveAsync(version);
        await runs.WriteAsync(run, new TrainingOutcome(version, 0.5, failures), default);
        jobs.States[run] = TrainingJobState.Succeeded;
    }

    private Task SaveAsync(string version) => models.SaveAsync(
        new ModelManifest
        {
            Version = version, CreatedAt = clock.Now, Counts = new ModelCounts(1, 1, 1, 0, 0), Settings = new ModelSettings(8, 1, 1, 1),
            Ensemble = new EnsembleOptions(), Measurements = new ModelMeasurements(null, 0, 1), Files = [],
        },
        directory.FullName, null, default);

    private async Task PlaysAsync(DateTimeOffset day, long plays)
    {
        var (markets, days) = (WarehouseSchema.Current.Table("daily_markets"), WarehouseSchema.Current.Table("daily_runs"));
        await warehouse.AppendAsync(
            markets,
            [
                markets.Row(
                    day, ("market", "SE"), ("streams", plays), ("plays", plays), ("listeners", 1L), ("played_ms", 1L), ("skips", 0L),
                    ("completions", 0L), ("saves", 0L), ("calculated_at", Start)),
            ],
            default);
        await warehouse.AppendAsync(days, [days.Row(day, ("calculated_at", Start), ("source_rows", 1L))], default);
    }

    private sealed class Jobs : ITrainingJobs
    {
        private readonly Lock gate = new();

        public Dictionary<string, TrainingJobState> States { get; } = [];

        public List<string> Started { get; } = [];

        public Exception? Error { get; set; }

        public bool StartsAnyway { get; set; }

        public Task StartAsync(string run, CancellationToken ct)
        {
            lock (gate)
            {
                if (Error is not null && !StartsAnyway) return Task.FromException(Error);
                Started.Add(run);
                States[run] = TrainingJobState.Running;
                return Error is null ? Task.CompletedTask : Task.FromException(Error);
            }
        }

        public Task<TrainingJobState?> FindAsync(string run, CancellationToken ct)
        {
            lock (gate) return Task.FromResult<TrainingJobState?>(States.TryGetValue(run, out var state) ? state : null);
        }
    }
}
