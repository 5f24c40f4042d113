using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events.Sketches;
using Spotify.Functions.ChartUpdater;

namespace Spotify.Functions.ChartRollups;

/// <summary>
/// Merges the windows of each hour of a chart into one row. The row follows from the windows alone, which no longer change then, so the
/// work can be repeated, by two calls at once or after one died in the middle. The windows expire two days later.
/// </summary>
public sealed class ChartRollupService(IDatabase database, TimeProvider time)
{
    private const int MaxSeries = 32;

    // The windows of older hours may have expired.
    private const int MaxHours = 46;

    private static readonly Statement Complete = new(
        "SELECT Hour FROM ChartHours WHERE Series = '' AND Hour >= @since", ("since", ColumnType.Timestamp));

    private static readonly Statement Windows = new(
        $"""
        SELECT Series, Sketch FROM ChartWindows
        WHERE Series IN ({Statement.List("series", MaxSeries)}) AND WindowStart >= @start AND WindowStart < @end
        ORDER BY Series, WindowStart, Part
        """,
        [
            .. Statement.ListParameters("series", MaxSeries, ColumnType.String),
            ("start", ColumnType.Timestamp), ("end", ColumnType.Timestamp),
        ]);

    /// <summary>Writes the rows of the hours of the last two days that are not complete.</summary>
    internal async Task<(int Hours, int Rows)> RunAsync(CancellationToken ct)
    {
        var last = ChartRows.HourOf(time.GetUtcNow() - ChartRows.ClosedAfter).AddHours(-1);
        var complete = await database
            .QueryAsync(Complete, new Parameters { { "since", last.AddHours(-MaxHours) } }, null, ct)
            .Select(row => row.Timestamp("Hour")).ToHashSetAsync(cancellationToken: ct);
        var (hours, rows) = (0, 0);
        // The newest first: readers gain the most by it.
        for (var hour = last; hour > last.AddHours(-MaxHours); hour = hour.AddHours(-1))
        {
            if (complete.Contains(hour)) continue;
            foreach (var series in Markets.All.Append(ChartRows.World).Chunk(MaxSeries)) rows += await WriteAsync(series, hour, ct);
            await database.CommitAsync([Row(ChartRows.Marker, hour, [])], ct);
            hours++;
        }

        return (hours, rows);
    }

    private async Task<int> WriteAsync(IReadOnlyList<string> series, DateTimeOffset hour, CancellationToken ct)
    {
        var parameters = new Parameters { { "start", hour }, { "end", hour.AddHours(1) } }.AddList("series", series, MaxSeries);
        var merged = new Dictionary<string, FrequentItems>(StringComparer.Ordinal);
        await foreach (var row in database.QueryAsync(Windows, parameters, null, ct))
        {
            if (!merged.TryGetValue(row.String("Series"), out var sketch))
                merged[row.String("Series")] = sketch = new FrequentItems(ChartRows.Capacity);
            sketch.Merge(FrequentItems.Decode(row.Bytes("Sketch")));
        }

        if (merged.Count > 0) await database.CommitAsync([.. merged.Select(entry => Row(entry.Key, hour, entry.Value.Encode()))], ct);
        return merged.Count;
    }

    private static Mutation Row(string series, DateTimeOffset hour, byte[] sketch) =>
        Mutation.Upsert(ChartRows.Hours, ("Series", series), ("Hour", hour), ("Sketch", sketch));
}
