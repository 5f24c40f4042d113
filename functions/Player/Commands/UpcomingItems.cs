using Spotify.Catalog.Contexts;
using Spotify.Player;

namespace Spotify.Functions.Player.Commands;

/// <summary>
/// The next items of a player, read from the context when few are left: one round trip for each 30 items that are played.
/// </summary>
internal sealed class UpcomingItems(ContextReader contexts)
{
    /// <summary>Returns the state with more items of the context, if few are left.</summary>
    public async ValueTask<PlayerState> RefillAsync(PlayerState state, PlayerListener listener, CancellationToken ct) =>
        state.NeedsNext
            ? state.Refill(await contexts.AfterAsync(
                listener.ForContexts(), state.Context!, state.NextKeys, state.ShuffleSeed, PlayerLimits.MaxNext, ct))
            : state;

    /// <summary>Goes to the next item.</summary>
    public async ValueTask<PlayerMove> AdvanceAsync(
        PlayerState state, AdvanceReason reason, PlayerListener listener, DateTimeOffset now, CancellationToken ct)
    {
        var refilled = await RefillAsync(state, listener, ct);
        var move = refilled.Advance(reason, now, await RestartAsync(refilled, listener, ct));
        return move with { State = await RefillAsync(move.State, listener, ct) };
    }

    /// <summary>Applies the report of a device, which may end the current item.</summary>
    public async ValueTask<PlayerState> ReportAsync(
        PlayerState state, DeviceReport report, PlayerListener listener, DateTimeOffset now, CancellationToken ct)
    {
        if (!state.Ends(report, now)) return state.Report(report, now);
        var refilled = await RefillAsync(state, listener, ct);
        return await RefillAsync(refilled.Report(report, now, await RestartAsync(refilled, listener, ct)), listener, ct);
    }

    private async ValueTask<ContextWindow?> RestartAsync(PlayerState state, PlayerListener listener, CancellationToken ct) =>
        state.NeedsRestart ? await contexts.StartAsync(listener.ForContexts(), state.Context!, null, state.RestartSeed, ct) : null;
}
