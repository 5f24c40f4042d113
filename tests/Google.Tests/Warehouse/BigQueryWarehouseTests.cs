using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.Tests.Objects;
using Spotify.Google.Warehouse;
using Spotify.Hosting.Warehouse;

namespace Spotify.Google.Tests.Warehouse;

/// <summary>The warehouse contract on BigQuery's protocol, and the adapter's behavior when BigQuery fails.</summary>
public sealed class BigQueryWarehouseTests : WarehouseContract
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly WarehouseStatement CountPlays = new(
        "SELECT COUNT(*) AS plays FROM plays WHERE date = @date", ("date", ColumnType.Date));

    private static readonly WarehouseStatement CopyPlays = new(
        """
        INSERT INTO play_marks (date, month, event_id, listener_id, rule, marked_at)
        SELECT date, month, event_id, listener_id, 'copy', received_at FROM plays WHERE date = @date
        """,
        ("date", ColumnType.Date));

    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualTimeProvider time = new();
    private readonly StorageFixture storage = new();
    private BigQueryServer server = null!;

    protected override async Task<(IWarehouse Warehouse, IObjectStore Exports)> OpenAsync()
    {
        await storage.InitializeAsync();
        server = await BigQueryServer.StartAsync();
        server.Storage = storage.Server;
        var options = new WarehouseOptions
        {
            Project = BigQueryServer.Project, Dataset = BigQueryServer.Dataset, Location = BigQueryServer.Location,
            ExportBucket = StorageFixture.Bucket, EmulatorHost = server.Address, MinBackoff = TimeSpan.Zero,
            MaxBackoff = TimeSpan.Zero, MaxTries = 3,
        };
        var warehouse = new BigQueryWarehouse(
            WarehouseServices.Connect(options, new Credentials()),
            Options.Create(options),
            time,
            services.GetRequiredService<IMeterFactory>());
        return (warehouse, storage.Open());
    }

    protected override async Task CloseAsync()
    {
        await services.DisposeAsync();
        await server.DisposeAsync();
        await storage.DisposeAsync();
    }

    [Fact]
    public async Task Rows_are_streamed_in_batches_of_500_with_insert_ids_that_depend_on_their_content()
    {
        WarehouseRow[] rows = [.. Enumerable.Range(0, 1200).Select(i => Play($"{i % 1199}", "a", Noon))];
        await Warehouse.AppendAsync(Plays, rows, default);
        var batches = server.Of(BigQueryOperation.Append).Select(body => body!["rows"]!.AsArray()).ToList();
        Assert.Equal([500, 500, 200], batches.Select(batch => batch.Count));
        Assert.Equal(1199, batches.SelectMany(batch => batch).Select(row => (string)row!["insertId"]!).Distinct().Count());
    }

    [Fact]
    public async Task Large_rows_stay_below_the_limit_of_a_request()
    {
        var listener = new string('é', 200_000);
        await Warehouse.AppendAsync(Plays, [.. Enumerable.Range(0, 12).Select(i => Play($"{i}", listener, Noon))], default);
        Assert.Equal(12, await CountAsync());
        Assert.Equal(4, server.Of(BigQueryOperation.Append).Count);
    }

    [Fact]
    public async Task A_row_that_bigquery_rejects_is_an_error_with_its_reason_and_is_not_tried_again()
    {
        // The table of a newer version has a column that BigQuery does not know yet.
        var columns = WarehouseSchema.Current.Table("daily_runs").Columns;
        var newer = new WarehouseTable("daily_runs", [.. columns, new("x", ColumnType.Int64, null, false, null)], "date", [], false);
        (string, object?)[] run = [("calculated_at", Noon), ("source_rows", 1L)];
        WarehouseRow[] rows = [newer.Row(Noon, run), newer.Row(Noon, [.. run, ("x", 1L)])];
        var rejected = await Assert.ThrowsAsync<ArgumentException>(() => Warehouse.AppendAsync(newer, rows, default));
        Assert.Contains("daily_runs has no column x", rejected.Message);
        Assert.Single(server.Of(BigQueryOperation.Append));
    }

    [Theory]
    [InlineData(503, "backendError")]
    [InlineData(502, "")]
    [InlineData(500, "internalError")]
    [InlineData(429, "rateLimitExceeded")]
    [InlineData(403, "rateLimitExceeded")]
    [InlineData(0, "")]
    public async Task Transient_errors_are_tried_again(int status, string reason)
    {
        server.Fail(BigQueryOperation.Append, status, reason, times: 2);
        await Warehouse.AppendAsync(Plays, [Play("1", "a", Noon)], default);
        server.Fail(BigQueryOperation.StartJob, status, reason, times: 1);
        server.Fail(BigQueryOperation.GetResult, status, reason, times: 1);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task An_append_fails_after_the_last_try()
    {
        server.Fail(BigQueryOperation.Append, 503, times: 3);
        await Assert.ThrowsAsync<IOException>(() => Warehouse.AppendAsync(Plays, [Play("1", "a", Noon)], default));
        Assert.Equal(3, server.Of(BigQueryOperation.Append).Count);
    }

    [Theory]
    [InlineData(403, "accessDenied")]
    [InlineData(404, "notFound")]
    public async Task Other_errors_are_not_tried_again(int status, string reason)
    {
        server.Fail(BigQueryOperation.Append, status, reason);
        await Assert.ThrowsAsync<IOException>(() => Warehouse.AppendAsync(Plays, [Play("1", "a", Noon)], default));
        Assert.Single(server.Of(BigQueryOperation.Append));
    }

    [Theory]
    [InlineData(BigQueryOperation.StartJob)]
    [InlineData(BigQueryOperation.GetResult)]
    public async Task A_statement_whose_response_is_lost_runs_once(BigQueryOperation lost)
    {
        await Warehouse.AppendAsync(Plays, [Play("1", "a", Noon), Play("2", "a", Noon)], default);
        server.Fail(lost, 503, isDone: true);
        Assert.Equal(2, await Warehouse.ExecuteAsync(CopyPlays, OnTheDay(), default));
        Assert.Single(await QueryAsync(
            new("SELECT COUNT(*) AS marks FROM play_marks"), Parameters.None), row => row.Int64("marks") == 2);
    }

    [Fact]
    public async Task A_statement_that_takes_long_is_polled()
    {
        server.Polls = 3;
        Assert.Equal(0, await CountAsync());
        Assert.Equal(4, server.Of(BigQueryOperation.GetResult).Count);
    }

    [Fact]
    public async Task A_statement_that_would_cost_too_much_does_not_run()
    {
        server.BytesPerStatement = (1L << 40) + 1;
        await Assert.ThrowsAsync<WarehouseCostException>(CountAsync);
        await Assert.ThrowsAsync<WarehouseCostException>(() => Warehouse.ExecuteAsync(CopyPlays, OnTheDay(), default));
        Assert.Equal(2, server.Of(BigQueryOperation.StartJob).Count);
        Assert.All(
            server.Of(BigQueryOperation.StartJob),
            job => Assert.Equal($"{1L << 40}", job!["configuration"]!["query"]!["maximumBytesBilled"]?.ToString()));
    }

    [Fact]
    public async Task An_invalid_statement_is_an_error_with_the_message_of_bigquery()
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => QueryAsync(new("SELECT x FROM nothing"), Parameters.None));
        Assert.Contains("nothing", failure.Message);
    }

    [Fact]
    public async Task Calls_are_canceled()
    {
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Warehouse.AppendAsync(Plays, [Play("1", "a", Noon)], canceled.Token));
        Assert.Empty(server.Of(BigQueryOperation.Append));
    }

    private static Parameters OnTheDay() => new() { { "date", new DateOnly(2026, 12, 31) } };

    private async Task<long> CountAsync() => (await QueryAsync(CountPlays, OnTheDay())).Single().Int64("plays");
}
