namespace Spotify.Web.Functions;

/// <summary>A recurring call of a function: by Cloud Scheduler in the cloud, by the schedule runner on one machine.</summary>
/// <param name="Name">The job's name, unique among all functions.</param>
/// <param name="Path">The path to POST to, starting with <c>/tasks/</c>.</param>
/// <param name="Cron">
/// The times, in unix-cron format: minute, hour, day of month, month, day of week (Sunday is 0). May restrict days of the month or days of
/// the week, but not both.
/// </param>
public sealed record Schedule(string Name, string Path, string Cron)
{
    /// <summary>The time zone of <see cref="Cron"/>, by its IANA name.</summary>
    public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>The JSON body of the call; null for none.</summary>
    public string? Body { get; init; }
}
