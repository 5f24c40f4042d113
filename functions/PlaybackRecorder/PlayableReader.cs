using Microsoft.Extensions.Caching.Memory;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>The properties of a track, episode or chapter that are in the catalog.</summary>
/// <param name="DurationMs">The duration in milliseconds; null if unknown.</param>
/// <param name="ArtistIds">The ids of a track's artists, separated by commas; null for episodes and chapters.</param>
internal sealed record CatalogEntry(long? DurationMs, string? ArtistIds);

/// <summary>
/// A reader of the tracks, episodes and chapters of the catalog. An instance keeps those that it read last, because most plays are of few
/// tracks.
/// </summary>
public sealed class PlayableReader(IDatabase database) : IDisposable
{
    // About 0.4 KB each.
    private const int MaxCached = 100_000;
    private const int MaxIds = 50;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly Statement Select = new(
        $"""
        SELECT Playables.PlayableId, Playables.Type, Playables.DurationMs, Credits.ArtistId
        FROM Playables LEFT JOIN Credits ON Credits.PlayableId = Playables.PlayableId
        WHERE Playables.PlayableId IN ({Statement.List("id", MaxIds)})
        ORDER BY Playables.PlayableId, Credits.Position
        """,
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxCached, CompactionPercentage = 0.1 });

    /// <summary>Returns the entries of URIs, without those that the catalog does not have.</summary>
    internal async ValueTask<IReadOnlyDictionary<SpotifyUri, CatalogEntry>> FindAsync(IEnumerable<SpotifyUri> uris, CancellationToken ct)
    {
        var found = new Dictionary<SpotifyUri, CatalogEntry>();
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var uri in uris)
        {
            if (cache.TryGetValue(uri, out CatalogEntry? entry)) found[uri] = entry!;
            else unknown.Add(uri.Id);
        }

        // Entries that did not exist some seconds ago are read again, because they may have been added since.
        await ReadAsync(Staleness.Recent);
        await ReadAsync(null);
        return found;

        async Task ReadAsync(Staleness? staleness)
        {
            if (unknown.Count == 0) return;
            var pages = await Task.WhenAll(unknown.Chunk(MaxIds).Select(async ids => await database
                .QueryAsync(Select, new Parameters().AddList("id", ids, MaxIds), staleness, ct).ToListAsync(ct)));
            foreach (var rows in pages.SelectMany(page => page).GroupBy(row => row.String("PlayableId"), StringComparer.Ordinal))
            {
                var first = rows.First();
                if (!SpotifyUri.TryParseType(first.String("Type"), out var type)) continue;
                var uri = new SpotifyUri(type, rows.Key);
                var artists = string.Join(',', rows.Select(row => row.StringOrNull("ArtistId")).OfType<string>());
                var duration = first.Int64("DurationMs");
                found[uri] = new CatalogEntry(duration > 0 ? duration : null, artists.Length > 0 ? artists : null);
                unknown.Remove(uri.Id);
                cache.Set(uri, found[uri], new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lifetime });
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();
}
