using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.RoyaltyReports;

/// <summary>
/// The report of valid plays per track and market of a month, as <c>reports/royalties/2026-12.csv</c>: market, track, plays of at least
/// 30 seconds, and milliseconds played. Follows from the daily aggregates, so it costs little and can be repeated.
/// </summary>
public sealed class RoyaltyReport(IWarehouse warehouse, IObjectStore store, TimeProvider time)
{
    /// <summary>The first segment of the names of reports.</summary>
    public const string Segment = "reports";

    private const string Header = "market,playable_id,plays,played_ms\n";
    private const int BufferBytes = 64 * 1024;

    private static readonly WarehouseStatement Month = new(
        """
        SELECT market, playable_id, SUM(plays) AS total_plays, SUM(played_ms) AS total_ms
        FROM daily_tracks_latest
        WHERE date BETWEEN @from AND @to
        GROUP BY market, playable_id
        HAVING SUM(plays) > 0
        ORDER BY market, playable_id
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date));

    /// <summary>
    /// Writes the reports of the last month, which is provisional until its late plays have arrived, and of the month before.
    /// </summary>
    /// <returns>The names of the objects.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var month = new DateOnly(now.Year, now.Month, 1);
        return [await WriteAsync(month.AddMonths(-1), ct), await WriteAsync(month.AddMonths(-2), ct)];
    }

    private async Task<string> WriteAsync(DateOnly month, CancellationToken ct)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Segment}/royalties/{month:yyyy-MM}.csv");
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 * BufferBytes, resumeWriterThreshold: 2 * BufferBytes));
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var lines = WriteLinesAsync(month, pipe.Writer, stopped.Token);
        await using (var content = pipe.Reader.AsStream())
        {
            try
            {
                await store.WriteAsync(name, content, new WriteOptions("text/csv"), ct);
            }
            catch
            {
                await stopped.CancelAsync();
                throw;
            }
        }

        await lines;
        return name;
    }

    // An error in the query is an error of the upload, which then leaves the old report.
    private async Task WriteLinesAsync(DateOnly month, PipeWriter writer, CancellationToken ct)
    {
        try
        {
            Encoding.UTF8.GetBytes(Header, writer);
            var range = new Parameters { { "from", month }, { "to", month.AddMonths(1).AddDays(-1) } };
            await foreach (var row in warehouse.QueryAsync(Month, range, ct))
            {
                var line = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.String("market")},{row.String("playable_id")},{row.Int64("total_plays")},{row.Int64("total_ms")}\n");
                Encoding.UTF8.GetBytes(line, writer);
                if (writer.UnflushedBytes >= BufferBytes) await writer.FlushAsync(ct);
            }

            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            await writer.CompleteAsync(e);
        }
    }
}
