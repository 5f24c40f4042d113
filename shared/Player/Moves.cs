namespace Spotify.Player;

/// <summary>Going to the next and to the previous item.</summary>
public static class Moves
{
    /// <summary>The position in milliseconds after which going back begins the current item again.</summary>
    public const long BackToStartMs = 3000;

    /// <summary>
    /// Goes to the next item, which plays: the first of the queue, then of the context, then (if the context is repeated) of the context
    /// from its start, then of the radio. An item that has ended begins again if it is repeated. At the end of all, an item that has ended
    /// is paused at its start, and a command changes nothing.
    /// </summary>
    /// <param name="state">The state. <see cref="PlayerState.NeedsNext"/> requires a refill first.</param>
    /// <param name="reason">Why.</param>
    /// <param name="now">The time.</param>
    /// <param name="restart">The start of the context if <see cref="PlayerState.NeedsRestart"/>; null if there is none.</param>
    public static PlayerMove Advance(this PlayerState state, AdvanceReason reason, DateTimeOffset now, ContextWindow? restart = null)
    {
        if (state.Item is { } repeated && reason == AdvanceReason.Ended && state.Repeat == RepeatMode.Track)
            return new PlayerMove(state.Begin(repeated).At(0, isPlaying: true, now), true);
        if (state.Queue is [var queued, ..])
        {
            var moved = state.Leave() with { Item = queued, Queue = [.. state.Queue.Skip(1)] };
            return new PlayerMove(moved.RefillFromList().At(0, isPlaying: true, now), true);
        }

        if (state.Next is [var next, ..])
        {
            var moved = state.Leave() with { Item = next, Next = [.. state.Next.Skip(1)], ContextKey = next.Key ?? state.ContextKey };
            return new PlayerMove(moved.RefillFromList().At(0, isPlaying: true, now), true);
        }

        if (state.IsToRestart())
        {
            if (state.Context is null) restart = ItemList.Start(state.List, null, state.RestartSeed);
            if (restart?.Item is not null)
                return new PlayerMove(state.Leave().AtWindow(restart, state.RestartSeed).At(0, isPlaying: true, now), true);
        }

        if (reason == AdvanceReason.Skipped || state.Item is not { } last) return new PlayerMove(state, false);
        if (state.Position is { Ms: 0, IsPlaying: false }) return new PlayerMove(state, false);
        return new PlayerMove(state.Begin(last).At(0, isPlaying: false, now) with { EndedAt = now.WholeMs() }, false);
    }

    /// <summary>
    /// Goes back: after <see cref="BackToStartMs"/> to the start of the current item, else to the previous item, which plays, or to the
    /// start if there is none. The current item comes next again.
    /// </summary>
    public static PlayerMove Back(this PlayerState state, DateTimeOffset now)
    {
        if (state.Item is not { } current) return new PlayerMove(state, false);
        var position = state.PositionAt(now);
        if (position > BackToStartMs || state.Previous is not [.., var last])
            return position == 0 ? new PlayerMove(state, false) : new PlayerMove(state.Seek(0, now), true);

        var previous = state.Previous.Take(state.Previous.Count - 1).ToList();
        var moved = state.Begin(current) with
        {
            Previous = previous,
            ContextKey = last.Key ?? previous.LastOrDefault(item => item.Key is not null)?.Key ?? state.ContextKey,
        };
        moved = current.Source == ItemSource.Queue
            ? moved with { Queue = [.. state.Queue.Prepend(moved.Item!).Take(PlayerLimits.MaxQueueAfterBack)] }
            : moved with { Next = [.. state.Next.Prepend(moved.Item!).Take(PlayerLimits.MaxNextAfterBack)] };
        return new PlayerMove(moved.Begin(last).At(0, isPlaying: true, now), true);
    }

    /// <summary>Whether the next item is the first of the context, because the end is reached and the context is repeated.</summary>
    internal static bool IsToRestart(this PlayerState state) =>
        state is { Repeat: RepeatMode.Context, Item: not null, Queue: [], Next: [], NextIsComplete: true }
        && (state.Context is not null || state.List.Count > 0);

    // The new id makes late reports about the item, as it was played before, ineffective.
    private static PlayerState Begin(this PlayerState state, PlayerItem item)
    {
        var uids = new Uids(state.NextUid);
        return state with { Item = item with { Uid = uids.New() }, NextUid = uids.Next };
    }

    private static PlayerState Leave(this PlayerState state) => state.Item is { } item
        ? state with { Previous = [.. state.Previous.Append(item).TakeLast(PlayerLimits.MaxPrevious)] }
        : state;
}
