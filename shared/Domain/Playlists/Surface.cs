namespace Spotify.Domain.Playlists;

/// <summary>
/// A personal playlist that is generated again in every period. A listener has one playlist per surface, whose id stays the same.
/// </summary>
/// <param name="Id">The id, in kebab case.</param>
/// <param name="Name">The name of the playlist.</param>
/// <param name="StartsOn">The day on which a period of a week begins; null for periods of a day.</param>
public sealed record Surface(string Id, string Name, DayOfWeek? StartsOn)
{
    /// <summary>The largest number of Daily Mixes of a listener.</summary>
    public const int MaxDailyMixes = 6;

    /// <summary>Thirty tracks that the listener has not heard, every Monday.</summary>
    public static Surface DiscoverWeekly { get; } = new("discover-weekly", "Discover Weekly", DayOfWeek.Monday);

    /// <summary>New releases of the listener's artists, every Friday.</summary>
    public static Surface ReleaseRadar { get; } = new("release-radar", "Release Radar", DayOfWeek.Friday);

    /// <summary>The tracks that the listener plays most at the moment.</summary>
    public static Surface OnRepeat { get; } = new("on-repeat", "On Repeat", null);

    /// <summary>A playlist for each cluster of the listener's taste.</summary>
    public static IReadOnlyList<Surface> DailyMixes { get; } =
        [.. Enumerable.Range(1, MaxDailyMixes).Select(number => new Surface($"daily-mix-{number}", $"Daily Mix {number}", null))];

    /// <summary>All surfaces.</summary>
    public static IReadOnlyList<Surface> All { get; } = [DiscoverWeekly, ReleaseRadar, .. DailyMixes, OnRepeat];

    /// <summary>Returns the period of a time: the local date on which it began, and when it began.</summary>
    /// <param name="now">The time.</param>
    /// <param name="timeZone">The listener's time zone.</param>
    public SurfacePeriod PeriodAt(DateTimeOffset now, TimeZoneInfo timeZone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, timeZone).DateTime);
        var date = StartsOn is { } day ? today.AddDays(-(((int)today.DayOfWeek - (int)day + 7) % 7)) : today;
        return new SurfacePeriod(date, StartOf(date, timeZone));
    }

    // Where clocks go forward at midnight, the day begins with the first time that exists. Where midnight is repeated, it begins with the
    // first of both.
    private static DateTimeOffset StartOf(DateOnly date, TimeZoneInfo timeZone)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        while (timeZone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(15);
        var offset = timeZone.IsAmbiguousTime(midnight)
            ? timeZone.GetAmbiguousTimeOffsets(midnight).Max()
            : timeZone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset).ToUniversalTime();
    }
}

/// <summary>A period of a surface in a time zone.</summary>
/// <param name="Date">The local date on which it began.</param>
/// <param name="StartsAt">When it began.</param>
public readonly record struct SurfacePeriod(DateOnly Date, DateTimeOffset StartsAt)
{
    /// <summary>The date in the format of the column <c>Period</c>: yyyy-MM-dd. Later periods are greater as text.</summary>
    public string Key => Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
