using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Hosting.Objects;

namespace Spotify.Google.Tests.Objects;

/// <summary>The kinds of requests to Cloud Storage.</summary>
public enum StorageOperation
{
    Find,
    Download,
    List,
    StartUpload,
    Chunk,
    AskProgress,
    Delete,
}

/// <summary>A received request.</summary>
public sealed record StorageRequest(
    StorageOperation Operation,
    string Name,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>A parameter or header; null if it is missing.</summary>
    public string? this[string name] => Query.TryGetValue(name, out var value) || Headers.TryGetValue(name, out value) ? value : null;
}

/// <summary>
/// An in-memory test double of Cloud Storage's JSON API: metadata, media with ranges and generations, pages of names, resumable uploads,
/// preconditions, checksums, error bodies, and faults on demand.
/// https://cloud.google.com/storage/docs/json_api, https://cloud.google.com/storage/docs/performing-resumable-uploads
/// </summary>
public sealed class StorageServer : IAsyncDisposable
{
    private const int PageSize = 3;

    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly SortedDictionary<(string Bucket, string Name), Stored> objects =
        new(Comparer<(string Bucket, string Name)>.Create(Compare));
    private readonly Dictionary<string, Session> sessions = [];
    private readonly List<Fault> faults = [];
    private readonly ConcurrentQueue<StorageRequest> requests = new();
    private long lastGeneration = 1_700_000_000_000_000;

    private StorageServer(WebApplication app) => this.app = app;

    /// <summary>The address of the server.</summary>
    public Uri Address => new(app.Urls.Single());

    /// <summary>The existing buckets; null: all.</summary>
    public HashSet<string>? Buckets { get; set; }

    /// <summary>The requests so far, in order.</summary>
    public IReadOnlyList<StorageRequest> Requests => [.. requests];

    /// <summary>Returns the requests of a kind.</summary>
    public IReadOnlyList<StorageRequest> Of(StorageOperation operation) => [.. requests.Where(request => request.Operation == operation)];

    public static async Task<StorageServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Limits.MinRequestBodyDataRate = null).UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new StorageServer(app);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>Puts an object, as if by another writer.</summary>
    public void Put(string bucket, string name, byte[] content, string contentType = "x/y")
    {
        lock (gate) objects[(bucket, name)] = new Stored(content, ++lastGeneration, contentType, CacheControl: null, DateTimeOffset.UtcNow);
    }

    /// <summary>Puts an object that is stored compressed, as <c>gcloud storage cp --gzip-local</c> does.</summary>
    public void PutCompressed(string bucket, string name, byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(content);
        lock (gate)
        {
            objects[(bucket, name)] = new Stored(
                compressed.ToArray(), ++lastGeneration, "x/y", CacheControl: null, DateTimeOffset.UtcNow, ContentEncoding: "gzip");
        }
    }

    /// <summary>Returns an object's content, media type and caching; null if it does not exist.</summary>
    public (byte[] Content, string ContentType, string? CacheControl)? Find(string bucket, string name)
    {
        lock (gate)
            return objects.TryGetValue((bucket, name), out var found) ? (found.Content, found.ContentType, found.CacheControl) : null;
    }

    /// <summary>Fails the next requests of a kind with a status.</summary>
    public void Fail(StorageOperation operation, int status, int times = 1, string message = "Backend Error") =>
        Add(new Fault(operation, times) { Status = status, Message = message });

    /// <summary>Aborts the next connections of a kind.</summary>
    /// <param name="operation">The kind.</param>
    /// <param name="afterBytes">
    /// The number of content bytes that are sent or received before; null: the request is completed, but not the response sent.
    /// </param>
    /// <param name="times">The number of requests.</param>
    public void Cut(StorageOperation operation, int? afterBytes, int times = 1) =>
        Add(new Fault(operation, times) { CutAfter = afterBytes ?? -1 });

    /// <summary>Flips a bit of the content of the next download or chunk.</summary>
    /// <param name="operation">The kind.</param>
    /// <param name="unnoticed">Whether the damage of a chunk occurs after the server has verified the checksum.</param>
    public void Damage(StorageOperation operation, bool unnoticed = true) =>
        Add(new Fault(operation, 1) { IsDamage = true, IsUnnoticed = unnoticed });

    /// <summary>Holds the next request of a kind until it is released or the client disconnects.</summary>
    public Held Hold(StorageOperation operation)
    {
        var held = new Held();
        Add(new Fault(operation, 1) { Held = held });
        return held;
    }

    private static int Compare((string Bucket, string Name) x, (string Bucket, string Name) y) =>
        string.CompareOrdinal(x.Bucket, y.Bucket) is not 0 and var order ? order : ObjectName.ByteOrder.Compare(x.Name, y.Name);

    // Bitwise, from RFC 3720, so that it is independent of the product's implementation.
    private static string Checksum(ReadOnlySpan<byte> content)
    {
        var register = uint.MaxValue;
        foreach (var value in content)
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++) register = (register >> 1) ^ (0x82F63B78 & (0 - (register & 1)));
        }

        var bytes = BitConverter.GetBytes(~register);
        Array.Reverse(bytes);
        return Convert.ToBase64String(bytes);
    }

    private static async Task AnswerAsync(HttpContext context, JsonNode body)
    {
        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(body.ToJsonString());
    }

    private static async Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        await AnswerAsync(context, new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = status,
                ["message"] = message,
                ["errors"] = new JsonArray(
                    new JsonObject { ["message"] = message, ["domain"] = "global", ["reason"] = "backendError" }),
            },
        });
    }

    private static async Task<byte[]> ReadAsync(HttpContext context, int most)
    {
        // The client compresses metadata, but not content.
        await using var source = context.Request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
            : context.Request.Body;
        var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (body.Length < most)
        {
            var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most - body.Length)));
            if (read == 0) break;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static JsonObject Describe(string bucket, string name, Stored stored) => new()
    {
        ["kind"] = "storage#object",
        ["bucket"] = bucket,
        ["name"] = name,
        ["size"] = stored.Content.Length.ToString(CultureInfo.InvariantCulture),
        ["generation"] = stored.Generation.ToString(CultureInfo.InvariantCulture),
        ["crc32c"] = Checksum(stored.Content),
        ["contentType"] = stored.ContentType,
        ["timeCreated"] = stored.Created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
    };

    private void Add(Fault fault)
    {
        lock (gate) faults.Add(fault);
    }

    private Fault? Take(StorageOperation operation)
    {
        lock (gate)
        {
            var fault = faults.FirstOrDefault(fault => fault.Operation == operation);
            if (fault is not null && --fault.Times == 0) faults.Remove(fault);
            return fault;
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        // Slashes in names are escaped, so the path must be split before it is unescaped.
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = target.Split('?')[0].Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        var query = QueryHelpers.ParseQuery(context.Request.QueryString.Value)
            .ToDictionary(item => item.Key, item => item.Value.ToString());
        var headers = context.Request.Headers.ToDictionary(item => item.Key.ToLowerInvariant(), item => item.Value.ToString());
        var operation = (context.Request.Method, path) switch
        {
            ("GET", ["storage", "v1", "b", _, "o"]) => StorageOperation.List,
            ("GET", ["storage", "v1", "b", _, "o", _]) when query.GetValueOrDefault("alt") == "media" => StorageOperation.Download,
            ("GET", ["storage", "v1", "b", _, "o", _]) => StorageOperation.Find,
            ("DELETE", ["storage", "v1", "b", _, "o", _]) => StorageOperation.Delete,
            ("POST", ["upload", "storage", "v1", "b", _, "o"]) => StorageOperation.StartUpload,
            ("PUT", ["upload", "storage", "v1", "b", _, "o"]) when IsQuestion(headers["content-range"]) => StorageOperation.AskProgress,
            ("PUT", ["upload", "storage", "v1", "b", _, "o"]) => StorageOperation.Chunk,
            _ => throw new InvalidOperationException($"Cloud Storage has no {context.Request.Method} {target}."),
        };
        var bucket = path[Array.IndexOf(path, "b") + 1];
        var name = path[^1] == "o" ? "" : path[^1];
        requests.Enqueue(new StorageRequest(operation, name, query, headers));

        var fault = Take(operation);
        if (fault?.Held is { } held) await held.WaitAsync(context.RequestAborted);
        if (fault is { Status: > 0 })
        {
            await ReadAsync(context, int.MaxValue);
            await RefuseAsync(context, fault.Status, fault.Message);
            return;
        }

        if (Buckets?.Contains(bucket) == false)
        {
            await RefuseAsync(context, 404, "The specified bucket does not exist.");
            return;
        }

        await (operation switch
        {
            StorageOperation.List => ListAsync(context, bucket, query),
            StorageOperation.Find => FindAsync(context, bucket, name, query),
            StorageOperation.Download => DownloadAsync(context, bucket, name, query, fault),
            StorageOperation.StartUpload => StartUploadAsync(context, bucket, query),
            StorageOperation.Delete => DeleteAsync(context, bucket, name, query, fault),
            _ => UploadAsync(context, query["upload_id"], headers, operation == StorageOperation.AskProgress, fault),
        });
    }

    private static bool IsQuestion(string range) => range.StartsWith("bytes */", StringComparison.Ordinal) && range != "bytes */0";

    private static bool Matches(IReadOnlyDictionary<string, string> query, string parameter, Stored stored) =>
        !query.TryGetValue(parameter, out var generation) || generation == stored.Generation.ToString(CultureInfo.InvariantCulture);

    private Stored? Get(string bucket, string name, IReadOnlyDictionary<string, string> query)
    {
        lock (gate)
            return objects.TryGetValue((bucket, name), out var found) && Matches(query, "generation", found) ? found : null;
    }

    private Task FindAsync(HttpContext context, string bucket, string name, IReadOnlyDictionary<string, string> query) =>
        Get(bucket, name, query) is { } found
            ? AnswerAsync(context, Describe(bucket, name, found))
            : RefuseAsync(context, 404, $"No such object: {bucket}/{name}");

    private Task ListAsync(HttpContext context, string bucket, IReadOnlyDictionary<string, string> query)
    {
        var prefix = query.GetValueOrDefault("prefix") ?? "";
        var after = query.TryGetValue("pageToken", out var token) ? Encoding.UTF8.GetString(Convert.FromBase64String(token)) : null;
        List<JsonObject> items;
        lock (gate)
        {
            items = [.. objects.Where(item => item.Key.Bucket == bucket && item.Key.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Where(item => after is null || ObjectName.ByteOrder.Compare(item.Key.Name, after) > 0)
                .Take(PageSize + 1)
                .Select(item => Describe(bucket, item.Key.Name, item.Value))];
        }

        var answer = new JsonObject { ["kind"] = "storage#objects" };
        if (items.Count > PageSize)
        {
            items.RemoveAt(PageSize);
            answer["nextPageToken"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(items[^1]["name"]!.GetValue<string>()));
        }

        if (items.Count > 0) answer["items"] = new JsonArray([.. items]);
        return AnswerAsync(context, answer);
    }

    private async Task DownloadAsync(
        HttpContext context, string bucket, string name, IReadOnlyDictionary<string, string> query, Fault? fault)
    {
        var response = context.Response;
        if (Get(bucket, name, query) is not { } found)
        {
            response.StatusCode = 404;
            await response.WriteAsync($"No such object: {bucket}/{name}");
            return;
        }

        var (from, to) = (0L, found.Content.Length - 1L);
        if (context.Request.GetTypedHeaders().Range is { } range)
        {
            var asked = range.Ranges.Single();
            (from, to) = (asked.From!.Value, Math.Min(asked.To ?? long.MaxValue, to));
            if (from > to)
            {
                response.StatusCode = 416;
                await response.WriteAsync("The requested range cannot be satisfied.");
                return;
            }

            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {from}-{to}/{found.Content.Length}";
        }

        response.Headers["x-goog-generation"] = found.Generation.ToString(CultureInfo.InvariantCulture);
        response.Headers["x-goog-hash"] = $"crc32c={Checksum(found.Content)}";
        response.Headers.Append("x-goog-hash", "md5=1B2M2Y8AsgTpgAmY7PhCfg==");
        response.Headers["x-goog-stored-content-encoding"] = found.ContentEncoding ?? "identity";
        if (found.ContentEncoding is not null) response.Headers.ContentEncoding = found.ContentEncoding;
        response.ContentLength = to - from + 1;
        var body = found.Content.AsMemory((int)from, (int)(to - from + 1));
        if (fault?.IsDamage == true)
        {
            body = body.ToArray();
            body.Span[^1] ^= 1;
        }

        if (fault?.CutAfter is { } sent)
        {
            // Kestrel closes the connection, because the response is shorter than its Content-Length. The bytes sent still arrive.
            await response.Body.WriteAsync(body[..sent]);
            await response.Body.FlushAsync();
            return;
        }

        await response.Body.WriteAsync(body);
    }

    private async Task StartUploadAsync(HttpContext context, string bucket, IReadOnlyDictionary<string, string> query)
    {
        var metadata = JsonNode.Parse(await ReadAsync(context, int.MaxValue))!;
        var session = new Session(
            bucket,
            metadata["name"]!.GetValue<string>(),
            metadata["contentType"]!.GetValue<string>(),
            metadata["cacheControl"]?.GetValue<string>(),
            OnlyIfAbsent: query.GetValueOrDefault("ifGenerationMatch") == "0");
        string id;
        lock (gate)
        {
            id = $"session-{sessions.Count}";
            sessions[id] = session;
        }

        if (session.OnlyIfAbsent && Find(bucket, session.Name) is not null)
        {
            await RefuseAsync(context, 412, "At least one of the pre-conditions you specified did not hold.");
            return;
        }

        context.Response.Headers.Location = $"{Address}upload/storage/v1/b/{bucket}/o?uploadType=resumable&upload_id={id}";
    }

    private async Task UploadAsync(
        HttpContext context, string id, IReadOnlyDictionary<string, string> headers, bool isQuestion, Fault? fault)
    {
        Session session;
        lock (gate) session = sessions[id];
        var (range, total) = headers["content-range"]["bytes ".Length..].Split('/') is var parts ? (parts[0], parts[1]) : default;
        if (!isQuestion)
        {
            var body = await ReadAsync(context, fault?.CutAfter is >= 0 and var most ? most : int.MaxValue);
            if (fault?.IsDamage == true) body[^1] ^= 1;
            if (fault?.IsUnnoticed == true) session.IsUnnoticed = true;

            // Bytes that arrived before are skipped; a gap is an error.
            var start = range == "*" ? 0 : long.Parse(range.Split('-')[0], CultureInfo.InvariantCulture);
            if (start > session.Content.Length)
            {
                await RefuseAsync(context, 503, "There is a gap.");
                return;
            }

            var known = (int)(session.Content.Length - start);
            if (session.Result is null && known < body.Length) session.Content.Write(body.AsSpan(known));
            if (fault?.CutAfter >= 0)
            {
                // Cloud Storage keeps a multiple of this unit of an interrupted upload.
                session.Content.SetLength(session.Content.Length / BucketOptions.ChunkUnit * BucketOptions.ChunkUnit);
                context.Abort();
                return;
            }
        }

        if (total != "*" && session.Content.Length == long.Parse(total, CultureInfo.InvariantCulture))
        {
            await FinishAsync(context, session, headers, fault);
            return;
        }

        if (fault?.CutAfter == -1)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = 308;
        if (session.Content.Length > 0) context.Response.Headers["Range"] = $"bytes=0-{session.Content.Length - 1}";
    }

    private async Task FinishAsync(HttpContext context, Session session, IReadOnlyDictionary<string, string> headers, Fault? fault)
    {
        if (session.Result is null)
        {
            var content = session.Content.ToArray();
            if (!session.IsUnnoticed && headers.TryGetValue("x-goog-hash", out var hash) && hash != "crc32c=" + Checksum(content))
            {
                await RefuseAsync(context, 400, $"Provided CRC32C \"{hash}\" doesn't match calculated CRC32C \"{Checksum(content)}\".");
                return;
            }

            bool taken;
            lock (gate)
            {
                taken = session.OnlyIfAbsent && objects.ContainsKey((session.Bucket, session.Name));
                if (!taken)
                {
                    var stored = new Stored(content, ++lastGeneration, session.ContentType, session.CacheControl, DateTimeOffset.UtcNow);
                    objects[(session.Bucket, session.Name)] = stored;
                    session.Result = Describe(session.Bucket, session.Name, stored);
                }
            }

            if (taken)
            {
                await RefuseAsync(context, 412, "At least one of the pre-conditions you specified did not hold.");
                return;
            }
        }

        if (fault?.CutAfter == -1)
        {
            context.Abort();
            return;
        }

        await AnswerAsync(context, session.Result!);
    }

    private async Task DeleteAsync(HttpContext context, string bucket, string name, IReadOnlyDictionary<string, string> query, Fault? fault)
    {
        int status;
        lock (gate)
        {
            var found = Get(bucket, name, query);
            status = found is null ? 404
                : Matches(query, "ifGenerationMatch", found) ? 204
                : 412;
            if (status == 204) objects.Remove((bucket, name));
        }

        if (fault?.CutAfter is not null)
        {
            context.Abort();
            return;
        }

        if (status == 204) context.Response.StatusCode = 204;
        else if (status == 404) await RefuseAsync(context, status, $"No such object: {bucket}/{name}");
        else await RefuseAsync(context, status, "At least one of the pre-conditions you specified did not hold.");
    }

    /// <summary>A held request.</summary>
    public sealed class Held
    {
        private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the request has arrived.</summary>
        public Task Arrived => arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));

        /// <summary>Continues the request.</summary>
        public void Release() => released.TrySetResult();

        internal async Task WaitAsync(CancellationToken ct)
        {
            arrived.TrySetResult();
            await released.Task.WaitAsync(TimeSpan.FromSeconds(30), ct);
        }
    }

    private sealed record Stored(
        byte[] Content,
        long Generation,
        string ContentType,
        string? CacheControl,
        DateTimeOffset Created,
        string? ContentEncoding = null);

    private sealed record Session(string Bucket, string Name, string ContentType, string? CacheControl, bool OnlyIfAbsent)
    {
        public MemoryStream Content { get; } = new();

        public JsonObject? Result { get; set; }

        public bool IsUnnoticed { get; set; }
    }

    private sealed record Fault(StorageOperation Operation, int Count)
    {
        public int Times { get; set; } = Count;

        public int Status { get; init; }

        public string Message { get; init; } = "";

        /// <summary>The number of bytes that pass; -1: all, but not the response.</summary>
        public int? CutAfter { get; init; }

        public bool IsDamage { get; init; }

        public bool IsUnnoticed { get; init; }

        public Held? Held { get; init; }
    }
}
