using Spotify.Functions.Player.Devices;
using Spotify.Functions.Player.Plans;
using Spotify.Player;
using Spotify.Web;

namespace Spotify.Functions.Player.Commands;

/// <summary>A command that the plan and the device allow.</summary>
/// <param name="Session">The player as it was read.</param>
/// <param name="Listener">The listener.</param>
/// <param name="Device">The device that carries out the command.</param>
internal sealed record CommandScope(PlayerSession Session, PlayerListener Listener, PlayerDevice Device)
{
    /// <summary>The state before the command.</summary>
    public PlayerState State => Session.State;

    /// <summary>The time of the command.</summary>
    public DateTimeOffset Now => Session.Now;

    /// <summary>Finds the device of a command and checks that the sender may give it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="sender">The sender.</param>
    /// <param name="session">The player as it was read.</param>
    /// <param name="listener">The listener.</param>
    /// <exception cref="ApiException">
    /// 404: a device is not connected, or no device is active. 403 with a reason: the sender is a device of another app, the plan does not
    /// allow the command, or the device takes commands of its own app only.
    /// </exception>
    public static CommandScope Open(PlayerCommand command, CommandSender sender, PlayerSession session, PlayerListener listener)
    {
        if (sender.SenderId is { } senderId)
            DeviceRegistrations.RequireOwn(session.State.Device(senderId, session.Now) ?? throw PlayerErrors.UnknownDevice(), sender.User);
        var device = Target(command, sender, session);
        if (!CommandRules.Allow(command, device.Id == sender.SenderId, listener.IsPremium))
            throw PlayerErrors.Forbidden("Premium required", PlayerErrors.PremiumRequired);
        if (device.IsRestricted && device.ClientId != sender.User.Caller.ClientId)
            throw PlayerErrors.Forbidden("Device not controllable", PlayerErrors.DeviceNotControllable);
        return new CommandScope(session, listener, device);
    }

    private static PlayerDevice Target(PlayerCommand command, CommandSender sender, PlayerSession session)
    {
        var active = session.State.ActiveDevice(session.Now);
        if (sender.DeviceId is null) return active ?? throw PlayerErrors.WithoutActiveDevice();
        var named = session.State.Device(sender.DeviceId, session.Now) ?? throw PlayerErrors.UnknownDevice();
        // One device plays at a time. The others can start, and each has a volume. Modes and the queue can be prepared before the start.
        return command is PlayerCommand.Play or PlayerCommand.Transfer or PlayerCommand.Volume || active?.Id == named.Id
            || (active is null && command is (PlayerCommand.Repeat or PlayerCommand.Shuffle or PlayerCommand.Queue))
                ? named
                : throw PlayerErrors.WithoutActiveDevice();
    }
}
