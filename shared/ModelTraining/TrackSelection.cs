using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.ModelTraining;

/// <summary>
/// The tracks of a model and their plays: the whole catalog if it is small enough, otherwise the most played tracks and a sample of the
/// others, the new ones first, that changes every week.
/// </summary>
internal sealed class TrackSelection
{
    private const int PageLength = 10_000;

    private static readonly TimeSpan New = TimeSpan.FromDays(90);

    private static readonly WarehouseStatement MostPlayed = new(
        """
        SELECT playable_id, COUNT(*) AS plays FROM valid_plays
        WHERE date BETWEEN @from AND @to AND listener_id <= @last AND type = 'track' AND played_ms >= 30000
        GROUP BY playable_id ORDER BY COUNT(*) DESC, playable_id LIMIT @limit
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date), ("last", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly WarehouseExport MostPlayedExport = new(
        MostPlayed, ("playable_id", ColumnType.String), ("plays", ColumnType.Int64));

    // The last listener of the sample, which has the first listeners, because their ids are random.
    private static readonly Statement LastListener = new(
        "SELECT ListenerId FROM Listeners ORDER BY ListenerId LIMIT 1 OFFSET @count", ("count", ColumnType.Int64));

    // Comes after all ids.
    private const string AfterAll = "~";

    private static readonly Statement Ids = new(
        """
        SELECT PlayableId, AddedAt FROM Playables WHERE PlayableId > @after AND Type = 'track' ORDER BY PlayableId LIMIT @limit
        """,
        ("after", ColumnType.String), ("limit", ColumnType.Int64));

    private readonly Dictionary<UInt128, long> plays;
    private readonly HashSet<UInt128>? sample;
    private readonly double scale;

    private TrackSelection(Dictionary<UInt128, long> plays, HashSet<UInt128>? sample, int count)
    {
        (this.plays, this.sample, Count) = (plays, sample, count);
        scale = plays.Count > 0 ? 1 / Math.Log(1 + plays.Values.Max()) : 0;
    }

    /// <summary>The number of tracks; more than are found later if tracks are removed meanwhile.</summary>
    public int Count { get; }

    /// <summary>Chooses the tracks.</summary>
    public static async Task<TrackSelection> ReadAsync(
        IDatabase database,
        IWarehouse warehouse,
        IObjectStore objects,
        TrainingPeriod period,
        TrainingReaderOptions options,
        CancellationToken ct)
    {
        var range = period.Parameters();
        range.Add("limit", options.MaxTracks);
        var last = await database
            .QueryAsync(LastListener, new Parameters { { "count", options.MaxPopularityListeners } }, Staleness.Recent, ct)
            .FirstOrDefaultAsync(ct);
        range.Add("last", last?.String("ListenerId") ?? AfterAll);
        var plays = new Dictionary<UInt128, long>();
        await foreach (var row in MostPlayedExport.ReadAsync(warehouse, objects, range, TrainingReader.ExportFolder, ct))
            if (SpotifyId.TryParse(row.String("playable_id"), out var id)) plays[id] = row.Int64("plays");

        var sampled = (int)(options.MaxTracks * options.SampleShare);
        var mostPlayed = plays.OrderByDescending(track => track.Value).ThenBy(track => track.Key).Select(track => track.Key)
            .Take(options.MaxTracks - sampled).ToHashSet();
        // The first to leave is the one with the highest rank.
        var sample = new PriorityQueue<UInt128, (int Age, UInt128 Rank)>(
            Comparer<(int Age, UInt128 Rank)>.Create((one, other) => other.CompareTo(one)));
        var total = 0;
        for (string? after = ""; after is not null;)
        {
            var (lastId, length) = ("", 0);
            var page = new Parameters { { "after", after }, { "limit", PageLength } };
            await foreach (var row in database.QueryAsync(Ids, page, Staleness.Recent, ct))
            {
                (lastId, length) = (row.String("PlayableId"), length + 1);
                if (!SpotifyId.TryParse(lastId, out var id)) continue;
                total++;
                if (mostPlayed.Contains(id)) continue;
                var isNew = row.TimestampOrNull("AddedAt") >= period.End - New;
                var rank = (isNew ? 0 : 1, id * (UInt128)(2 * period.Week + 1));
                if (sample.Count < options.MaxTracks - mostPlayed.Count) sample.Enqueue(id, rank);
                else if (sample.Count > 0) sample.EnqueueDequeue(id, rank);
            }

            after = length < PageLength ? null : lastId;
        }

        if (total <= options.MaxTracks) return new TrackSelection(plays, null, total);
        mostPlayed.UnionWith(sample.UnorderedItems.Select(track => track.Element));
        return new TrackSelection(plays, mostPlayed, mostPlayed.Count);
    }

    /// <summary>Returns whether a track is chosen.</summary>
    public bool Contains(UInt128 id) => sample?.Contains(id) ?? true;

    /// <summary>Returns the popularity by plays, from 0 to 1: the logarithm of the plays, relative to the most played track.</summary>
    public float Popularity(UInt128 id) => (float)(Math.Log(1 + plays.GetValueOrDefault(id)) * scale);
}
