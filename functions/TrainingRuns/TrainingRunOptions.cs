using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Spotify.Functions.TrainingRuns;

/// <summary>The settings of the weekly training. Section <c>TrainingRuns</c>.</summary>
public sealed class TrainingRunOptions
{
    /// <summary>Whether models are trained every week.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The day of the week on which the training starts, in UTC. Monday begins on Kiritimati (UTC+14) on Sunday at 10:00 UTC; the default
    /// leaves a day for the training and its attempts.
    /// </summary>
    [EnumDataType(typeof(DayOfWeek))]
    public DayOfWeek StartDay { get; set; } = DayOfWeek.Saturday;

    /// <summary>The hour of the day at which the training starts, in UTC, 0 to 23.</summary>
    [Range(0, 23)]
    public int StartHour { get; set; } = 10;

    /// <summary>The number of attempts per week, 1 to 10.</summary>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// The plays since the published model that a training requires, 0 or more. They are those of complete days that have aggregates.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long MinNewPlays { get; set; } = 1000;

    /// <summary>The time after which a job that was to be started but is not known counts as failed, 3 minutes to an hour.</summary>
    [Range(typeof(TimeSpan), "00:03:00", "01:00:00")]
    public TimeSpan StartGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The age from which the published model is reported as old, 1 day to 365 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "365.00:00:00")]
    public TimeSpan MaxModelAge { get; set; } = TimeSpan.FromDays(9);
}

/// <summary>The validator of <see cref="TrainingRunOptions"/>.</summary>
[OptionsValidator]
public sealed partial class TrainingRunOptionsValidator : IValidateOptions<TrainingRunOptions>;
