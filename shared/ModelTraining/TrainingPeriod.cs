using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.ModelTraining;

/// <summary>
/// The days whose events are read. Ages are relative to the end of the last day with events, not to the present, so that the same data give
/// the same model.
/// </summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="HalfLifeDays">The age at which events have lost half of their weight.</param>
internal sealed record TrainingPeriod(DateOnly From, DateOnly To, double HalfLifeDays)
{
    private static readonly WarehouseStatement LastDay = new(
        """
        SELECT MAX(date) AS date FROM (
          SELECT MAX(date) AS date FROM plays WHERE date BETWEEN @from AND @to
          UNION ALL
          SELECT MAX(date) AS date FROM library_changes WHERE date BETWEEN @from AND @to
        ) AS days
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date));

    /// <summary>The end of the last day.</summary>
    public DateTimeOffset End { get; } = new(To.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    /// <summary>The number of the week in which the period ends.</summary>
    public uint Week => (uint)(To.DayNumber / 7);

    /// <summary>Finds the last day with events.</summary>
    public static async Task<TrainingPeriod> ReadAsync(
        IWarehouse warehouse, DateTimeOffset now, TrainingReaderOptions options, CancellationToken ct)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        // BigQuery bills the dates that are read, so the last days come first.
        foreach (var days in (int[])[1, 30, options.MaxAgeDays])
        {
            var searched = new TrainingPeriod(today.AddDays(-days), today, options.HalfLifeDays);
            var row = await warehouse.QueryAsync(LastDay, searched.Parameters(), ct).FirstAsync(ct);
            if (row.IsNull("date")) continue;
            var last = row.Date("date");
            return new TrainingPeriod(last.AddDays(-options.MaxAgeDays), last, options.HalfLifeDays);
        }

        return new TrainingPeriod(today.AddDays(-options.MaxAgeDays), today, options.HalfLifeDays);
    }

    /// <summary>Returns the parameters <c>from</c> and <c>to</c>.</summary>
    public Parameters Parameters() => new() { { "from", From }, { "to", To } };

    /// <summary>Returns the weight of an event, 0 to 1.</summary>
    public double Decay(DateTimeOffset time) => Math.Pow(0.5, Math.Max(0, (End - time).TotalDays) / HalfLifeDays);
}
