using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Functions.Popularity;

/// <summary>
/// The update of popularity in the catalog and in search, by the plays of the last four weeks. Changes the entities whose popularity has
/// changed, of those that are the most popular; all others keep theirs. An album has the plays of its popular tracks.
/// </summary>
public sealed class PopularityUpdater(PlayCounts counts, IDatabase database, IOptions<PopularityOptions> options)
{
    private const int MaxIds = 50;

    // Smaller changes are not worth a write.
    private const int LeastChange = 2;

    private static readonly Table Playables = Schema.Current.Table("Playables");
    private static readonly Table Credits = Schema.Current.Table("Credits");
    private static readonly Table Albums = Schema.Current.Table("Albums");
    private static readonly Table Artists = Schema.Current.Table("Artists");

    // Each row has the track and one of its artists, or no artist.
    private static readonly Statement PlayablesById = ById(
        "Playables", "PlayableId", "Playables.Type", "Playables.ParentId, Credits.Position",
        "LEFT JOIN Credits ON Credits.PlayableId = Playables.PlayableId");

    private static readonly Statement AlbumsById = ById("Albums", "AlbumId", "'album'", "'' AS ParentId, NULL AS Position", "");
    private static readonly Statement ArtistsById = ById("Artists", "ArtistId", "'artist'", "'' AS ParentId, NULL AS Position", "");

    /// <summary>Updates the popularity. Can be repeated.</summary>
    /// <returns>The number of entities that were changed.</returns>
    public async Task<int> UpdateAsync(CancellationToken ct)
    {
        var markets = await counts.OfMarketsAsync(ct);
        if (markets.Values.Sum() < options.Value.MinPlays) return 0;
        var tracks = await counts.OfTracksAsync(markets.Keys, ct);
        var albums = new Dictionary<string, PlayCount>(StringComparer.Ordinal);
        var changed = await UpdateAsync(PlayablesById, Playables, "PlayableId", tracks, albums, ct);
        changed += await UpdateAsync(AlbumsById, Albums, "AlbumId", albums, null, ct);
        return changed + await UpdateAsync(ArtistsById, Artists, "ArtistId", await counts.OfArtistsAsync(markets.Keys, ct), null, ct);
    }

    private async Task<int> UpdateAsync(
        Statement statement, Table table, string key, Dictionary<string, PlayCount> entities, Dictionary<string, PlayCount>? albums,
        CancellationToken ct)
    {
        var scale = new PopularityScale(entities.Values);
        var changed = 0;
        foreach (var ids in entities.Keys.Order(StringComparer.Ordinal).Chunk(MaxIds))
        {
            var rows = await database.TransactAsync(
                async transaction =>
                {
                    var rows = await transaction.QueryAsync(statement, new Parameters().AddList("id", ids, MaxIds)).ToListAsync();
                    var changes = rows.GroupBy(row => row.String("Id"), StringComparer.Ordinal)
                        .Select(group => Change.Of([.. group], entities[group.Key], scale)).OfType<Change>().ToList();
                    foreach (var mutation in changes.OrderBy(change => change.Rank).SelectMany(change => change.Mutations(table, key)))
                        transaction.Add(mutation);
                    return (All: rows, Changed: changes.Count);
                },
                ct);
            changed += rows.Changed;
            if (albums is null) continue;
            foreach (var track in rows.All.Where(row => row.String("Type") == "track").DistinctBy(row => row.String("Id")))
            {
                var album = track.String("ParentId");
                if (!albums.TryGetValue(album, out var count)) albums.Add(album, count = new PlayCount());
                count.Add(entities[track.String("Id")]);
            }
        }

        return changed;
    }

    private static Statement ById(string table, string key, string type, string columns, string join) => new(
        $"""
        SELECT {table}.{key} AS Id, {type} AS Type, {table}.Popularity, SearchEntries.MarketPopularity, SearchEntries.Id AS EntryId,
          {columns}
        FROM {table}
        LEFT JOIN SearchEntries ON SearchEntries.Type = {type} AND SearchEntries.Id = {table}.{key}
        {join}
        WHERE {table}.{key} IN ({Statement.List("id", MaxIds)})
        """,
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    /// <summary>The new popularity of an entity.</summary>
    private sealed record Change(IReadOnlyList<Row> Rows, EntityType Type, int Popularity, string? Markets)
    {
        public long Rank => SearchEntries.Rank(Type, Rows[0].String("Id"), Popularity);

        /// <summary>Returns the change of an entity; null if there is none.</summary>
        public static Change? Of(IReadOnlyList<Row> rows, PlayCount count, PopularityScale scale)
        {
            var (current, currentMarkets) = (rows[0].Int32("Popularity"), rows[0].StringOrNull("MarketPopularity"));
            var (popularity, markets) = (scale.World(count) ?? current, scale.Markets(count));
            if (Math.Abs(popularity - current) < LeastChange) popularity = current;
            if (rows[0].IsNull("EntryId")) markets = currentMarkets;
            return (popularity, markets) == (current, currentMarkets) || !SpotifyUri.TryParseType(rows[0].String("Type"), out var type)
                ? null
                : new Change(rows, type, popularity, markets);
        }

        public IEnumerable<Mutation> Mutations(Table table, string key)
        {
            var id = Rows[0].String("Id");
            yield return Mutation.Update(table, (key, id), ("Popularity", (long)Popularity));
            foreach (var row in Rows.Where(row => !row.IsNull("Position")))
                yield return Mutation.Update(
                    Credits, (key, id), ("Position", row.Int64("Position")), ("Popularity", (long)Popularity));
            if (!Rows[0].IsNull("EntryId")) yield return SearchEntries.SetPopularity(Type, id, Popularity, Markets);
        }
    }
}
