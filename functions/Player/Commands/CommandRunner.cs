using Spotify.Functions.Player.Plans;
using Spotify.Player;

namespace Spotify.Functions.Player.Commands;

/// <summary>The effect of a command on the state. May run again with a newer state.</summary>
internal delegate ValueTask<PlayerState> CommandEffect(CommandScope scope, CancellationToken ct);

/// <summary>
/// A runner of commands. A command changes the state at once, and is kept for the device that carries it out until the device acknowledges
/// the revision.
/// </summary>
internal sealed class CommandRunner(PlayerStore players, PlayerFollowUps followUps)
{
    private const string Stop = "stop";

    /// <summary>Runs a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="sender">The sender, and the device that the command is for.</param>
    /// <param name="effect">
    /// The effect. If the effect changes nothing, the state is written only if a command of the device has become obsolete.
    /// </param>
    /// <param name="ct">Cancels the command.</param>
    public async Task RunAsync(PlayerCommand command, CommandSender sender, CommandEffect effect, CancellationToken ct)
    {
        var write = await players.ChangeAsync(sender.User, sender.SenderId, async (session, listener, token) =>
        {
            var scope = CommandScope.Open(command, sender, session, listener);
            var changed = (await effect(scope, token)).WithoutEnd();
            if (!ReferenceEquals(changed, session.State)) changed = Notify(changed.RequestAutoplay(), scope, command, sender.SenderId);
            return scope.Device.Id == sender.SenderId && command.MovesPlayback() ? changed.WithoutMoves(scope.Device.Id) : changed;
        }, ct);
        await followUps.RunAsync(write, ended: false);
    }

    private static PlayerState Notify(PlayerState changed, CommandScope scope, PlayerCommand command, string? senderId)
    {
        var stopped = scope.State.ActiveDevice(scope.Now);
        if (stopped is not null && stopped.Id != changed.ActiveDeviceId && stopped.Id != senderId)
            changed = changed.With(Command(stopped.Id, Stop));
        return scope.Device.Id == senderId ? changed : changed.With(Command(scope.Device.Id, command.WireName()));

        DeviceCommand Command(string deviceId, string type) => new(scope.Session.Revision + 1, deviceId, type, scope.Now);
    }
}
