using Spotify.Catalog.Contexts;
using Spotify.Functions.Player.Plans;
using Spotify.Player;

namespace Spotify.Functions.Player.Commands;

/// <summary>The commands that change the repeat mode, the shuffle mode and the volume.</summary>
internal sealed class ModeCommands(CommandRunner runner, ContextReader contexts, UpcomingItems upcoming, FreeLimits limits, Random random)
{
    /// <summary>Sets the repeat mode.</summary>
    public Task RepeatAsync(CommandSender sender, RepeatMode mode, CancellationToken ct) => runner.RunAsync(
        PlayerCommand.Repeat, sender, (scope, _) => ValueTask.FromResult(scope.State.SetRepeat(mode)), ct);

    /// <summary>Turns shuffle on or off.</summary>
    public Task ShuffleAsync(CommandSender sender, bool isOn, CancellationToken ct)
    {
        // The same seed in every attempt, so that an attempt repeats the reads of the one before.
        long? seed = isOn ? random.NextShuffleSeed() : null;
        return runner.RunAsync(PlayerCommand.Shuffle, sender, async (scope, token) =>
        {
            if (!isOn) limits.RequireOrder(scope.Listener, scope.Device);
            return await WithShuffleAsync(scope, scope.State, seed, token);
        }, ct);
    }

    /// <summary>Sets the volume of a device.</summary>
    public Task VolumeAsync(CommandSender sender, int percent, CancellationToken ct) => runner.RunAsync(
        PlayerCommand.Volume, sender, (scope, _) => scope.Device.Volume is null
            ? throw PlayerErrors.Forbidden("Cannot control device volume", PlayerErrors.VolumeDisallowed)
            : ValueTask.FromResult(scope.State.SetVolume(scope.Device.Id, percent)), ct);

    /// <summary>
    /// Returns a state with shuffle turned on or off: the current item goes on. Nothing is read if the mode is the same already, or nothing
    /// was played yet; otherwise the context, in one round trip.
    /// </summary>
    /// <param name="scope">The command.</param>
    /// <param name="state">The state.</param>
    /// <param name="seed">The seed of the new order; null for the context's own order.</param>
    /// <param name="ct">Cancels the command.</param>
    internal async ValueTask<PlayerState> WithShuffleAsync(CommandScope scope, PlayerState state, long? seed, CancellationToken ct)
    {
        if (state.ShuffleSeed.HasValue == seed.HasValue) return state;
        var window = state is { Context: { } context, Item: not null }
            ? await contexts.AfterAsync(scope.Listener.ForContexts(), context, state.ShuffleKeys(seed), seed, PlayerLimits.MaxNext, ct)
            : null;
        return await upcoming.RefillAsync(state.WithShuffle(seed, window), scope.Listener, ct);
    }
}

/// <summary>The seeds of shuffled orders.</summary>
internal static class ShuffleSeeds
{
    /// <summary>Returns a seed.</summary>
    public static long NextShuffleSeed(this Random random) => random.NextInt64(ShuffleOrder.MaxSeed + 1);
}
