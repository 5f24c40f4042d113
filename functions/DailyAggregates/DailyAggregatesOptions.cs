using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.DailyAggregates;

/// <summary>The settings of the daily aggregates and of the retention of events. Section <c>DailyAggregates</c>.</summary>
public sealed class DailyAggregatesOptions
{
    /// <summary>
    /// The days for which plays, ad impressions, library changes, marks and picks are kept; 90 to 3,650. 400 days include a whole year at
    /// its end.
    /// </summary>
    [Range(90, 3650)]
    public int RetentionDays { get; set; } = 400;

    /// <summary>The days for which telemetry is kept; 1 to 400.</summary>
    [Range(1, 400)]
    public int TelemetryRetentionDays { get; set; } = 60;

    /// <summary>The time after which no further day is begun; 1 min to 25 min. The other days are calculated by the next call.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "00:25:00")]
    public TimeSpan Budget { get; set; } = TimeSpan.FromMinutes(20);
}

/// <summary>The validator of <see cref="DailyAggregatesOptions"/>.</summary>
[OptionsValidator]
public sealed partial class DailyAggregatesOptionsValidator : IValidateOptions<DailyAggregatesOptions>;
