namespace Spotify.Player;

/// <summary>A position, as of a time.</summary>
/// <param name="At">The time.</param>
/// <param name="Ms">The position at that time, in milliseconds.</param>
/// <param name="IsPlaying">Whether the position advances with the time.</param>
public sealed record PlayerPosition(DateTimeOffset At, long Ms, bool IsPlaying)
{
    /// <summary>The beginning, paused.</summary>
    public static PlayerPosition Start { get; } = new(DateTimeOffset.UnixEpoch, 0, false);
}
