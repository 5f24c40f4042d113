using System.Diagnostics.Metrics;

namespace Spotify.Functions.TasteUpdater;

/// <summary>The metrics of taste updates.</summary>
public sealed class TasteMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.Taste";

    private readonly Counter<long> plays;

    /// <summary>Creates the metrics.</summary>
    public TasteMetrics(IMeterFactory meters) => plays = meters.Create(MeterName).CreateCounter<long>(
        "spotify.taste.plays", "{play}", "Plays, by outcome: applied, or why they did not change the taste of the listener.");

    internal void Count(string outcome, long count)
    {
        if (count > 0) plays.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
    }
}
