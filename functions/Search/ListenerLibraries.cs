using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Spotify.Search.Ranking;
using Spotify.Web.Requests;

namespace Spotify.Functions.Search;

/// <summary>The libraries of the listeners who searched last, so that each letter that is typed does not read them again.</summary>
internal sealed class ListenerLibraries(SearchLookups lookups, IOptions<SearchOptions> options) : IDisposable
{
    // Documents, of about 500 bytes each.
    private const int MaxDocuments = 40_000;

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxDocuments });

    /// <summary>Returns the affinity of a viewer.</summary>
    public async Task<Affinity> OfAsync(Viewer viewer, CancellationToken ct)
    {
        if (viewer.Caller.UserId is not { } user || options.Value.Weights.Affinity == 0) return Affinity.None;
        var key = (user, viewer.Market);
        if (cache.TryGetValue(key, out Affinity? known)) return known!;
        var documents = await lookups.LibraryAsync(user, viewer.Market, ct);
        var affinity = documents.Count == 0 ? Affinity.None : new Affinity(documents);
        if (options.Value.LibraryCache > TimeSpan.Zero)
        {
            cache.Set(key, affinity, new MemoryCacheEntryOptions
            {
                Size = documents.Count + 1,
                AbsoluteExpirationRelativeToNow = options.Value.LibraryCache,
            });
        }

        return affinity;
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();
}
