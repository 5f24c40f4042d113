using System.Globalization;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.PlayMarks;

namespace Spotify.Functions.DailyAggregates;

/// <summary>
/// The calculation of the daily aggregates. A day is calculated as a new version of all its aggregates, which the views show when it is
/// complete. Therefore a call that is repeated or was interrupted does no harm.
/// </summary>
public sealed class DailyAggregator(
    IWarehouse warehouse, PlayMarker marker, IOptions<DailyAggregatesOptions> options, TimeProvider time)
{
    /// <summary>The age from which a day gets no more events, because older ones are rejected.</summary>
    public static readonly TimeSpan LastEvents = TimeSpan.FromDays(45);

    // More, because events are recorded after they are received.
    private const int RecentDays = 49;

    /// <summary>
    /// Marks the invalid plays of the days that are due, and calculates the aggregates of these days: yesterday, and earlier days that have
    /// got more events. Such days are calculated again at intervals of a third of their age, and when their last events have arrived.
    /// </summary>
    /// <returns>The days that were calculated, the latest first.</returns>
    public async Task<IReadOnlyList<DateOnly>> CalculateAsync(CancellationToken ct)
    {
        var start = time.GetTimestamp();
        var due = (await DaysAsync(ct)).Where(IsDue).Select(day => day.Date).ToList();
        var calculated = new List<DateOnly>();
        foreach (var date in due.TakeWhile(_ => time.GetElapsedTime(start) < options.Value.Budget))
        {
            await marker.MarkAsync(date, ct);
            // Counted before the calculation, so that rows that arrive during it make the day due again.
            var rows = (await DaysAsync(ct)).Single(day => day.Date == date).Rows;
            await CalculateAsync(date, rows, ct);
            calculated.Add(date);
        }

        return calculated;
    }

    /// <summary>Deletes events that are older than their retention.</summary>
    /// <returns>The number of deleted events.</returns>
    public async Task<long> DeleteOldAsync(CancellationToken ct)
    {
        var deleted = 0L;
        foreach (var (statement, days) in new[]
        {
            (DailyStatements.DeletePlays, options.Value.RetentionDays),
            (DailyStatements.DeleteAdImpressions, options.Value.RetentionDays),
            (DailyStatements.DeleteLibraryChanges, options.Value.RetentionDays),
            (DailyStatements.DeletePlayMarks, options.Value.RetentionDays),
            (DailyStatements.DeleteGeneratedPicks, options.Value.RetentionDays),
            (DailyStatements.DeleteTelemetry, options.Value.TelemetryRetentionDays),
        })
            deleted += await warehouse.ExecuteAsync(statement, new Parameters { { "before", Today().AddDays(-days) } }, ct);
        return deleted;
    }

    private async Task CalculateAsync(DateOnly date, long rows, CancellationToken ct)
    {
        var version = new Parameters
        {
            { "date", date }, { "month", date.ToString("yyyy-MM", CultureInfo.InvariantCulture) }, { "calculatedAt", time.GetUtcNow() },
        };
        await warehouse.ExecuteAsync(DailyStatements.InsertTracks, version, ct);
        await warehouse.ExecuteAsync(DailyStatements.InsertArtists, version, ct);
        await warehouse.ExecuteAsync(DailyStatements.InsertMarkets, version, ct);
        version.Add("rows", rows);
        await warehouse.ExecuteAsync(DailyStatements.InsertRun, version, ct);
    }

    private bool IsDue(Day day)
    {
        if (day.CalculatedAt is not { } calculatedAt) return true;
        if (day.Rows <= day.CalculatedRows) return false;
        var end = new DateTimeOffset(day.Date.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
        var age = time.GetUtcNow() - end;
        return age >= LastEvents || time.GetUtcNow() - calculatedAt >= age / 3;
    }

    private async Task<List<Day>> DaysAsync(CancellationToken ct)
    {
        var range = new Parameters { { "from", Today().AddDays(-RecentDays) }, { "to", Today().AddDays(-1) } };
        return await warehouse.QueryAsync(DailyStatements.Days, range, ct)
            .Select(row => new Day(
                row.Date("date"), row.Int64("source_rows"), row.TimestampOrNull("calculated_at"), row.Int64OrNull("calculated_rows")))
            .ToListAsync(ct);
    }

    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private sealed record Day(DateOnly Date, long Rows, DateTimeOffset? CalculatedAt, long? CalculatedRows);
}
