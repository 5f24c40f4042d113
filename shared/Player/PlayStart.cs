namespace Spotify.Player;

/// <summary>The start of a context or of a list of items.</summary>
/// <param name="Context">The context; null for a list.</param>
/// <param name="Window">The items around the start. See <see cref="ContextWindow.Next"/> for shuffled contexts.</param>
public sealed record PlayStart(PlayContext? Context, ContextWindow Window)
{
    /// <summary>The seed of the order in which the context is shuffled; null for its own order, which ends the shuffle mode.</summary>
    public long? ShuffleSeed { get; init; }

    /// <summary>The position in the first item in milliseconds, cut to its duration.</summary>
    public long PositionMs { get; init; }

    /// <summary>The items of a list, with their positions as keys; empty for a context.</summary>
    public IReadOnlyList<ContextItem> List { get; private init; } = [];

    /// <summary>Creates the start of a list of items, up to <see cref="PlayerLimits.MaxUris"/>.</summary>
    /// <param name="items">The items, in order. Their keys are ignored.</param>
    /// <param name="offset">The item to begin with, from 0; the first one in the order of the seed if there is no such item.</param>
    /// <param name="shuffleSeed">The seed of the order in which the list is shuffled; null for its own order.</param>
    /// <param name="positionMs">The position in the first item in milliseconds.</param>
    public static PlayStart OfList(IReadOnlyList<ContextItem> items, int offset = 0, long? shuffleSeed = null, long positionMs = 0)
    {
        var list = ItemList.Of(items);
        return new PlayStart(null, ItemList.Start(list, offset, shuffleSeed))
        {
            List = list,
            ShuffleSeed = shuffleSeed,
            PositionMs = positionMs,
        };
    }
}
