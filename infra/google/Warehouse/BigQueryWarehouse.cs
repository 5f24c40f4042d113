using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Google;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Bigquery.v2.Data;
using Google.Cloud.BigQuery.V2;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Warehouse;

// Google.Apis.Bigquery.v2.Data also has a Row.
using Row = Spotify.Domain.Data.Row;

namespace Spotify.Google.Warehouse;

/// <summary>
/// The warehouse in BigQuery. Rows are streamed; their insert ids are hashes of their content, so that BigQuery drops most of the rows that
/// are appended twice within a minute. Statements are jobs with an id of ours, so that a repeated request starts no second one.
/// </summary>
/// <seealso href="https://cloud.google.com/bigquery/quotas#streaming_inserts"/>
public sealed class BigQueryWarehouse : IWarehouse
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.BigQuery";

    // A page of a result is up to 10 MB, whatever the number of rows.
    private const int PageRows = 10_000;
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);

    private readonly BigQueryClient client;
    private readonly WarehouseOptions options;
    private readonly TimeProvider time;
    private readonly Backoff backoff;
    private readonly CallMeter meter;

    /// <summary>Creates a warehouse.</summary>
    /// <param name="client">The client, configured by <see cref="WarehouseServices.AddBigQuery"/>.</param>
    /// <param name="options">The dataset, deadlines and limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meters">Creates the meter.</param>
    public BigQueryWarehouse(BigQueryClient client, IOptions<WarehouseOptions> options, TimeProvider time, IMeterFactory meters)
    {
        this.client = client;
        this.options = options.Value;
        this.time = time;
        backoff = new Backoff(this.options.MinBackoff, this.options.MaxBackoff, time, Random.Shared);
        meter = new CallMeter(meters, time, MeterName);
    }

    /// <summary>Fetches credentials.</summary>
    public Task OpenAsync(CancellationToken ct) => Credentials.FetchAsync(client.Service.HttpClientInitializer as ITokenAccess, ct);

    /// <inheritdoc/>
    /// <exception cref="IOException">BigQuery failed.</exception>
    /// <exception cref="TimeoutException">BigQuery did not respond in time.</exception>
    public async Task AppendAsync(WarehouseTable table, IReadOnlyList<WarehouseRow> rows, CancellationToken ct)
    {
        var reference = client.GetTableReference(options.Dataset, table.Name);
        foreach (var batch in StreamedRow.Batches(table, rows))
        {
            await CallAsync("append", options.AppendDeadline, ct, async (_, deadline) =>
            {
                var results = await client.InsertRowsAsync(
                    reference, batch, new InsertOptions { SuppressInsertErrors = true }, deadline.Token);
                // The other rows of a batch with an invalid row are not inserted either. Their reason is "stopped".
                if (results.Errors.SelectMany(errors => errors).FirstOrDefault(error => error.Reason != "stopped") is not { } error)
                    return true;
                var text = $"BigQuery rejects a row of {table}: {error.Message} ({error.Reason} {error.Location}).";
                throw error.Reason == "invalid" ? new ArgumentException(text, nameof(rows)) : new IOException(text);
            });
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">BigQuery failed.</exception>
    /// <exception cref="TimeoutException">BigQuery did not respond in time.</exception>
    public async IAsyncEnumerable<Row> QueryAsync(
        WarehouseStatement statement, Parameters parameters, [EnumeratorCancellation] CancellationToken ct)
    {
        var job = NewJob();
        var page = await RunAsync("query", job, statement, parameters, ct);
        var shape = new RowShape(page.Schema.Fields.Select(field => field.Name));
        while (true)
        {
            foreach (var row in page.Rows ?? []) yield return ResultRow.Read(shape, page.Schema, row);
            if (page.PageToken is not { } token) break;
            page = await CallAsync(
                "page", options.QueryDeadline, ct, (_, deadline) => GetResultAsync(job, page.JobReference, token, deadline.Token));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">BigQuery failed.</exception>
    /// <exception cref="TimeoutException">BigQuery did not respond in time.</exception>
    public async Task<long> ExecuteAsync(WarehouseStatement statement, Parameters parameters, CancellationToken ct) =>
        (await RunAsync("execute", NewJob(), statement, parameters, ct)).NumDmlAffectedRows ?? 0;

    /// <inheritdoc/>
    /// <exception cref="IOException">BigQuery failed.</exception>
    /// <exception cref="TimeoutException">BigQuery did not respond in time.</exception>
    /// <exception cref="InvalidOperationException"><see cref="WarehouseOptions.ExportBucket"/> is missing.</exception>
    public async Task<long> ExportAsync(WarehouseExport export, Parameters parameters, string prefix, CancellationToken ct)
    {
        if (options.ExportBucket is not { Length: > 0 } bucket)
            throw new InvalidOperationException("Warehouse:ExportBucket is missing: the bucket of exports.");
        if (!ObjectName.IsValid(prefix + "0") || prefix.AsSpan().ContainsAny('\'', '*')) throw ObjectName.Invalid(prefix, nameof(prefix));
        // A job that is tried again overwrites the objects of the first try, because the names are the same.
        var statement = new WarehouseStatement(
            $"""
            EXPORT DATA OPTIONS (
              uri = 'gs://{bucket}/{prefix}*{WarehouseExport.Extension}', format = 'JSON', compression = 'GZIP', overwrite = TRUE
            ) AS
            {export.Statement.Sql}
            """,
            [.. export.Statement.Parameters]);
        var result = await RunAsync("export", NewJob(), statement, parameters, ct);
        return await CallAsync(
            "export_statistics", options.QueryDeadline, ct, (_, deadline) => ExportedRowsAsync(result.JobReference, deadline.Token));
    }

    // https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#ExportDataStatistics
    private async Task<long> ExportedRowsAsync(JobReference job, CancellationToken ct)
    {
        var address = $"{client.Service.BaseUri}projects/{job.ProjectId}/jobs/{job.JobId}?location={job.Location}";
        using var response = await client.Service.HttpClient.GetAsync(new Uri(address), ct);
        response.EnsureSuccessStatusCode();
        var body = await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
        var statistics = body?["statistics"]?["query"]?["exportDataStatistics"]
            ?? throw new IOException($"BigQuery has no statistics of the export {job.JobId}.");
        // Members with the default value are left out.
        return statistics["rowCount"] is { } rows ? long.Parse(rows.ToString(), CultureInfo.InvariantCulture) : 0;
    }

    private static string NewJob() => Guid.NewGuid().ToString("N");

    // Waits for the first page of the result, in which BigQuery reports errors.
    private Task<GetQueryResultsResponse> RunAsync(
        string operation, string job, WarehouseStatement statement, Parameters parameters, CancellationToken ct) =>
        CallAsync(operation, options.QueryDeadline, ct, async (failures, deadline) =>
        {
            var reference = await StartAsync(job, statement, parameters, mayExist: failures > 0, deadline.Token);
            while (true)
            {
                var result = await GetResultAsync(job, reference, pageToken: null, deadline.Token);
                if (result.JobComplete == true) return result;
            }
        });

    private async Task<JobReference?> StartAsync(
        string job, WarehouseStatement statement, Parameters parameters, bool mayExist, CancellationToken ct)
    {
        try
        {
            var started = await client.CreateQueryJobAsync(
                statement.Sql,
                ResultRow.Parameters(statement, parameters),
                new QueryOptions
                {
                    JobId = job,
                    JobLocation = options.Location,
                    DefaultDataset = client.GetDatasetReference(options.Dataset),
                    MaximumBytesBilled = options.MaxQueryBytes,
                    JobConfigurationModifier = configuration => configuration.JobTimeoutMs = (long)options.QueryDeadline.TotalMilliseconds,
                },
                ct);
            return started.Reference;
        }
        catch (GoogleApiException e) when (mayExist && e.HttpStatusCode == HttpStatusCode.Conflict)
        {
            // An earlier try has started the job, but its response was lost.
            return null;
        }
    }

    private Task<GetQueryResultsResponse> GetResultAsync(string job, JobReference? reference, string? pageToken, CancellationToken ct)
    {
        // The client's own enumeration of pages cannot repeat a page after an error.
        var request = client.Service.Jobs.GetQueryResults(options.Project, job);
        request.Location = reference?.Location ?? options.Location;
        request.MaxResults = PageRows;
        request.PageToken = pageToken;
        request.TimeoutMs = (long)LongPoll.TotalMilliseconds;
        request.FormatOptionsUseInt64Timestamp = true;
        return request.ExecuteAsync(ct);
    }

    private async Task<T> CallAsync<T>(string operation, TimeSpan limit, CancellationToken ct, Func<int, Deadline, Task<T>> call)
    {
        ct.ThrowIfCancellationRequested();
        using var deadline = new Deadline(limit, time, ct);
        return await meter.MeasureAsync(operation, async () =>
        {
            try
            {
                for (var failures = 0; ; )
                {
                    try
                    {
                        return await call(failures, deadline);
                    }
                    catch (Exception e) when (++failures < options.MaxTries && IsTransient(e))
                    {
                        await backoff.WaitAsync(failures, deadline.Token);
                    }
                }
            }
            catch (OperationCanceledException e) when (deadline.HasPassed && !ct.IsCancellationRequested)
            {
                throw new TimeoutException($"BigQuery did not respond within {limit.TotalSeconds:0.###} s ({operation}).", e);
            }
            catch (GoogleApiException e) when (HasReason(e, "bytesBilledLimitExceeded"))
            {
                throw new WarehouseCostException(
                    $"The statement would read more than Warehouse:MaxQueryBytes ({options.MaxQueryBytes}): {e.Error.Message}", e);
            }
            catch (Exception e) when (e is GoogleApiException or HttpRequestException)
            {
                throw new IOException($"BigQuery failed ({operation}): {(e as GoogleApiException)?.Error?.Message ?? e.Message}", e);
            }
        });
    }

    private static bool IsTransient(Exception e) => e switch
    {
        GoogleApiException api => api.HttpStatusCode
            is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            || HasReason(api, "rateLimitExceeded"),
        HttpRequestException or IOException => true,
        _ => false,
    };

    private static bool HasReason(GoogleApiException e, string reason) => e.Error?.Errors?.Any(error => error.Reason == reason) == true;
}
