namespace Spotify.Events;

/// <summary>The engagement of plays, in thousandths, so that sums are exact.</summary>
public static class Engagement
{
    /// <summary>A stream that is skipped before this time counts against the track. Shorter plays are not shown in the history.</summary>
    public const long MinPlayedMs = 30_000;

    /// <summary>
    /// Returns the engagement: 1,000 if completed, −500 if skipped before 30 s, 0 after an error, otherwise the fraction of the duration
    /// that was heard, 0 to 1,000. If the duration is unknown, 0.
    /// </summary>
    /// <param name="reason">The reason why the stream ended.</param>
    /// <param name="playedMs">The duration that was heard, in milliseconds.</param>
    /// <param name="durationMs">The whole duration, in milliseconds; null if unknown.</param>
    public static int Of(EndReason reason, long playedMs, long? durationMs) => reason switch
    {
        EndReason.Completed => 1000,
        EndReason.Error => 0,
        _ when playedMs < MinPlayedMs => -500,
        _ when durationMs is > 0 => (int)(Math.Clamp(playedMs, 0, durationMs.Value) * 1000 / durationMs.Value),
        _ => 0,
    };
}
