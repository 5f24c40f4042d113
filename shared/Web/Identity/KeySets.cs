using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Google.Apis.Http;
using Microsoft.Extensions.Logging;
using IHttpClientFactory = Google.Apis.Http.IHttpClientFactory;

namespace Spotify.Web.Identity;

/// <summary>
/// The JSON Web Key Sets (RFC 7517) of token issuers. Google's verification library downloads key sets through this class, once an hour
/// and one request at a time; without it, an unreachable issuer would hold up every request for the HTTP client's timeout of 100 s.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs failed downloads.</param>
/// <param name="httpClients">Creates the client that downloads; null for the library's default.</param>
public sealed partial class KeySets(TimeProvider time, ILogger<KeySets> logger, IHttpClientFactory? httpClients = null) : IHttpClientFactory
{
    // A download at warm-up serves the library's own request shortly afterwards.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    // While an issuer is unreachable, its last key set is used. Issuers publish new keys well before they sign with them.
    private static readonly TimeSpan Usable = TimeSpan.FromDays(1);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DownloadTimeout = TimeSpan.FromSeconds(5);

    private readonly HttpClient client = CreateClient(httpClients ?? new HttpClientFactory());
    private readonly ConcurrentDictionary<string, KeySet> keySets = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ConfigurableHttpClient CreateHttpClient(CreateHttpClientArgs args) => new(new ConfigurableMessageHandler(new Handler(this)));

    /// <summary>Returns the key set at a URL, as JSON.</summary>
    /// <exception cref="KeySetException">The key set cannot be downloaded, and there is no copy of the last day.</exception>
    public async Task<byte[]> GetAsync(string url, CancellationToken ct)
    {
        var known = keySets.GetValueOrDefault(url);
        var now = time.GetUtcNow();
        if (known is { Json: { } fresh } && now < known.DownloadedAt + Fresh) return fresh;
        if (known is null || now >= known.FailedAt + RetryInterval)
        {
            try
            {
                var json = await DownloadAsync(url, ct);
                keySets[url] = new KeySet(json, now, DateTimeOffset.MinValue);
                return json;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                LogFailed(url, e);
                known = new KeySet(known?.Json, known?.DownloadedAt ?? default, time.GetUtcNow());
                keySets[url] = known;
            }
        }

        return known.Json is { } stale && now < known.DownloadedAt + Usable ? stale : throw new KeySetException(url);
    }

    /// <summary>Downloads a key set, so that the first request does not wait for it. A failure is logged only.</summary>
    public async Task WarmUpAsync(string url, CancellationToken ct)
    {
        try
        {
            await GetAsync(url, ct);
        }
        catch (KeySetException)
        {
            // The requests that need the key set download it again, or get 503.
        }
    }

    private static ConfigurableHttpClient CreateClient(IHttpClientFactory factory)
    {
        var client = factory.CreateHttpClient(new CreateHttpClientArgs());
        client.MaxResponseContentBufferSize = 1 << 20;
        return client;
    }

    private async Task<byte[]> DownloadAsync(string url, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(DownloadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        var json = await client.GetByteArrayAsync(url, either.Token);
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("keys").GetArrayLength() > 0
            ? json
            : throw new InvalidDataException("The key set has no keys.");
    }

    [LoggerMessage(LogLevel.Error, "The key set {Url} could not be downloaded. Tokens are verified with its last copy, if there is one.")]
    private partial void LogFailed(string url, Exception exception);

    private sealed record KeySet(byte[]? Json, DateTimeOffset DownloadedAt, DateTimeOffset FailedAt);

    private sealed class Handler(KeySets keySets) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            new(HttpStatusCode.OK)
            {
                Content = new ByteArrayContent(await keySets.GetAsync(request.RequestUri!.AbsoluteUri, cancellationToken)),
                RequestMessage = request,
            };
    }
}

/// <summary>The exception for tokens that cannot be verified because the issuer's keys are unavailable.</summary>
public sealed class KeySetException(string url) : HttpRequestException($"The key set {url} is not available.");
