using Microsoft.Extensions.Caching.Memory;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>
/// The durations of the tracks, episodes and chapters of the catalog. An instance keeps those that it read last, because most plays are of
/// few tracks.
/// </summary>
public sealed class PlayableDurations(IDatabase database) : IDisposable
{
    // About 0.3 KB each.
    private const int MaxCached = 100_000;
    private const int MaxIds = 50;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly Statement Durations = new(
        $"SELECT PlayableId, Type, DurationMs FROM Playables WHERE PlayableId IN ({Statement.List("id", MaxIds)})",
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxCached, CompactionPercentage = 0.1 });

    /// <summary>Returns the durations in milliseconds, 0 if unknown, without entities that the catalog does not have.</summary>
    public async ValueTask<IReadOnlyDictionary<SpotifyUri, long>> OfAsync(IReadOnlyCollection<SpotifyUri> uris, CancellationToken ct)
    {
        var found = new Dictionary<SpotifyUri, long>(uris.Count);
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var uri in uris)
        {
            if (cache.TryGetValue(uri, out long duration)) found[uri] = duration;
            else unknown.Add(uri.Id);
        }

        // What did not exist some seconds ago is read again, because it may have been added since.
        await ReadAsync(Staleness.Recent);
        await ReadAsync(null);
        return found;

        async Task ReadAsync(Staleness? staleness)
        {
            if (unknown.Count == 0) return;
            var pages = await Task.WhenAll(unknown.Chunk(MaxIds).Select(async ids => await database
                .QueryAsync(Durations, new Parameters().AddList("id", ids, MaxIds), staleness, ct).ToListAsync(ct)));
            foreach (var row in pages.SelectMany(page => page))
            {
                if (!SpotifyUri.TryParseType(row.String("Type"), out var type)) continue;
                var uri = new SpotifyUri(type, row.String("PlayableId"));
                unknown.Remove(uri.Id);
                found[uri] = row.Int64("DurationMs");
                cache.Set(uri, found[uri], new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lifetime });
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();
}
