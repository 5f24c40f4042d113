using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Google;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Upload;
using Google.Cloud.Storage.V1;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Objects;
using Object = Google.Apis.Storage.v1.Data.Object;

namespace Spotify.Google.Objects;

/// <summary>
/// Objects in Cloud Storage, under their full names. Uploads are resumable sessions, so a repeated chunk cannot be written twice. The last
/// chunk carries the checksum of the content, so Cloud Storage rejects damaged content and keeps the previous object.
/// </summary>
public sealed class BucketObjectStore : IObjectStore
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.Storage";

    // A year is the maximum of Cloud CDN.
    private const string CachedForAYear = "public, max-age=31536000, immutable";
    private const string NotCached = "no-store";

    private readonly StorageClient client;
    private readonly BucketMap buckets;
    private readonly BucketOptions options;
    private readonly TimeProvider time;
    private readonly Backoff backoff;
    private readonly CallMeter meter;

    /// <summary>Creates a store.</summary>
    /// <param name="client">The client, configured by <see cref="BucketServices.AddBuckets"/>.</param>
    /// <param name="buckets">Maps objects to buckets.</param>
    /// <param name="options">Deadlines and sizes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meters">Creates the meter.</param>
    public BucketObjectStore(StorageClient client, BucketMap buckets, BucketOptions options, TimeProvider time, IMeterFactory meters)
    {
        this.client = client;
        this.buckets = buckets;
        this.options = options;
        this.time = time;
        backoff = new Backoff(options.MinBackoff, options.MaxBackoff, time, Random.Shared);
        meter = new CallMeter(meters, time, MeterName);
    }

    /// <summary>Fetches credentials.</summary>
    public Task OpenAsync(CancellationToken ct) => Credentials.FetchAsync(client.Service.HttpClientInitializer as ITokenAccess, ct);

    /// <inheritdoc/>
    /// <exception cref="IOException">Cloud Storage rejected the request or failed, or the object is damaged.</exception>
    /// <exception cref="TimeoutException">Cloud Storage did not respond in time.</exception>
    public async Task<Stream> OpenReadAsync(string name, ObjectRange? range, CancellationToken ct)
    {
        var (offset, length) = (range?.Offset ?? 0, range?.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(offset, nameof(range));
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(range));
        if (!ObjectName.IsValid(name)) throw Missing(name);
        var bucket = buckets.BucketOf(name);
        return await CallAsync("read", name, ct, async deadline =>
        {
            var end = length > long.MaxValue - offset ? null : offset + length;
            var response = length == 0 ? null : await GetAsync(bucket, name, offset, end, generation: null, deadline.Token);
            if (response is null)
            {
                // The range has no bytes: it is empty, starts at the end, or starts after the end.
                var size = (await FindAsync(bucket, name, deadline.Token) ?? throw Missing(name)).Size ?? 0;
                if ((ulong)offset <= size) return Stream.Null;
                throw new ArgumentOutOfRangeException(nameof(range), offset, $"The object '{name}' has {size} bytes.");
            }

            var content = OpenStream(bucket, name, response);
            if (response.Length > options.BufferedBytes) return content;
            await using (content)
            {
                var buffer = new byte[response.Length];
                await content.ReadExactlyAsync(buffer, deadline.Token);
                return new MemoryStream(buffer, writable: false);
            }
        });
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Cloud Storage rejected the request or failed, or stored other content.</exception>
    /// <exception cref="TimeoutException">Cloud Storage did not respond in time.</exception>
    public async Task WriteAsync(string name, Stream content, WriteOptions options, CancellationToken ct)
    {
        if (!ObjectName.IsValid(name)) throw ObjectName.Invalid(name, nameof(name));
        var bucket = buckets.BucketOf(name);
        await CallAsync("write", name, ct, async deadline =>
        {
            await using var source = new UploadSource(content, deadline);
            var upload = client.CreateObjectUploader(
                new Object
                {
                    Bucket = bucket,
                    Name = name,
                    ContentType = options.ContentType,
                    CacheControl = options.Immutable ? CachedForAYear : NotCached,
                },
                source,
                new UploadObjectOptions { ChunkSize = this.options.ChunkBytes, IfGenerationMatch = options.OnlyIfAbsent ? 0 : null });
            upload.LastRequestExecuting += request =>
            {
                request.Headers.Remove("x-goog-hash");
                request.Headers.Add("x-goog-hash", "crc32c=" + source.Checksum);
            };
            var progress = await upload.UploadAsync(deadline.Token);
            if (options.OnlyIfAbsent
                && progress.Exception is GoogleApiException { HttpStatusCode: HttpStatusCode.PreconditionFailed }) return true;
            progress.ThrowOnFailure();
            if (upload.ResponseBody is var written && written.Crc32c == source.Checksum) return true;

            // Deletes only this generation, because another write may have replaced it.
            await client.DeleteObjectAsync(
                bucket,
                name,
                new DeleteObjectOptions { Generation = written.Generation, RetryOptions = RetryOptions.Never },
                deadline.Token);
            throw new IOException(
                $"The object '{name}' was damaged during the upload and has been removed: "
                + $"its checksum is {source.Checksum}, that of Cloud Storage {written.Crc32c ?? "missing"}.");
        });
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Cloud Storage rejected the request or failed.</exception>
    /// <exception cref="TimeoutException">Cloud Storage did not respond in time.</exception>
    public async Task<StoredObject?> FindAsync(string name, CancellationToken ct)
    {
        if (!ObjectName.IsValid(name)) return null;
        var bucket = buckets.BucketOf(name);
        return await CallAsync(
            "find", name, ct, async deadline => await FindAsync(bucket, name, deadline.Token) is { } found ? Describe(found) : null);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Cloud Storage rejected the request or failed.</exception>
    /// <exception cref="TimeoutException">Cloud Storage did not respond in time.</exception>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        if (prefix.Length > 0 && !ObjectName.IsValid(prefix) && !ObjectName.IsValid(prefix + "x")) yield break;
        var lists = buckets.BucketsOf(prefix).Select(bucket => ListAsync(bucket, prefix, ct).GetAsyncEnumerator(ct)).ToList();
        try
        {
            // Merges the lists of the buckets, each of which is in byte order.
            var next = new PriorityQueue<IAsyncEnumerator<StoredObject>, string>(ObjectName.ByteOrder);
            foreach (var list in lists)
            {
                if (await list.MoveNextAsync()) next.Enqueue(list, list.Current.Name);
            }

            while (next.TryDequeue(out var list, out _))
            {
                yield return list.Current;
                if (await list.MoveNextAsync()) next.Enqueue(list, list.Current.Name);
            }
        }
        finally
        {
            foreach (var list in lists) await list.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Cloud Storage rejected the request or failed.</exception>
    /// <exception cref="TimeoutException">Cloud Storage did not respond in time.</exception>
    public async Task DeleteAsync(string name, CancellationToken ct)
    {
        if (!ObjectName.IsValid(name)) return;
        var bucket = buckets.BucketOf(name);
        await CallAsync("delete", name, ct, async deadline =>
        {
            if (await FindAsync(bucket, name, deadline.Token) is not { } found) return true;
            try
            {
                // With the generation, a repeated deletion cannot remove a newer object.
                await client.DeleteObjectAsync(
                    bucket,
                    name,
                    new DeleteObjectOptions { IfGenerationMatch = found.Generation, RetryOptions = RetryOptions.Never },
                    deadline.Token);
            }
            catch (GoogleApiException e) when (IsMissing(e) || e.HttpStatusCode == HttpStatusCode.PreconditionFailed)
            {
            }

            return true;
        });
    }

    private static FileNotFoundException Missing(string name) => new($"The object '{name}' does not exist.", name);

    private static bool IsMissing(GoogleApiException e) => e.HttpStatusCode == HttpStatusCode.NotFound && !IsMissingBucket(e.Message);

    // A missing object and a missing bucket have the same status; only the text differs.
    private static bool IsMissingBucket(string text) =>
        text.Contains("specified bucket does not exist", StringComparison.OrdinalIgnoreCase);

    private static StoredObject Describe(Object found) =>
        new(found.Name, (long)(found.Size ?? 0), found.TimeCreatedDateTimeOffset ?? default);

    private async Task<Object?> FindAsync(string bucket, string name, CancellationToken ct)
    {
        try
        {
            return await client.GetObjectAsync(bucket, name, new GetObjectOptions { RetryOptions = RetryOptions.Never }, ct);
        }
        catch (GoogleApiException e) when (IsMissing(e))
        {
            return null;
        }
    }

    private async IAsyncEnumerable<StoredObject> ListAsync(string bucket, string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        string? token = null;
        do
        {
            var from = token;
            var page = await CallAsync("list", prefix, ct, async deadline =>
            {
                var request = new ListObjectsOptions
                {
                    PageToken = from, Fields = "items(name,size,timeCreated),nextPageToken", RetryOptions = RetryOptions.Never,
                };
                var pages = client.ListObjectsAsync(bucket, prefix, request).AsRawResponses();
                await foreach (var response in pages.WithCancellation(deadline.Token)) return response;
                return null;
            });
            foreach (var found in page?.Items ?? [])
            {
                if (ObjectName.IsValid(found.Name) && buckets.Holds(bucket, found.Name)) yield return Describe(found);
            }

            token = page?.NextPageToken;
        }
        while (token is not null);
    }

    private ObjectRangeStream OpenStream(string bucket, string name, MediaResponse first)
    {
        return new ObjectRangeStream(first, ReopenAsync, backoff, options, time, name);

        Task<MediaResponse> ReopenAsync(long offset, long end, CancellationToken ct) => CallAsync("resume", name, ct, async deadline =>
        {
            try
            {
                return await GetAsync(bucket, name, offset, end, first.Generation, deadline.Token)
                    ?? throw new IOException($"The object '{name}' has become shorter.");
            }
            catch (FileNotFoundException e)
            {
                throw new IOException($"The object '{name}' was replaced or removed while it was being read.", e);
            }
        });
    }

    /// <summary>Requests a byte range. Does not use the client's download method, because it can only write to a stream.</summary>
    /// <returns>The response; null if the range has no bytes.</returns>
    private async Task<MediaResponse?> GetAsync(
        string bucket, string name, long offset, long? end, long? generation, CancellationToken ct)
    {
        var address = $"{client.Service.BaseUri}b/{bucket}/o/{Uri.EscapeDataString(name)}?alt=media"
            + (generation is null ? "" : $"&generation={generation}");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (offset > 0 || end is not null) request.Headers.Range = new RangeHeaderValue(offset, end - 1);
        var response = await client.Service.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        try
        {
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
                return await MediaResponse.CreateAsync(response, ct);
            using (response)
            {
                if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return null;
                var reason = await response.Content.ReadAsStringAsync(ct);
                if (response.StatusCode == HttpStatusCode.NotFound && !IsMissingBucket(reason)) throw Missing(name);
                throw new HttpRequestException($"{(int)response.StatusCode} {reason}", inner: null, response.StatusCode);
            }
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<T> CallAsync<T>(string operation, string name, CancellationToken ct, Func<Deadline, Task<T>> call)
    {
        ct.ThrowIfCancellationRequested();
        using var deadline = new Deadline(options.Deadline, time, ct);
        return await meter.MeasureAsync(operation, async () =>
        {
            try
            {
                return await call(deadline);
            }
            catch (OperationCanceledException e) when (deadline.HasPassed && !ct.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"Cloud Storage did not respond within {options.Deadline.TotalSeconds:0.###} s ({operation} '{name}').", e);
            }
            catch (Exception e) when (e is GoogleApiException or HttpRequestException)
            {
                throw new IOException(
                    $"Cloud Storage failed ({operation} '{name}'): {(e as GoogleApiException)?.Error?.Message ?? e.Message}", e);
            }
        });
    }
}
