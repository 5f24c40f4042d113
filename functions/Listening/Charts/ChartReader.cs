using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events.Sketches;
using Spotify.Functions.ChartUpdater;

namespace Spotify.Functions.Listening.Charts;

/// <summary>A track in a chart.</summary>
/// <param name="Track">The track.</param>
/// <param name="Plays">The number of plays, or a little less: see <see cref="Chart.MaxError"/>.</param>
/// <param name="Change">How many ranks the track has gained in comparison with the span before; null if it is new.</param>
/// <param name="Growth">In trends: the plays divided by those that were to be expected; null if none were.</param>
internal sealed record ChartEntry(UInt128 Track, long Plays, int? Change, double? Growth);

/// <summary>A chart.</summary>
/// <param name="UpdatedAt">When it was read.</param>
/// <param name="Plays">The number of all plays in the span.</param>
/// <param name="MaxError">The maximum number by which the plays of an entry are too low: at most 0.1 % of all plays.</param>
/// <param name="Entries">The entries, up to 100, by rank.</param>
internal sealed record Chart(DateTimeOffset UpdatedAt, long Plays, long MaxError, IReadOnlyList<ChartEntry> Entries);

/// <summary>
/// A reader of charts. Merges the rows of all instances, so that the result is the same wherever it is read. Requests that come while a
/// chart is read wait for it. A chart costs one or two queries, of at most 98 rows of hours and, for each instance of chart-updater, 30
/// rows of windows, of up to 20 KB each; live listeners cost one of 14 rows for each instance, of up to 50 KB.
/// </summary>
internal sealed class ChartReader(IDatabase database, IOptions<ChartOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>The maximum length of a chart.</summary>
    public const int MaxEntries = 100;

    // Tracks whose growth is at least so many standard deviations are trending: by chance, one in 740 would be.
    private const double MinSignificance = 3;

    private static readonly TimeSpan MaxSpanOfWindows = TimeSpan.FromHours(3);

    private static readonly Statement Hours = new(
        "SELECT Series, Hour, Sketch FROM ChartHours WHERE Series IN (@series, '') AND Hour >= @start ORDER BY Series, Hour",
        ("series", ColumnType.String), ("start", ColumnType.Timestamp));

    private static readonly Statement Windows = new(
        "SELECT WindowStart, Sketch FROM ChartWindows WHERE Series = @series AND WindowStart >= @start ORDER BY WindowStart, Part",
        ("series", ColumnType.String), ("start", ColumnType.Timestamp));

    // Three windows and two types for each of 180 markets.
    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = 2000 });

    /// <summary>Returns a chart.</summary>
    /// <param name="market">The market; null for all markets.</param>
    /// <param name="window">The span.</param>
    /// <param name="isTrending">Whether tracks are ranked by growth.</param>
    /// <param name="ct">Cancels the wait.</param>
    public Task<Chart> ReadAsync(string? market, ChartWindow window, bool isTrending, CancellationToken ct)
    {
        var series = market ?? ChartRows.World;
        return CachedAsync((series, window, isTrending), read => ReadChartAsync(series, window, isTrending, read), ct);
    }

    /// <summary>Returns the sketch of the live listeners of each track.</summary>
    public Task<CountMin> LiveAsync(CancellationToken ct) => CachedAsync(ChartRows.Live, ReadLiveAsync, ct);

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private async Task<Chart> ReadChartAsync(string series, ChartWindow window, bool isTrending, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (last, hour) = (ChartRows.WindowOf(now), ChartRows.HourOf(now));
        var (start, before) = (window, isTrending) switch
        {
            (ChartWindow.FiveMinutes, false) => (last.AddMinutes(-5), last.AddMinutes(-15)),
            (ChartWindow.FiveMinutes, true) => (last.AddMinutes(-5), last.AddMinutes(-60)),
            (ChartWindow.Hour, false) => (last.AddMinutes(-60), last.AddMinutes(-125)),
            (ChartWindow.Hour, true) => (last.AddMinutes(-60), hour.AddHours(-24)),
            _ => (hour.AddHours(-24), hour.AddHours(-48)),
        };
        var (current, earlier) = await SumAsync(series, start, before, now, ct);
        return new Chart(now, current.Total, current.MaxError, isTrending ? Trending(current, earlier) : Top(current, earlier));
    }

    private static List<ChartEntry> Top(FrequentItems current, FrequentItems earlier)
    {
        var ranks = earlier.Items.Take(MaxEntries).Index().ToDictionary(entry => entry.Item.Item, entry => entry.Index);
        return
        [
            .. current.Items.Take(MaxEntries).Select((entry, rank) => new ChartEntry(
                entry.Item, entry.Count, ranks.TryGetValue(entry.Item, out var before) ? before - rank : null, null)),
        ];
    }

    // Square roots of Poisson counts have the same variance everywhere (Anscombe 1948), so that growth from 1,000 to 1,200 plays can be
    // compared with growth from 1 to 5.
    private static List<ChartEntry> Trending(FrequentItems current, FrequentItems earlier)
    {
        if (earlier.Total == 0) return [];
        var ratio = (double)current.Total / earlier.Total;
        return
        [
            .. current.Items
                .Select(entry => (entry.Item, entry.Count, Expected: (earlier.CountOf(entry.Item) + earlier.MaxError) * ratio))
                .Select(one => (one.Item, one.Count, one.Expected,
                    Significance: 2 * (Math.Sqrt(one.Count + 0.375) - Math.Sqrt(one.Expected + 0.375)) / Math.Sqrt(1 + ratio)))
                .Where(one => one.Significance >= MinSignificance)
                .OrderByDescending(one => one.Significance).ThenBy(one => one.Item)
                .Take(MaxEntries)
                .Select(one => new ChartEntry(
                    one.Item, one.Count, null, one.Expected > 0 ? Math.Round(one.Count / one.Expected, 2) : null)),
        ];
    }

    // Returns the plays from a start, and those from an earlier one until then.
    private async Task<(FrequentItems Current, FrequentItems Earlier)> SumAsync(
        string series, DateTimeOffset start, DateTimeOffset before, DateTimeOffset now, CancellationToken ct)
    {
        var (current, earlier) = (new FrequentItems(ChartRows.Capacity), new FrequentItems(ChartRows.Capacity));
        var complete = new HashSet<DateTimeOffset>();
        if (now - before > MaxSpanOfWindows)
        {
            await foreach (var row in database.QueryAsync(Hours, Of(series, before), null, ct))
            {
                // The markers come first. The hour in which the start lies is read as windows.
                var hour = row.Timestamp("Hour");
                if (row.String("Series") == ChartRows.Marker && (hour >= start || hour.AddHours(1) <= start)) complete.Add(hour);
                else if (complete.Contains(hour)) Add(hour, row);
            }
        }

        var firstWindow = before;
        while (complete.Contains(ChartRows.HourOf(firstWindow))) firstWindow = ChartRows.HourOf(firstWindow).AddHours(1);
        await foreach (var row in database.QueryAsync(Windows, Of(series, firstWindow), null, ct))
        {
            var window = row.Timestamp("WindowStart");
            if (!complete.Contains(ChartRows.HourOf(window))) Add(window, row);
        }

        return (current, earlier);

        void Add(DateTimeOffset at, Row row) => (at >= start ? current : earlier).Merge(FrequentItems.Decode(row.Bytes("Sketch")));
    }

    private async Task<CountMin> ReadLiveAsync(CancellationToken ct)
    {
        var sum = new CountMin();
        var start = ChartRows.WindowOf(time.GetUtcNow() - ChartRows.LiveSpan);
        await foreach (var row in database.QueryAsync(Windows, Of(ChartRows.Live, start), null, ct))
            sum.Merge(CountMin.Decode(row.Bytes("Sketch")));
        return sum;
    }

    private async Task<T> CachedAsync<T>(object key, Func<CancellationToken, Task<T>> read, CancellationToken ct)
    {
        if (options.Value.Cache == TimeSpan.Zero) return await read(ct);
        if (cache.TryGetValue(key, out Task<T>? known) && known is { IsFaulted: false, IsCanceled: false })
            return await known.WaitAsync(ct);
        // Not canceled with the request that started it, because others wait for it too.
        var reading = read(CancellationToken.None);
        _ = cache.Set(key, reading, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = options.Value.Cache });
        return await reading.WaitAsync(ct);
    }

    private static Parameters Of(string series, DateTimeOffset start) => new() { { "series", series }, { "start", start } };
}
