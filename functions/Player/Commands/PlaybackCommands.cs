using Spotify.Functions.Player.Plans;
using Spotify.Player;

namespace Spotify.Functions.Player.Commands;

/// <summary>The commands that pause, skip and seek.</summary>
internal sealed class PlaybackCommands(CommandRunner runner, UpcomingItems upcoming, FreeLimits limits)
{
    /// <summary>Pauses. Changes nothing if playback is paused.</summary>
    public Task PauseAsync(CommandSender sender, CancellationToken ct) => runner.RunAsync(
        PlayerCommand.Pause, sender, (scope, _) => ValueTask.FromResult(scope.State.Pause(scope.Now)), ct);

    /// <summary>Plays the next item.</summary>
    public Task NextAsync(CommandSender sender, CancellationToken ct) => runner.RunAsync(PlayerCommand.Next, sender, async (scope, token) =>
    {
        var move = await SkipAsync(scope, scope.State, token);
        return move.Moved ? move.State : throw PlayerErrors.Forbidden("No next track", PlayerErrors.NoNextTrack);
    }, ct);

    /// <summary>Plays the current item from its start or, within the first seconds, the previous one.</summary>
    public Task PreviousAsync(CommandSender sender, CancellationToken ct) => runner.RunAsync(PlayerCommand.Previous, sender, (scope, _) =>
    {
        if (scope.State.Item is null) throw PlayerErrors.Forbidden("No previous track", PlayerErrors.NoPreviousTrack);
        return ValueTask.FromResult(scope.State.Back(scope.Now).State);
    }, ct);

    /// <summary>Sets the position. Past the end of the item, plays the next one.</summary>
    public Task SeekAsync(CommandSender sender, long positionMs, CancellationToken ct) => runner.RunAsync(
        PlayerCommand.Seek, sender, (scope, token) =>
        {
            if (scope.State.Item is null) throw PlayerErrors.Forbidden("Nothing is played", PlayerErrors.NotPlayingTrack);
            return ToPositionAsync(scope, scope.State, positionMs, token);
        }, ct);

    /// <summary>Returns the state at a position of the current item or, past its end, at the next item.</summary>
    internal async ValueTask<PlayerState> ToPositionAsync(CommandScope scope, PlayerState state, long positionMs, CancellationToken ct)
    {
        if (positionMs <= state.Item!.DurationMs || state.Item.DurationMs == 0) return state.Seek(positionMs, scope.Now);
        var move = await SkipAsync(scope, state, ct);
        // After the last item there is nothing to play.
        return move.Moved ? move.State : state.Seek(0, scope.Now).Pause(scope.Now);
    }

    private async ValueTask<PlayerMove> SkipAsync(CommandScope scope, PlayerState state, CancellationToken ct)
    {
        limits.RequireSkip(scope.Listener, scope.Device, state, scope.Now);
        var move = await upcoming.AdvanceAsync(state, AdvanceReason.Skipped, scope.Listener, scope.Now, ct);
        return move.Moved && limits.CountSkips(scope.Listener, scope.Device) ? move with { State = move.State.WithSkip(scope.Now) } : move;
    }
}
