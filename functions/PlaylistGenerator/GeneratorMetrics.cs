using System.Diagnostics.Metrics;

namespace Spotify.Functions.PlaylistGenerator;

/// <summary>The metrics of generated playlists.</summary>
public sealed class GeneratorMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.Generator";

    private readonly Counter<long> playlists;
    private readonly Histogram<double> duration;

    /// <summary>Creates the metrics of a host.</summary>
    public GeneratorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        playlists = meter.CreateCounter<long>(
            "spotify.generator.playlists", "{playlist}",
            "Playlists, by surface and outcome: written, fallback (without a model), empty (too little data), up_to_date, failed.");
        duration = meter.CreateHistogram<double>(
            "spotify.generator.duration", "s", "Time to generate and write the playlists of a task's listeners.");
    }

    internal void Count(string surface, string outcome, long count)
    {
        if (count > 0) playlists.Add(count, new("surface", surface), new("outcome", outcome));
    }

    internal void Took(TimeSpan time) => duration.Record(time.TotalSeconds);
}
