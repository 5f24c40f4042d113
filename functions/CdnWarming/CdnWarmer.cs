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
/// Fetches the audio of albums through the CDN, so that their first listeners find it cached: released or not, since the night before is when
/// it is wanted. What is warmed are the CDNs that playback sends listeners to first in some market, and of each the caches near to where this
/// runs. Lossless is left out, which is as much again as the rest of the ladder and listened to by few, except where there is nothing else.
/// </summary>
/// <seealso href="https://cloud.google.com/cdn/docs/caching#insertion-cache-fill"/>
public sealed partial class CdnWarmer(
    IDatabase database, CdnSelector cdns, CdnUrls urls, IHttpClientFactory clients, IOptions<CdnWarmingOptions> options, TimeProvider time,
    CdnWarmingMetrics metrics, ILogger<CdnWarmer> logger)
{
    /// <summary>The name of its client, which follows no redirects and logs nothing.</summary>
    public const string HttpClientName = "cdn-warming";

    // Partners' URLs say whom they are for.
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

    /// <summary>Warms albums until all is fetched or the time is up. What fails is tried again once, after all the rest.</summary>
    /// <param name="albums">Their ids, each once.</param>
    /// <param name="ownBase">Scheme and authority of a CDN that has none of its own; no slash at the end.</param>
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

        var wanted = cdns.FirstChoices().SelectMany(cdn => tracks.SelectMany(paths => paths).Select(path => new WantedObject(cdn, path))).ToList();
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

    /// <summary>The objects that listeners fetch of a track: encodings, and their seek indexes.</summary>
    private static IReadOnlyList<string> Paths(Row row)
    {
        var encodings = EncodingList.Parse(row.String("Encodings"));
        var lossy = encodings.FindAll(encoding => encoding.Quality != AudioQuality.Lossless);
        var uri = new SpotifyUri(SpotifyUri.TryParseType(row.String("Type"), out var type) ? type : EntityType.Track, row.String("PlayableId"));
        return
        [
            .. (lossy.Count > 0 ? lossy : encodings)
                .Select(encoding => PlaybackItem.ObjectPath(uri, row.String("Revision"), encoding))
                .SelectMany(path => (string[])[path, path + PlaybackService.SeekIndexSuffix]),
        ];
    }

    private async Task<Pass> FetchAllAsync(HttpClient client, IReadOnlyList<WantedObject> wanted, string ownBase, CancellationToken budget, CancellationToken ct)
    {
        var (fetched, bytes, failed) = (0, 0L, new ConcurrentQueue<WantedObject>());
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = ct }, async (one, _) =>
        {
            if (budget.IsCancellationRequested)
            {
                LeaveOut(one);
                return;
            }

            using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, budget, ct);
            try
            {
                var length = await FetchAsync(client, urls.Sign(one.Cdn, ownBase, one.Path, time.GetUtcNow() + PlaybackService.UrlLifetime, User), any.Token);
                Interlocked.Increment(ref fetched);
                Interlocked.Add(ref bytes, length);
                metrics.Fetched(one.Cdn.Name, length);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                if (budget.IsCancellationRequested) LeaveOut(one);
                else failed.Enqueue(one with { Failure = timeout.IsCancellationRequested ? $"it took longer than {options.RequestTimeout}" : e.Message });
            }
        });
        return new Pass(fetched, bytes, [.. failed]);

        // What there was no time to try again has failed; what was not tried to its end has not.
        void LeaveOut(WantedObject one)
        {
            if (one.Failure is not null) failed.Enqueue(one);
        }
    }

    private static async Task<long> FetchAsync(HttpClient client, string url, CancellationToken ct)
    {
        using var response = await client.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, ct);
        if (response.StatusCode != HttpStatusCode.OK) throw new HttpRequestException($"it was answered with {(int)response.StatusCode}", null, response.StatusCode);
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

    [LoggerMessage(LogLevel.Warning, "{Failed} of {Objects} objects could not be warmed, such as {Path} of {Cdn}: {Failure}")]
    private partial void LogFailed(int failed, int objects, string path, string cdn, string failure);

    private sealed record WantedObject(CdnDefinition Cdn, string Path, string? Failure = null);

    private sealed record Pass(int Fetched, long Bytes, IReadOnlyList<WantedObject> Failed);
}
