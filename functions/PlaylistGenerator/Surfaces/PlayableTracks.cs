using Microsoft.Extensions.Caching.Memory;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>The rights, audio and explicit mark of a track, which decide whether a listener may play the track.</summary>
/// <param name="Rights">The markets and the period.</param>
/// <param name="IsExplicit">Whether it is marked explicit.</param>
/// <param name="HasAudio">Whether there is an encoding of it.</param>
/// <param name="ImageId">The image of the album; null if there is none.</param>
internal sealed record PlayableTrack(Rights Rights, bool IsExplicit, bool HasAudio, string? ImageId)
{
    /// <summary>Returns whether a listener may play the track.</summary>
    public bool IsPlayable(string market, bool filterExplicit, DateTimeOffset now) =>
        HasAudio && !(filterExplicit && IsExplicit) && Rights.Restricts(market, now) == Restriction.None;
}

/// <summary>
/// A reader of tracks in the present catalog, because a model may be a week old. Each instance caches tracks for some minutes, because the
/// lists of many listeners have the same ones. A query reads 500 tracks.
/// </summary>
internal sealed class PlayableTracks(IDatabase database, TimeProvider time) : IDisposable
{
    private const int MaxIds = 500;

    // About 0.3 KB each.
    private const int MaxCached = 100_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private static readonly Statement Select = new(
        $"""
        SELECT Playables.PlayableId, Playables.Explicit, Playables.Markets, Playables.AvailableFrom, Playables.AvailableUntil,
          CASE WHEN Playables.Encodings IS NULL THEN 0 ELSE 1 END AS HasAudio, Albums.ImageId
        FROM Playables LEFT JOIN Albums ON Albums.AlbumId = Playables.ParentId
        WHERE Playables.PlayableId IN ({Statement.List("id", MaxIds)}) AND Playables.Type = 'track'
        """,
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxCached, CompactionPercentage = 0.1 });

    /// <summary>Returns tracks, without those that the catalog does not have.</summary>
    public async Task<IReadOnlyDictionary<UInt128, PlayableTrack>> ReadAsync(IEnumerable<UInt128> tracks, CancellationToken ct)
    {
        var found = new Dictionary<UInt128, PlayableTrack>();
        var unknown = new HashSet<UInt128>();
        var now = time.GetUtcNow();
        foreach (var id in tracks)
        {
            if (cache.TryGetValue(id, out Cached? known) && now - known!.ReadAt < Lifetime) found[id] = known.Track;
            else unknown.Add(id);
        }

        foreach (var page in await Task.WhenAll(unknown.Chunk(MaxIds).Select(ids => ReadPageAsync(ids, ct))))
        {
            foreach (var (id, track) in page)
            {
                found[id] = track;
                cache.Set(id, new Cached(track, now), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lifetime });
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private async Task<List<(UInt128 Id, PlayableTrack Track)>> ReadPageAsync(UInt128[] ids, CancellationToken ct)
    {
        var parameters = new Parameters().AddList("id", [.. ids.Select(SpotifyId.Format)], MaxIds);
        var page = new List<(UInt128, PlayableTrack)>();
        await foreach (var row in database.QueryAsync(Select, parameters, Staleness.Recent, ct))
        {
            if (!SpotifyId.TryParse(row.String("PlayableId"), out var id)) continue;
            var rights = new Rights(
                new MarketSet(row.String("Markets")), row.TimestampOrNull("AvailableFrom"), row.TimestampOrNull("AvailableUntil"));
            page.Add((id, new PlayableTrack(rights, row.Bool("Explicit"), row.Int64("HasAudio") != 0, row.StringOrNull("ImageId"))));
        }

        return page;
    }

    private sealed record Cached(PlayableTrack Track, DateTimeOffset ReadAt);
}
