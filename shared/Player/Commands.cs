namespace Spotify.Player;

/// <summary>The commands that wait for their devices.</summary>
public static class Commands
{
    /// <summary>
    /// Adds a command, in place of an earlier one of the same type for the same device, because the state has the effect of both. Changes
    /// nothing if the device is not connected.
    /// </summary>
    public static PlayerState With(this PlayerState state, DeviceCommand command) =>
        state.Devices.All(device => device.Id != command.DeviceId)
            ? state
            : state with
            {
                Commands =
                [
                    .. state.Commands
                        .Where(earlier => earlier.DeviceId != command.DeviceId || earlier.Type != command.Type)
                        .Append(command with { IssuedAt = command.IssuedAt.WholeMs() })
                        .TakeLast(PlayerLimits.MaxCommands),
                ],
            };

    /// <summary>
    /// Removes the commands of a device that move playback, because its listener has moved playback on the device itself since then.
    /// </summary>
    public static PlayerState WithoutMoves(this PlayerState state, string deviceId) =>
        state.Without(command => command.DeviceId == deviceId && command.MovesPlayback);

    /// <summary>Removes the commands of a device up to a revision.</summary>
    public static PlayerState Acknowledge(this PlayerState state, string deviceId, long revision) =>
        state.Without(command => command.DeviceId == deviceId && command.Revision <= revision);

    /// <summary>Returns the state after a command: <see cref="PlayerState.EndedAt"/> is of no importance any more.</summary>
    public static PlayerState WithoutEnd(this PlayerState state) => state.EndedAt is null ? state : state with { EndedAt = null };

    internal static PlayerState Without(this PlayerState state, Func<DeviceCommand, bool> isDone) =>
        state.Commands.Any(isDone) ? state with { Commands = [.. state.Commands.Where(command => !isDone(command))] } : state;
}
