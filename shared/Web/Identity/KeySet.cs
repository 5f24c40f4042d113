using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Spotify.Web.Identity;

/// <summary>
/// The JSON Web Key Set (RFC 7517) of an issuer. Downloaded once an hour, and for a key that is not in the last copy, once a minute at
/// most. There is one download at a time, and requests wait for it only if the last copy cannot serve them.
/// </summary>
/// <param name="url">The URL of the key set.</param>
/// <param name="source">Downloads it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs failed downloads.</param>
public sealed partial class KeySet(string url, IKeySetSource source, TimeProvider time, ILogger<KeySet> logger)
{
    /// <summary>How long a copy is used before it is downloaded again.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    /// <summary>How long the last copy is used while the issuer is unreachable.</summary>
    public static readonly TimeSpan Usable = TimeSpan.FromDays(1);

    // Bounds the downloads that clients can cause with made-up key ids.
    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DownloadTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private volatile Copy? last;
    private Task<bool>? download;
    private DateTimeOffset failedAt = DateTimeOffset.MinValue;

    /// <summary>
    /// The keys of the last copy by key id; null if there is no copy of the last day. The same object as before if no key has changed.
    /// Starts a download if the copy is over an hour old.
    /// </summary>
    internal FrozenDictionary<string, SecurityKey>? Keys
    {
        get
        {
            var (now, copy) = (time.GetUtcNow(), last);
            if (copy is not null && now < copy.At + Fresh) return copy.Keys;
            _ = DownloadAsync(copy);
            return last is { } usable && now < usable.At + Usable ? usable.Keys : null;
        }
    }

    /// <summary>Returns a key and the set that it belongs to; null if the issuer has no such key.</summary>
    /// <exception cref="KeySetException">The key set cannot be downloaded, and there is no copy of the last day with the key.</exception>
    internal async ValueTask<(SecurityKey Key, object Set)?> FindAsync(string id, CancellationToken ct)
    {
        if (Keys is { } known && known.TryGetValue(id, out var key)) return (key, known);
        var copy = last;
        if (copy is null || time.GetUtcNow() >= copy.At + UnknownKeyInterval)
        {
            if (!await DownloadAsync(copy).WaitAsync(ct)) throw new KeySetException(url);
            if (last!.Keys.TryGetValue(id, out key)) return (key, last.Keys);
        }

        return null;
    }

    /// <summary>Downloads the key set, so that the first request does not wait for it. A failure is logged only.</summary>
    public Task WarmUpAsync(CancellationToken ct) => DownloadAsync(last).WaitAsync(ct);

    // Returns whether there is another copy than the caller's. A download may have ended since the caller read its copy.
    private Task<bool> DownloadAsync(Copy? present)
    {
        lock (gate)
        {
            if (!ReferenceEquals(last, present)) return Task.FromResult(true);
            if (download is { IsCompleted: false } running) return running;
            return time.GetUtcNow() < failedAt + RetryInterval ? Task.FromResult(false) : download = RunAsync();
        }
    }

    private async Task<bool> RunAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(DownloadTimeout, time);
            var now = time.GetUtcNow();
            var json = await source.DownloadAsync(url, timeout.Token);
            last = last is { } copy && copy.Json == json ? copy with { At = now } : new Copy(json, Read(json), now);
            return true;
        }
        catch (Exception e)
        {
            LogFailed(url, e);
            lock (gate) failedAt = time.GetUtcNow();
            return false;
        }
    }

    private static FrozenDictionary<string, SecurityKey> Read(string json)
    {
        var keys = new JsonWebKeySet(json).GetSigningKeys().Where(key => !string.IsNullOrEmpty(key.KeyId))
            .DistinctBy(key => key.KeyId).ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);
        return keys.Count > 0 ? keys : throw new InvalidDataException("The key set has no keys.");
    }

    [LoggerMessage(LogLevel.Error, "The key set {Url} could not be downloaded. Tokens are verified with its last copy, if there is one.")]
    private partial void LogFailed(string url, Exception exception);

    private sealed record Copy(string Json, FrozenDictionary<string, SecurityKey> Keys, DateTimeOffset At);
}

/// <summary>A source of JSON Web Key Sets.</summary>
public interface IKeySetSource
{
    /// <summary>Downloads a key set.</summary>
    /// <param name="url">The URL of the key set.</param>
    /// <param name="ct">Cancels the download.</param>
    Task<string> DownloadAsync(string url, CancellationToken ct);
}

/// <summary>The source of key sets on the network.</summary>
public sealed class HttpKeySetSource : IKeySetSource, IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        MaxResponseContentBufferSize = 1 << 20,
    };

    /// <inheritdoc/>
    public Task<string> DownloadAsync(string url, CancellationToken ct) => http.GetStringAsync(url, ct);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}

/// <summary>The exception for tokens that cannot be verified because the issuer's keys are unavailable.</summary>
public sealed class KeySetException(string url) : Exception($"The key set {url} is not available.");
