using NCrontab;

namespace Spotify.Local.Schedules;

/// <summary>The times of a schedule in unix-cron format, in a time zone.</summary>
internal sealed class CronTimes
{
    private readonly CrontabSchedule cron;
    private readonly TimeZoneInfo zone;
    private readonly bool hasFixedHour;

    /// <summary>Parses a schedule.</summary>
    /// <exception cref="ArgumentException">
    /// The expression or the time zone is invalid, or both days of the month and of the week are restricted.
    /// </exception>
    public CronTimes(string expression, string timeZone)
    {
        cron = CrontabSchedule.TryParse(expression)
            ?? throw new ArgumentException($"'{expression}' is not a valid unix-cron expression.", nameof(expression));
        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        hasFixedHour = !fields[1].StartsWith('*');
        // Cloud Scheduler calls on either day, NCrontab on days that match both.
        if (fields is [_, _, not "*", _, not "*"])
            throw new ArgumentException($"'{expression}' restricts both days of the month and days of the week.", nameof(expression));
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var found))
            throw new ArgumentException($"'{timeZone}' is not a known time zone.", nameof(timeZone));
        zone = found;
    }

    /// <summary>
    /// Returns the first time after another. Where the clock changes, a schedule with a fixed hour counts a skipped local time as that much
    /// later, and a repeated one once; a schedule with a wildcard hour continues at its intervals.
    /// </summary>
    public DateTimeOffset Next(DateTimeOffset after) => hasFixedHour ? NextAtFixedHour(after) : NextInterval(after);

    private DateTimeOffset NextAtFixedHour(DateTimeOffset after)
    {
        var local = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        while (true)
        {
            local = cron.GetNextOccurrence(local);
            var next = new DateTimeOffset(local, OffsetOf(local)).ToUniversalTime();
            if (next > after) return next;
        }
    }

    private DateTimeOffset NextInterval(DateTimeOffset after)
    {
        var offset = zone.GetUtcOffset(after);
        var next = Next(offset);
        var nextOffset = zone.GetUtcOffset(next);
        return nextOffset == offset ? next : Next(nextOffset);

        DateTimeOffset Next(TimeSpan offset) => new DateTimeOffset(
            cron.GetNextOccurrence(after.ToOffset(offset).DateTime), offset).ToUniversalTime();
    }

    private TimeSpan OffsetOf(DateTime local)
    {
        if (zone.IsAmbiguousTime(local)) return zone.GetAmbiguousTimeOffsets(local).Max();
        // The offset before the clock change moves a skipped time to the equivalent time after the change.
        return zone.GetUtcOffset(zone.IsInvalidTime(local) ? local.AddHours(-3) : local);
    }
}
