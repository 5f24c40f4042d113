using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Spotify.Fixtures;

/// <summary>Changes of a host for tests that advance its clock and make the scheduled calls.</summary>
public static class HostOnClock
{
    /// <summary>Replaces the clock, and removes the schedule runner.</summary>
    public static WebApplicationBuilder UseClock(this WebApplicationBuilder builder, TimeProvider clock)
    {
        builder.Services.AddSingleton(clock);
        foreach (var runner in builder.Services.Where(service => service.ImplementationType?.Name == "ScheduleRunner").ToList())
            builder.Services.Remove(runner);
        return builder;
    }

    /// <summary>Turns off the caches of popular music and of home pages, which do not expire by the clock of the test.</summary>
    public static WebApplicationBuilder WithoutCaches(this WebApplicationBuilder builder)
    {
        foreach (var cache in (string[])["Home", "Browse", "Charts"]) builder.Configuration[$"{cache}:Cache"] = "00:00:00";
        return builder;
    }
}
