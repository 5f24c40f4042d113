using Spotify.Functions.Player.Plans;
using Spotify.Player;

namespace Spotify.Functions.Player.State;

/// <summary>The commands that cannot be given to a player, because of the state or of the plan.</summary>
internal static class Disallows
{
    /// <summary>Returns the commands that a sender cannot give.</summary>
    /// <param name="session">The player.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="senderId">The device that asks; null if the sender is not a connected device.</param>
    /// <param name="limits">The limits of listeners without Premium.</param>
    public static DisallowsObject Of(PlayerSession session, PlayerListener listener, string? senderId, FreeLimits limits)
    {
        var (state, now) = (session.State, session.Now);
        var active = state.ActiveDevice(now);
        var isOwn = active is not null && active.Id == senderId;
        var isPlaying = state.IsPlayingAt(now);
        var isShuffleOnly = active is not null && limits.ShufflesOnly(listener, active);
        var mustWait = active is not null && limits.UntilSkip(listener, active, state, now) > TimeSpan.Zero;
        var hasNext = state.Queue.Count > 0 || state.Next.Count > 0
            || (state.Item is not null && (!state.NextIsComplete || state.Repeat == RepeatMode.Context));
        return new DisallowsObject(
            InterruptingPlayback: IsTrue(Refused(PlayerCommand.Play)),
            Pausing: IsTrue(Refused(PlayerCommand.Pause) || !isPlaying),
            Resuming: IsTrue(Refused(PlayerCommand.Play) || isPlaying || state.Item is null),
            Seeking: IsTrue(Refused(PlayerCommand.Seek) || state.Item is null),
            SkippingNext: IsTrue(Refused(PlayerCommand.Next) || !hasNext || mustWait),
            SkippingPrev: IsTrue(Refused(PlayerCommand.Previous) || state.Item is null),
            TogglingRepeatContext: IsTrue(Refused(PlayerCommand.Repeat)),
            TogglingRepeatTrack: IsTrue(Refused(PlayerCommand.Repeat)),
            TogglingShuffle: IsTrue(Refused(PlayerCommand.Shuffle) || isShuffleOnly),
            TransferringPlayback: IsTrue(!CommandRules.Allow(PlayerCommand.Transfer, isOwnDevice: false, listener.IsPremium)));

        bool Refused(PlayerCommand command) =>
            active is null || (active.IsRestricted && active.ClientId != session.User.Caller.ClientId)
            || !CommandRules.Allow(command, isOwn, listener.IsPremium);
    }

    private static bool? IsTrue(bool value) => value ? true : null;
}
