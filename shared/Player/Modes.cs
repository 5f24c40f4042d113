namespace Spotify.Player;

/// <summary>The repeat mode and the shuffle mode.</summary>
public static class Modes
{
    /// <summary>Sets the repeat mode. If the context is repeated, the radio after it is dropped.</summary>
    public static PlayerState SetRepeat(this PlayerState state, RepeatMode mode)
    {
        if (state.Repeat == mode) return state;
        state = state with { Repeat = mode };
        return mode == RepeatMode.Context && state.Autoplay != AutoplayState.None ? state.WithoutAutoplay() : state;
    }

    /// <summary>
    /// Returns the keys of the context after which the next items are read for <see cref="WithShuffle"/>: none, for the start of the new
    /// order, or one.
    /// </summary>
    public static IReadOnlyList<string> ShuffleKeys(this PlayerState state, long? seed) =>
        seed is null && state.ContextKey is { } key ? [key] : [];

    /// <summary>
    /// Shuffles the context, or returns to its own order. The current item goes on. Changes nothing if the context is shuffled already, or
    /// is not shuffled already.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="seed">The seed of the new order; null for the context's own order.</param>
    /// <param name="window">The items after <see cref="ShuffleKeys"/> in the new order; null for a list, and without a context.</param>
    public static PlayerState WithShuffle(this PlayerState state, long? seed, ContextWindow? window)
    {
        if (seed.HasValue == state.ShuffleSeed.HasValue) return state;
        var changed = state with { ShuffleSeed = seed, ShuffleStart = seed is null ? null : state.ContextKey };
        // The radio has begun, and the context comes back only when it is repeated.
        if (state.Item is null or { Source: ItemSource.Autoplay }) return changed;
        if (state.List.Count > 0) window = ItemList.After(state.List, state.ShuffleKeys(seed).FirstOrDefault(), seed);
        if (window is null) return changed;
        changed = changed with { Next = [], NextIsComplete = false, Autoplay = AutoplayState.None, AutoplayUid = null };
        return changed.Refill(window);
    }

    private static PlayerState WithoutAutoplay(this PlayerState state) => state with
    {
        Next = [.. state.Next.Where(item => item.Source != ItemSource.Autoplay)],
        Autoplay = AutoplayState.None,
        AutoplayUid = null,
    };
}
