using System.Diagnostics.Metrics;

namespace Spotify.Functions.Player;

/// <summary>The metrics of players.</summary>
public sealed class PlayerMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.Player";

    private readonly Counter<long> unreadable;

    /// <summary>Creates the metrics.</summary>
    public PlayerMetrics(IMeterFactory meters) => unreadable = meters.Create(MeterName).CreateCounter<long>(
        "spotify.player.unreadable_states", "{read}", "Reads of players' states of which something was lost.");

    internal void CountUnreadable() => unreadable.Add(1);
}
