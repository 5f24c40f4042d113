using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.Search.Browse;

/// <summary>Lists that are the same for all listeners of a market. Requests that come while a list is read wait for it.</summary>
internal sealed class BrowseCache(IOptions<BrowseOptions> options) : IDisposable
{
    // A list for each of 250 markets and the callers without a market, for each kind of list.
    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = 2000 });

    /// <summary>Returns a list, which is read if it is not in memory.</summary>
    /// <param name="key">The key.</param>
    /// <param name="read">Reads the list. Is not canceled with the request that started it.</param>
    /// <param name="ct">Cancels the wait.</param>
    public async Task<T> GetAsync<T>(object key, Func<CancellationToken, Task<T>> read, CancellationToken ct)
    {
        if (options.Value.Cache == TimeSpan.Zero) return await read(ct);
        if (cache.TryGetValue(key, out Task<T>? known) && known is { IsFaulted: false, IsCanceled: false })
            return await known.WaitAsync(ct);
        var reading = read(CancellationToken.None);
        _ = cache.Set(key, reading, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = options.Value.Cache });
        return await reading.WaitAsync(ct);
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();
}
