namespace Spotify.Player;

/// <summary>Reports of devices.</summary>
public static class Reports
{
    /// <summary>The difference of positions in milliseconds from which a report changes the position.</summary>
    public const long MaxDriftMs = 1500;

    /// <summary>
    /// Applies the report of a device, and removes the commands that it acknowledges. Playback follows the active device if it reports the
    /// current item. A command that the device has not applied yet takes precedence over its report. Changes nothing if the device is not
    /// connected.
    /// </summary>
    /// <param name="state">The state. <see cref="Ends"/> tells whether the report needs a refill or a restart.</param>
    /// <param name="report">The report.</param>
    /// <param name="now">The time.</param>
    /// <param name="restart">The start of the context if <see cref="PlayerState.NeedsRestart"/>; null if there is none.</param>
    public static PlayerState Report(this PlayerState state, DeviceReport report, DateTimeOffset now, ContextWindow? restart = null)
    {
        if (state.Device(report.DeviceId, now) is null) return state;
        var before = state;
        if (report.Volume is { } volume && !before.IsAhead(report, command => command.Type == DeviceCommand.Volume))
            state = state.SetVolume(report.DeviceId, volume);
        if (before.Counts(report, now))
            state = report.Ended ? state.Advance(AdvanceReason.Ended, now, restart).State : state.Follow(report, now);
        return report.Revision is { } revision ? state.Acknowledge(report.DeviceId, revision) : state;
    }

    /// <summary>Returns whether a report ends the current item, so that the next one begins.</summary>
    public static bool Ends(this PlayerState state, DeviceReport report, DateTimeOffset now) => report.Ended && state.Counts(report, now);

    private static bool Counts(this PlayerState state, DeviceReport report, DateTimeOffset now) =>
        state.ActiveDevice(now)?.Id == report.DeviceId && state.Item is { } item && item.Uid == report.Uid
        && !state.IsAhead(report, command => command.MovesPlayback);

    private static PlayerState Follow(this PlayerState state, DeviceReport report, DateTimeOffset now)
    {
        var position = state.PositionAt(now);
        var isPlaying = state.IsPlayingAt(now);
        var reported = Math.Clamp(report.PositionMs ?? position, 0, state.Item?.DurationMs ?? 0);
        return (report.IsPlaying ?? isPlaying) == isPlaying && Math.Abs(reported - position) < MaxDriftMs
            ? state
            : state.At(reported, report.IsPlaying ?? isPlaying, now);
    }

    private static bool IsAhead(this PlayerState state, DeviceReport report, Func<DeviceCommand, bool> matters) =>
        state.Commands.Any(command => command.DeviceId == report.DeviceId && command.Revision > (report.Revision ?? 0) && matters(command));
}
