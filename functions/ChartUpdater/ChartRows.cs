using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;

namespace Spotify.Functions.ChartUpdater;

/// <summary>The tables and windows of charts.</summary>
internal static class ChartRows
{
    /// <summary>The series with the plays in all markets.</summary>
    public const string World = "world";

    /// <summary>The series with the started minus the ended streams in all markets.</summary>
    public const string Live = "live";

    /// <summary>The series of the rows that mark complete hours.</summary>
    public const string Marker = "";

    /// <summary>
    /// The number of tracks that a sketch counts. The count of a track is too low by at most 1/1,001 of all plays of the chart's span.
    /// </summary>
    public const int Capacity = 1000;

    /// <summary>The length of a window.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>How late a play may arrive.</summary>
    public static readonly TimeSpan MaxLateness = TimeSpan.FromMinutes(15);

    /// <summary>The time after the end of a window from which no instance changes it: the lateness and the time to write.</summary>
    public static readonly TimeSpan ClosedAfter = MaxLateness + TimeSpan.FromMinutes(5);

    /// <summary>The time for which a stream counts as live if its end is not reported.</summary>
    public static readonly TimeSpan LiveSpan = TimeSpan.FromHours(1);

    /// <summary>The table of windows.</summary>
    public static Table Windows { get; } = Schema.Current.Table("ChartWindows");

    /// <summary>The table of hours.</summary>
    public static Table Hours { get; } = Schema.Current.Table("ChartHours");

    /// <summary>Returns the start of the window of a time.</summary>
    public static DateTimeOffset WindowOf(DateTimeOffset time) => Floor(time, Window);

    /// <summary>Returns the start of the hour of a time.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset time) => Floor(time, TimeSpan.FromHours(1));

    /// <summary>Registers the options.</summary>
    public static void AddChartOptions(this IServiceCollection services)
    {
        services.AddOptions<ChartOptions>().BindConfiguration("Charts").ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChartOptions>, ChartOptionsValidator>());
    }

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan unit) =>
        new(time.UtcTicks - (time.UtcTicks % unit.Ticks), TimeSpan.Zero);
}
