using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Playback;
using Spotify.Functions.Playback.Cdn;

namespace Spotify.Functions.CdnWarming;

/// <summary>
/// A service that fetches the audio of albums through the CDNs, so that it is cached for the first listeners. Includes unreleased albums,
/// because warming happens the night before the release. Warms the CDNs that rank first in at least one market, and only their caches near
/// this server. Skips lossless encodings, which few people listen to and which are as large as all others together, unless there are no
/// others.
/// </summary>
/// <seealso href="https://cloud.google.com/cdn/docs/caching#insertion-cache-fill"/>
public sealed partial class CdnWarmer(
    IDatabase database, CdnSelector cdns, CdnUrls urls, IHttpClientFactory clients, IOptions<CdnWarmingOptions> options, TimeProvider time,
    CdnWarmingMetrics metrics, ILogger<CdnWarmer> logger)
{
    /// <summary>The name of the HTTP client, which does not follow redirects and does not log.</summary>
    public const string HttpClientName = "cdn-warming";

    // The user in partner URLs.
    private const string User = "cdn-warming";

    private const int BufferLength = 64 * 1024;

    private static readonly Statement KnownAlbums = new(
        $"SELECT AlbumId FROM Albums WHERE AlbumId IN ({Statement.List("id", CatalogReader.MaxIds)})",
        [.. Statement.ListParameters("id", CatalogReader.MaxIds, ColumnType.String)]);

    private static readonly Statement AudioOfAlbums = new(
        $"""
        SELECT PlayableId, Type, Revision, Encodings FROM Playables
        WHERE ParentId IN ({Statement.List("id", CatalogReader.MaxIds)}) AND Revision IS NOT NULL AND Encodings IS NOT NULL
        ORDER BY ParentId, DiscNumber, Number
        """,
        [.. Statement.ListParameters("id", CatalogReader.MaxIds, ColumnType.String)]);

    private readonly CdnWarmingOptions options = options.Value;

    /// <summary>
    /// Warms albums until all objects are fetched or the budget is used up. Retries failed objects once, after all others.
    /// </summary>
    /// <param name="albums">The ids of the albums, without duplicates.</param>
    /// <param name="ownBase">Scheme and authority of CDNs without a base URL, without a trailing slash.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task<CdnWarmingObject> WarmAsync(IReadOnlyList<string> albums, string ownBase, CancellationToken ct)
    {
        using var budget = new CancellationTokenSource(options.Budget, time);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var tracks = new List<IReadOnlyList<string>>();
        foreach (var chunk in albums.Chunk(CatalogReader.MaxIds))
        {
            var parameters = new Parameters().AddList("id", chunk, CatalogReader.MaxIds);
            await foreach (var row in database.QueryAsync(KnownAlbums, parameters, null, ct)) known.Add(row.String("AlbumId"));
            await foreach (var row in database.QueryAsync(AudioOfAlbums, parameters, null, ct))
                if (Paths(row) is { Count: > 0 } paths) tracks.Add(paths);
        }

        var objects = tracks.SelectMany(paths => paths).ToList();
        var wanted = cdns.FirstChoices().SelectMany(cdn => objects.Select(path => new WantedObject(cdn, path))).ToList();
        using var client = clients.CreateClient(HttpClientName);
        var first = await FetchAllAsync(client, wanted, ownBase, budget.Token, ct);
        var again = await FetchAllAsync(client, first.Failed, ownBase, budget.Token, ct);

        var (fetched, failed) = (first.Fetched + again.Fetched, again.Failed);
        foreach (var failure in failed) metrics.Failed(failure.Cdn.Name);
        if (failed is [var example, ..]) LogFailed(failed.Count, wanted.Count, example.Path, example.Cdn.Name, example.Failure!);
        return new CdnWarmingObject(
            Albums: known.Count,
            Tracks: tracks.Count,
            Objects: fetched,
            Bytes: first.Bytes + again.Bytes,
            Failed: failed.Count,
            Remaining: wanted.Count - fetched - failed.Count,
            Unknown: [.. albums.Where(id => !known.Contains(id))]);
    }

    /// <summary>Returns the paths of the objects that listeners fetch for a track: encodings and seek indexes.</summary>
    private static IReadOnlyList<string> Paths(Row row)
    {
        var encodings = EncodingList.Parse(row.String("Encodings"));
        var lossy = encodings.FindAll(encoding => encoding.Quality != AudioQuality.Lossless);
        var uri = new SpotifyUri(
            SpotifyUri.TryParseType(row.String("Type"), out var type) ? type : EntityType.Track, row.String("PlayableId"));
        return
        [
            .. (lossy.Count > 0 ? lossy : encodings)
                .Select(encoding => PlaybackItem.ObjectPath(uri, row.String("Revision"), encoding))
                .SelectMany(path => (string[])[path, path + PlaybackService.SeekIndexSuffix]),
        ];
    }

    private async Task<Pass> FetchAllAsync(
        HttpClient client, IReadOnlyList<WantedObject> wanted, string ownBase, CancellationToken budget, CancellationToken ct)
    {
        var (fetched, bytes, failed) = (0, 0L, new ConcurrentQueue<WantedObject>());
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = ct };
        await Parallel.ForEachAsync(wanted, parallel, async (one, _) =>
        {
            if (budget.IsCancellationRequested)
            {
                Skip(one);
                return;
            }

            using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, budget, ct);
            try
            {
                var url = urls.Sign(one.Cdn, ownBase, one.Path, time.GetUtcNow() + PlaybackService.UrlLifetime, User);
                var length = await FetchAsync(client, url, any.Token);
                Interlocked.Increment(ref fetched);
                Interlocked.Add(ref bytes, length);
                metrics.Fetched(one.Cdn.Name, length);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                var failure = timeout.IsCancellationRequested ? $"it took longer than {options.RequestTimeout}" : e.Message;
                if (budget.IsCancellationRequested) Skip(one);
                else failed.Enqueue(one with { Failure = failure });
            }
        });
        return new Pass(fetched, bytes, [.. failed]);

        // Counts a download as failed if no retry was left; downloads cut off by the deadline are reported as skipped.
        void Skip(WantedObject one)
        {
            if (one.Failure is not null) failed.Enqueue(one);
        }
    }

    private static async Task<long> FetchAsync(HttpClient client, string url, CancellationToken ct)
    {
        using var response = await client.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new HttpRequestException($"the response had status {(int)response.StatusCode}", null, response.StatusCode);
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            long length = 0;
            for (int read; (read = await body.ReadAsync(buffer, ct)) > 0;) length += read;
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Failed} of {Objects} objects could not be warmed, for example {Path} of {Cdn}: {Failure}")]
    private partial void LogFailed(int failed, int objects, string path, string cdn, string failure);

    private sealed record WantedObject(CdnDefinition Cdn, string Path, string? Failure = null);

    private sealed record Pass(int Fetched, long Bytes, IReadOnlyList<WantedObject> Failed);
}
