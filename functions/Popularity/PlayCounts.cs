using System.Globalization;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Popularity;

/// <summary>The valid plays of an entity in the last four weeks.</summary>
internal sealed class PlayCount
{
    /// <summary>The plays in all markets; null if they are unknown, because the entity is popular in some markets only.</summary>
    public long? Total { get; set; }

    /// <summary>The plays in the markets where the entity is among the most popular.</summary>
    public SortedDictionary<string, long> ByMarket { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds the plays of a part, such as a track of an album.</summary>
    public void Add(PlayCount other)
    {
        if (other.Total is { } total) Total = (Total ?? 0) + total;
        foreach (var (market, plays) in other.ByMarket) ByMarket[market] = ByMarket.GetValueOrDefault(market) + plays;
    }
}

/// <summary>
/// A reader of the plays of the entities that are, or were some weeks ago, the most popular of the world and of each market. Entities that
/// are played less than before stay in the lists for another four weeks, so that their popularity is seen to decline.
/// </summary>
public sealed class PlayCounts(IWarehouse warehouse, TimeProvider time)
{
    private const int Days = 28;

    private static readonly WarehouseStatement Markets = new(
        "SELECT market, SUM(plays) AS total FROM daily_markets_latest WHERE date BETWEEN @from AND @to GROUP BY market",
        ("from", ColumnType.Date), ("to", ColumnType.Date));

    private static readonly WarehouseStatement Tracks = Top("daily_tracks_latest", "playable_id", 100_000);
    private static readonly WarehouseStatement Artists = Top("daily_artists_latest", "artist_id", 20_000);

    private static readonly WarehouseStatement TracksOfMarket =
        Top("daily_tracks_latest", "playable_id", 1000, ("market", ColumnType.String));

    private static readonly WarehouseStatement ArtistsOfMarket =
        Top("daily_artists_latest", "artist_id", 300, ("market", ColumnType.String));

    /// <summary>Returns the plays of each market that has any.</summary>
    internal async Task<IReadOnlyDictionary<string, long>> OfMarketsAsync(CancellationToken ct)
    {
        var range = new Parameters { { "from", Yesterday().AddDays(1 - Days) }, { "to", Yesterday() } };
        return await warehouse.QueryAsync(Markets, range, ct)
            .ToDictionaryAsync(row => row.String("market"), row => row.Int64("total"), cancellationToken: ct);
    }

    /// <summary>Returns the plays of tracks, episodes and chapters, by id.</summary>
    internal Task<Dictionary<string, PlayCount>> OfTracksAsync(IEnumerable<string> markets, CancellationToken ct) =>
        ReadAsync(Tracks, TracksOfMarket, markets, ct);

    /// <summary>Returns the plays of artists, by id.</summary>
    internal Task<Dictionary<string, PlayCount>> OfArtistsAsync(IEnumerable<string> markets, CancellationToken ct) =>
        ReadAsync(Artists, ArtistsOfMarket, markets, ct);

    private async Task<Dictionary<string, PlayCount>> ReadAsync(
        WarehouseStatement world, WarehouseStatement ofMarket, IEnumerable<string> markets, CancellationToken ct)
    {
        var counts = new Dictionary<string, PlayCount>(StringComparer.Ordinal);
        await foreach (var row in warehouse.QueryAsync(world, Range(), ct)) Of(row).Total = row.Int64("recent_plays");
        foreach (var market in markets)
        {
            var range = Range();
            range.Add("market", market);
            await foreach (var row in warehouse.QueryAsync(ofMarket, range, ct)) Of(row).ByMarket[market] = row.Int64("recent_plays");
        }

        return counts;

        PlayCount Of(Row row)
        {
            var id = row.String("id");
            if (!counts.TryGetValue(id, out var count)) counts.Add(id, count = new PlayCount());
            return count;
        }
    }

    private static WarehouseStatement Top(string view, string id, int limit, params (string Name, ColumnType Type)[] market) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT {id} AS id, SUM(CASE WHEN date >= @from THEN plays ELSE 0 END) AS recent_plays
            FROM {view}
            WHERE date BETWEEN @earlier AND @to{(market.Length > 0 ? " AND market = @market" : "")}
            GROUP BY {id}
            ORDER BY SUM(plays) DESC, {id}
            LIMIT {limit}
            """),
        [("earlier", ColumnType.Date), ("from", ColumnType.Date), ("to", ColumnType.Date), .. market]);

    private Parameters Range() => new()
    {
        { "earlier", Yesterday().AddDays(1 - 2 * Days) }, { "from", Yesterday().AddDays(1 - Days) }, { "to", Yesterday() },
    };

    private DateOnly Yesterday() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-1);
}
