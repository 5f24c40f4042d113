using System.Globalization;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.DailyAggregates.Surfaces;

/// <summary>
/// The calculation of the feedback on generated playlists, by the day on which they were generated. A day is written by one statement, as
/// a new version, so a call that is repeated or was interrupted does no harm.
/// </summary>
public sealed class SurfaceAggregator(IWarehouse warehouse, IOptions<DailyAggregatesOptions> options, TimeProvider time)
{
    /// <summary>The days for which plays and saves count for a pick: a week, and three days for those who hear their list later.</summary>
    public const int AttributionDays = 10;

    // A little less than a day, because schedules are not exact.
    private static readonly TimeSpan DailyInterval = TimeSpan.FromHours(20);

    /// <summary>
    /// Calculates the days that are due: today and earlier days with picks, at intervals of a third of their age but at most once a day,
    /// until their last events have arrived.
    /// </summary>
    /// <param name="now">Whether days that were calculated in the last hours are calculated again.</param>
    /// <param name="ct">Cancels the calculation between two days.</param>
    /// <returns>The days that were calculated, the latest first.</returns>
    public async Task<IReadOnlyList<DateOnly>> CalculateAsync(bool now, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        var calculated = new List<DateOnly>();
        foreach (var day in (await DaysAsync(ct)).TakeWhile(_ => time.GetElapsedTime(start) < options.Value.Budget))
        {
            if (!IsDue(day, now ? TimeSpan.Zero : DailyInterval)) continue;
            var parameters = new Parameters
            {
                { "date", day.Date }, { "to", day.Date.AddDays(AttributionDays) },
                { "month", day.Date.ToString("yyyy-MM", CultureInfo.InvariantCulture) }, { "calculatedAt", time.GetUtcNow() },
            };
            await warehouse.ExecuteAsync(SurfaceStatements.Insert, parameters, ct);
            calculated.Add(day.Date);
        }

        return calculated;
    }

    /// <summary>Returns the feedback on the playlists that were generated in the last days.</summary>
    /// <param name="days">The number of days.</param>
    /// <param name="byModel">Whether the versions of the model are told apart.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <returns>The feedback, by surface, variant, version and reason; all reasons together first.</returns>
    public async Task<IReadOnlyList<SurfaceFeedback>> ReportAsync(int days, bool byModel, CancellationToken ct)
    {
        var range = new Parameters { { "from", Today().AddDays(1 - days) }, { "to", Today() } };
        var rows = await warehouse.QueryAsync(SurfaceStatements.Report, range, ct).Select(SurfaceFeedback.FromRow).ToListAsync(ct);
        return
        [
            .. rows.GroupBy(row => (row.Surface, row.Variant, ModelVersion: byModel ? row.ModelVersion : null, row.ReasonKind))
                .Select(group => group.Aggregate((sum, row) => sum.Add(row)) with { ModelVersion = group.Key.ModelVersion })
                .OrderBy(row => row.Surface, StringComparer.Ordinal)
                .ThenBy(row => row.Variant, StringComparer.Ordinal)
                .ThenBy(row => row.ModelVersion, StringComparer.Ordinal)
                .ThenByDescending(row => row.ReasonKind == SurfaceFeedback.AllReasons)
                .ThenBy(row => row.ReasonKind, StringComparer.Ordinal),
        ];
    }

    private bool IsDue((DateOnly Date, DateTimeOffset? CalculatedAt) day, TimeSpan minInterval)
    {
        if (day.CalculatedAt is not { } calculatedAt) return true;
        var end = new DateTimeOffset(day.Date.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
        if (calculatedAt >= end.AddDays(AttributionDays) + DailyAggregator.LastEvents) return false;
        var (sinceEnd, sinceCalculated) = (time.GetUtcNow() - end, time.GetUtcNow() - calculatedAt);
        return sinceCalculated >= minInterval && sinceCalculated >= sinceEnd / 3;
    }

    private async Task<List<(DateOnly Date, DateTimeOffset? CalculatedAt)>> DaysAsync(CancellationToken ct)
    {
        // Two months, so that a day is calculated once more after its last events.
        var range = new Parameters { { "from", Today().AddDays(-62) }, { "to", Today() } };
        return await warehouse.QueryAsync(SurfaceStatements.Days, range, ct)
            .Select(row => (row.Date("date"), row.TimestampOrNull("calculated_at")))
            .ToListAsync(ct);
    }

    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
}
