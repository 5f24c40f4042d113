using Microsoft.Extensions.Caching.Memory;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.TasteUpdater;

/// <summary>The properties of a track that show taste.</summary>
/// <param name="AlbumId">The album.</param>
/// <param name="ArtistIds">The artists, up to 10.</param>
/// <param name="Genres">The genres of the artists, up to 10.</param>
internal sealed record TrackFeature(string AlbumId, IReadOnlyList<string> ArtistIds, IReadOnlyList<string> Genres)
{
    /// <summary>The properties of a track that the catalog does not have.</summary>
    public static TrackFeature Unknown { get; } = new("", [], []);
}

/// <summary>
/// A reader of the artists and genres of tracks. An instance keeps those that it read last, because most plays are of few tracks.
/// </summary>
public sealed class TrackFeatures(IDatabase database) : IDisposable
{
    // About 0.5 KB each.
    private const int MaxCached = 50_000;
    private const int MaxIds = 100;
    private const int MaxArtists = 10;
    private const int MaxGenres = 10;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly Statement Select = new(
        $"""
        SELECT Playables.PlayableId, Playables.ParentId, Artists.ArtistId, Artists.Genres FROM Playables
        LEFT JOIN Credits ON Credits.PlayableId = Playables.PlayableId
        LEFT JOIN Artists ON Artists.ArtistId = Credits.ArtistId
        WHERE Playables.PlayableId IN ({Statement.List("id", MaxIds)}) AND Playables.Type = 'track'
        ORDER BY Playables.PlayableId, Credits.Position
        """,
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxCached, CompactionPercentage = 0.1 });

    /// <summary>Returns the properties of tracks, without those that the catalog does not have.</summary>
    internal async Task<IReadOnlyDictionary<string, TrackFeature>> OfAsync(IEnumerable<string> trackIds, CancellationToken ct)
    {
        var found = new Dictionary<string, TrackFeature>(StringComparer.Ordinal);
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in trackIds)
        {
            if (cache.TryGetValue(id, out TrackFeature? known)) found[id] = known!;
            else unknown.Add(id);
        }

        foreach (var page in await Task.WhenAll(unknown.Chunk(MaxIds).Select(ids => ReadAsync(ids, ct))))
        {
            foreach (var track in page.GroupBy(row => row.String("PlayableId"), StringComparer.Ordinal))
            {
                var feature = found[track.Key] = FeatureOf([.. track]);
                cache.Set(track.Key, feature, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lifetime });
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private static TrackFeature FeatureOf(IReadOnlyList<Row> rows)
    {
        var artists = rows.Where(row => !row.IsNull("ArtistId")).Take(MaxArtists).ToList();
        return new TrackFeature(
            rows[0].String("ParentId"),
            [.. artists.Select(row => row.String("ArtistId")).Distinct(StringComparer.Ordinal)],
            [
                .. artists.SelectMany(row => row.String("Genres").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    .Distinct(StringComparer.Ordinal).Take(MaxGenres),
            ]);
    }

    private async Task<List<Row>> ReadAsync(string[] ids, CancellationToken ct) =>
        await database.QueryAsync(Select, new Parameters().AddList("id", ids, MaxIds), Staleness.Recent, ct).ToListAsync(ct);
}
