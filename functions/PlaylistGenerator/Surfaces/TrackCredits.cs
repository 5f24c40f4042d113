using Microsoft.Extensions.Caching.Memory;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Recommendations.Mixes;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.PlaylistGenerator.Surfaces;

/// <summary>The album and the artists of a track.</summary>
/// <param name="Album">The id of the album.</param>
/// <param name="Artists">The artists, the main artist first.</param>
internal sealed record TrackCredit(UInt128 Album, IReadOnlyList<CreditedArtist> Artists)
{
    /// <summary>The id of the main artist; null if there is none.</summary>
    public UInt128? MainArtist => Artists.Count > 0 ? Artists[0].Id : null;

    /// <summary>Returns the properties by which tracks are similar without a model.</summary>
    public TrackTags ToTags() => new(
        [.. Artists.Select(artist => artist.Id).Distinct()],
        [.. Artists.SelectMany(artist => artist.Genres).Distinct(StringComparer.Ordinal)]);

    /// <summary>Returns whether a listener has hidden the album or an artist.</summary>
    public bool IsHiddenFor(ListenerInput listener) =>
        listener.ExcludedAlbums.Span.Contains(Album) || Artists.Any(artist => listener.ExcludedArtists.Span.Contains(artist.Id));
}

/// <summary>An artist of a track.</summary>
/// <param name="Id">The artist's id.</param>
/// <param name="Name">The name.</param>
/// <param name="Genres">The names of the genres.</param>
internal sealed record CreditedArtist(UInt128 Id, string Name, IReadOnlyList<string> Genres);

/// <summary>
/// A reader of the albums and artists of tracks. Each instance caches credits for some minutes, because the lists of many listeners have
/// the same tracks. A query reads 500 tracks.
/// </summary>
internal sealed class TrackCredits(IDatabase database) : IDisposable
{
    private const int MaxIds = 500;
    private const int MaxArtists = 10;

    // About 0.5 KB each.
    private const int MaxCached = 50_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly Statement Select = new(
        $"""
        SELECT Playables.PlayableId, Playables.ParentId, Artists.ArtistId, Artists.Name, Artists.Genres
        FROM Playables
        LEFT JOIN Credits ON Credits.PlayableId = Playables.PlayableId
        LEFT JOIN Artists ON Artists.ArtistId = Credits.ArtistId
        WHERE Playables.PlayableId IN ({Statement.List("id", MaxIds)}) AND Playables.Type = 'track'
        ORDER BY Playables.PlayableId, Credits.Position
        """,
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxCached, CompactionPercentage = 0.1 });

    /// <summary>Returns the credits of tracks, without those that the catalog does not have.</summary>
    public async Task<IReadOnlyDictionary<UInt128, TrackCredit>> ReadAsync(IEnumerable<UInt128> tracks, CancellationToken ct)
    {
        var found = new Dictionary<UInt128, TrackCredit>();
        var unknown = new HashSet<UInt128>();
        foreach (var id in tracks)
        {
            if (cache.TryGetValue(id, out TrackCredit? known)) found[id] = known!;
            else unknown.Add(id);
        }

        foreach (var rows in await Task.WhenAll(unknown.Chunk(MaxIds).Select(ids => ReadPageAsync(ids, ct))))
        {
            foreach (var track in rows.GroupBy(row => row.String("PlayableId"), StringComparer.Ordinal))
            {
                if (!SpotifyId.TryParse(track.Key, out var id) || CreditOf([.. track]) is not { } credit) continue;
                found[id] = credit;
                cache.Set(id, credit, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lifetime });
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private static TrackCredit? CreditOf(IReadOnlyList<Row> rows)
    {
        if (!SpotifyId.TryParse(rows[0].String("ParentId"), out var album)) return null;
        var artists = new List<CreditedArtist>();
        foreach (var row in rows.Where(row => !row.IsNull("ArtistId")).Take(MaxArtists))
        {
            var genres = row.String("Genres").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (SpotifyId.TryParse(row.String("ArtistId"), out var id)) artists.Add(new CreditedArtist(id, row.String("Name"), genres));
        }

        return new TrackCredit(album, artists);
    }

    private async Task<List<Row>> ReadPageAsync(UInt128[] ids, CancellationToken ct) =>
        await database.QueryAsync(
            Select, new Parameters().AddList("id", [.. ids.Select(SpotifyId.Format)], MaxIds), Staleness.Recent, ct).ToListAsync(ct);
}
