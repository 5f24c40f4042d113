namespace Spotify.Player;

/// <summary>A part of a context, in its own order or in the order of <see cref="ShuffleOrder"/>. Neither order is cyclic.</summary>
/// <param name="Previous">The items before <paramref name="Item"/>, the last one last; empty for a shuffled context.</param>
/// <param name="Item">The item at which playback starts; null for a window after a key, and if there is none.</param>
/// <param name="Next">
/// The next items. After an item at which a shuffled context is started, the items from the start of the shuffled order, because that item
/// is played before all others.
/// </param>
/// <param name="NextIsComplete">Whether there are no items after <paramref name="Next"/>.</param>
public sealed record ContextWindow(
    IReadOnlyList<ContextItem> Previous, ContextItem? Item, IReadOnlyList<ContextItem> Next, bool NextIsComplete)
{
    /// <summary>A window with no items, at the end.</summary>
    public static ContextWindow Empty { get; } = new([], null, [], true);
}
