using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Data;
using Spotify.Google.Tests.Objects;
using Spotify.Local.Warehouse;

namespace Spotify.Google.Tests.Warehouse;

/// <summary>The kinds of requests to BigQuery.</summary>
public enum BigQueryOperation
{
    Append,
    StartJob,
    GetResult,
    GetJob,
}

/// <summary>
/// A test double of BigQuery's REST API: tabledata.insertAll, jobs.insert, jobs.get and jobs.getQueryResults with named parameters, pages
/// and error bodies, and faults on demand. Checks rows against the table files and runs statements on SQLite. EXPORT DATA writes to a
/// storage server.
/// https://cloud.google.com/bigquery/docs/reference/rest
/// </summary>
public sealed partial class BigQueryServer : IAsyncDisposable
{
    public const string Project = "example-dev";
    public const string Dataset = "spotify";
    public const string Location = "us-central1";

    private const int PageSize = 5000;
    private const int MaxRows = 50_000;
    private const int MaxBytes = 10 * 1024 * 1024;

    private readonly WebApplication app;
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly SqliteWarehouse warehouse;
    private readonly ConcurrentDictionary<string, Job> jobs = new();
    private readonly ConcurrentQueue<(BigQueryOperation, JsonNode?)> requests = new();
    private readonly ConcurrentDictionary<BigQueryOperation, ConcurrentQueue<Fault>> faults = new();

    private BigQueryServer(WebApplication app)
    {
        this.app = app;
        warehouse = new SqliteWarehouse(Path.Combine(directory.FullName, "warehouse.sqlite"), WarehouseSchema.Current);
    }

    /// <summary>The address of the server.</summary>
    public string Address => app.Urls.Single();

    /// <summary>The bytes that each statement would read.</summary>
    public long BytesPerStatement { get; set; } = 1000;

    /// <summary>The server of Cloud Storage that exports are written to.</summary>
    public StorageServer? Storage { get; set; }

    /// <summary>The number of polls after which a job is complete.</summary>
    public int Polls { get; set; }

    /// <summary>Returns the bodies of the requests of a kind, in order.</summary>
    public IReadOnlyList<JsonNode?> Of(BigQueryOperation operation) =>
        [.. requests.Where(request => request.Item1 == operation).Select(request => request.Item2)];

    public static async Task<BigQueryServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new BigQueryServer(app);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        warehouse.Dispose();
        directory.Delete(recursive: true);
    }

    /// <summary>Fails the next requests of a kind.</summary>
    /// <param name="operation">The kind.</param>
    /// <param name="status">The status; 0: the connection is aborted.</param>
    /// <param name="reason">The reason in the error.</param>
    /// <param name="times">The number of requests.</param>
    /// <param name="isDone">Whether the request has its effect all the same.</param>
    public void Fail(BigQueryOperation operation, int status, string reason = "backendError", int times = 1, bool isDone = false)
    {
        for (var i = 0; i < times; i++) faults.GetOrAdd(operation, _ => new()).Enqueue(new Fault(status, reason, isDone));
    }

    private async Task HandleAsync(HttpContext context)
    {
        var body = context.Request.Method == "POST" ? await ReadAsync(context) : null;
        string[] path = [.. context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        var (operation, answer) = path switch
        {
            ["bigquery", "v2", "projects", Project, "datasets", Dataset, "tables", var table, "insertAll"] =>
                (BigQueryOperation.Append, (Func<Task<Answer>>)(() => AppendAsync(table, body!))),
            ["bigquery", "v2", "projects", Project, "jobs"] => (BigQueryOperation.StartJob, () => Task.FromResult(Start(body!))),
            ["bigquery", "v2", "projects", Project, "jobs", var job] =>
                (BigQueryOperation.GetJob, () => GetJobAsync(job, context.Request.Query)),
            ["bigquery", "v2", "projects", Project, "queries", var job] =>
                (BigQueryOperation.GetResult, () => GetResultAsync(job, context.Request.Query)),
            _ => throw new InvalidOperationException($"{context.Request.Method} {context.Request.Path} is not known."),
        };
        requests.Enqueue((operation, body));
        if (faults.TryGetValue(operation, out var failing) && failing.TryDequeue(out var fault))
        {
            if (fault.IsDone) await answer();
            if (fault.Status == 0) context.Abort();
            else await WriteAsync(context, Error(fault.Status, fault.Reason, "Fault"));
            return;
        }

        await WriteAsync(context, await answer());
    }

    private async Task<Answer> AppendAsync(string name, JsonNode body)
    {
        if (WarehouseSchema.Current.Tables.FirstOrDefault(table => table.Name == name) is not { } table)
            return Error(404, "notFound", $"Not found: Table {Project}:{Dataset}.{name}");
        var rows = body["rows"]!.AsArray();
        if (rows.Count is 0 or > MaxRows || body.ToJsonString().Length > MaxBytes) return Error(400, "invalid", "Too many or no rows.");
        var (read, errors) = (new List<WarehouseRow>(), new JsonArray());
        foreach (var (i, row) in rows.Index())
        {
            Assert.NotEmpty((string?)row!["insertId"] ?? "");
            try
            {
                read.Add(BigQueryJson.Row(table, row["json"]!.AsObject()));
            }
            catch (Exception e) when (e is ArgumentException or FormatException)
            {
                errors.Add(RowError(i, "invalid", e.Message));
            }
        }

        if (errors.Count > 0)
        {
            var invalid = errors.Select(error => (int)error!["index"]!).ToHashSet();
            for (var i = 0; i < rows.Count; i++) if (!invalid.Contains(i)) errors.Add(RowError(i, "stopped", ""));
            return new Answer(200, new JsonObject { ["insertErrors"] = errors });
        }

        await warehouse.AppendAsync(table, read, default);
        return new Answer(200, new JsonObject());
    }

    private Answer Start(JsonNode body)
    {
        var id = (string)body["jobReference"]!["jobId"]!;
        var configuration = body["configuration"]!;
        var query = configuration["query"]!;
        Assert.Equal(Location, (string?)body["jobReference"]!["location"]);
        Assert.Equal(Dataset, (string?)query["defaultDataset"]!["datasetId"]);
        Assert.False((bool)query["useLegacySql"]!);
        Assert.True(Integer(configuration["jobTimeoutMs"]) > 0);
        if (!jobs.TryAdd(id, new Job(query) { PollsLeft = Polls })) return Error(409, "duplicate", $"Already Exists: Job {id}");
        return new Answer(200, new JsonObject
        {
            ["jobReference"] = Reference(id),
            ["status"] = new JsonObject { ["state"] = "RUNNING" },
            ["configuration"] = configuration.DeepClone(),
        });
    }

    private async Task<Answer> GetResultAsync(string id, IQueryCollection parameters)
    {
        Assert.Equal("true", parameters["formatOptions.useInt64Timestamp"].ToString().ToLowerInvariant());
        if (!jobs.TryGetValue(id, out var job) || parameters["location"] != Location) return Error(404, "notFound", $"Not found: Job {id}");
        if (job.PollsLeft-- > 0) return new Answer(200, new JsonObject { ["jobComplete"] = false, ["jobReference"] = Reference(id) });
        if (BytesPerStatement > Integer(job.Query["maximumBytesBilled"]))
            return Error(400, "bytesBilledLimitExceeded", "Query exceeded limit for bytes billed.");

        var result = await (job.Execution ??= RunAsync(job.Query));
        if (result is { Error: { } error }) return Error(400, "invalidQuery", error);
        var from = int.TryParse(parameters["pageToken"], CultureInfo.InvariantCulture, out var token) ? token : 0;
        var page = result.Rows.Skip(from).Take(Math.Min(PageSize, int.Parse(parameters["maxResults"]!, CultureInfo.InvariantCulture)));
        var answer = BigQueryJson.Page(page.ToList());
        answer["jobReference"] = Reference(id);
        answer["jobComplete"] = true;
        answer["totalRows"] = $"{result.Rows.Count}";
        if (result.Changed is { } changed) answer["numDmlAffectedRows"] = $"{changed}";
        if (from + PageSize < result.Rows.Count) answer["pageToken"] = $"{from + PageSize}";
        return new Answer(200, answer);
    }

    private async Task<Answer> GetJobAsync(string id, IQueryCollection parameters)
    {
        if (!jobs.TryGetValue(id, out var job) || parameters["location"] != Location) return Error(404, "notFound", $"Not found: Job {id}");
        var statistics = new JsonObject();
        if (job.Execution is { } running && (await running).Exported is { } rows)
            statistics["exportDataStatistics"] = new JsonObject { ["fileCount"] = "1", ["rowCount"] = $"{rows}" };
        return new Answer(200, new JsonObject
        {
            ["jobReference"] = Reference(id), ["statistics"] = new JsonObject { ["query"] = statistics },
        });
    }

    // Writes objects of up to 5,000 rows, as BigQuery writes several.
    private async Task<Result> ExportAsync(System.Text.RegularExpressions.Match options, WarehouseStatement statement, Parameters values)
    {
        var query = new WarehouseStatement(options.Groups["query"].Value, [.. statement.Parameters]);
        var rows = await warehouse.QueryAsync(query, values, default).ToListAsync();
        foreach (var (number, part) in rows.Chunk(PageSize).Index())
        {
            var lines = part.Select(row => BigQueryJson.Exported(row).ToJsonString() + "\n");
            using var content = new MemoryStream();
            await using (var compressed = new GZipStream(content, CompressionMode.Compress, leaveOpen: true))
                await compressed.WriteAsync(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines)));
            var name = options.Groups["prefix"].Value + number.ToString("000000000000", CultureInfo.InvariantCulture) + ".json.gz";
            Storage!.Put(options.Groups["bucket"].Value, name, content.ToArray(), "application/octet-stream");
        }

        return new Result([]) { Exported = rows.Count };
    }

    private async Task<Result> RunAsync(JsonNode query)
    {
        try
        {
            var (statement, values) = BigQueryJson.Statement(query);
            if (ExportPattern().Match(statement.Sql) is { Success: true } options) return await ExportAsync(options, statement, values);
            return statement.Sql.TrimStart().StartsWith("SELECT", StringComparison.Ordinal)
                ? new Result(await warehouse.QueryAsync(statement, values, default).ToListAsync())
                : new Result([]) { Changed = await warehouse.ExecuteAsync(statement, values, default) };
        }
        catch (Exception e)
        {
            return new Result([]) { Error = e.Message };
        }
    }

    // BigQuery accepts 64-bit integers as numbers and as strings.
    private static long Integer(JsonNode? value) => long.Parse(value!.ToString(), CultureInfo.InvariantCulture);

    private static JsonObject Reference(string job) =>
        new() { ["projectId"] = Project, ["jobId"] = job, ["location"] = Location };

    private static JsonObject RowError(int index, string reason, string message) => new()
    {
        ["index"] = index,
        ["errors"] = new JsonArray(new JsonObject { ["reason"] = reason, ["location"] = "", ["message"] = message }),
    };

    private static Answer Error(int status, string reason, string message) => new(status, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = status,
            ["message"] = message,
            ["errors"] = new JsonArray(new JsonObject { ["message"] = message, ["domain"] = "global", ["reason"] = reason }),
        },
    });

    private static async Task<JsonNode> ReadAsync(HttpContext context)
    {
        await using var source = context.Request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
            : context.Request.Body;
        return (await JsonNode.ParseAsync(source))!;
    }

    private static async Task WriteAsync(HttpContext context, Answer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(answer.Body.ToJsonString());
    }

    [GeneratedRegex(
        @"^EXPORT DATA OPTIONS \(\s+uri = 'gs://(?<bucket>[^/']+)/(?<prefix>[^*']+)\*\.json\.gz', format = 'JSON', "
        + @"compression = 'GZIP', overwrite = TRUE\s+\) AS\s+(?<query>SELECT.*)$",
        RegexOptions.Singleline)]
    private static partial Regex ExportPattern();

    private sealed record Answer(int Status, JsonObject Body);

    private sealed record Fault(int Status, string Reason, bool IsDone);

    private sealed record Result(List<Row> Rows)
    {
        public long? Changed { get; init; }

        public long? Exported { get; init; }

        public string? Error { get; init; }
    }

    private sealed class Job(JsonNode query)
    {
        public JsonNode Query { get; } = query.DeepClone();

        public int PollsLeft { get; set; }

        public Task<Result>? Execution { get; set; }
    }
}
