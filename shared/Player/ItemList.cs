using System.Globalization;

namespace Spotify.Player;

/// <summary>Windows of a list of items whose keys are their positions.</summary>
internal static class ItemList
{
    /// <summary>Returns up to <see cref="PlayerLimits.MaxUris"/> items with their positions as keys.</summary>
    public static IReadOnlyList<ContextItem> Of(IReadOnlyList<ContextItem> items) =>
    [
        .. items.Take(PlayerLimits.MaxUris).Select((item, i) => item with
        {
            Key = i.ToString(CultureInfo.InvariantCulture),
            DurationMs = Math.Max(item.DurationMs, 0),
        }),
    ];

    /// <summary>Returns the window at an item, or at the first item in the order of the seed.</summary>
    public static ContextWindow Start(IReadOnlyList<ContextItem> list, int? offset, long? seed)
    {
        var order = Ordered(list, seed);
        if (order.Count == 0) return ContextWindow.Empty;
        var start = offset is >= 0 && offset < list.Count ? list[offset.Value] : order[0];
        if (seed is not null) return Window([], start, [.. order.Where(item => item != start)]);
        var at = order.IndexOf(start);
        return Window([.. order.Take(at).TakeLast(PlayerLimits.MaxPrevious)], start, order[(at + 1)..]);
    }

    /// <summary>Returns the window after a key, or of the start if the key is null.</summary>
    public static ContextWindow After(IReadOnlyList<ContextItem> list, string? key, long? seed)
    {
        var order = Ordered(list, seed);
        return Window([], null, order[(order.FindIndex(item => item.Key == key) + 1)..]);
    }

    private static ContextWindow Window(IReadOnlyList<ContextItem> previous, ContextItem? item, List<ContextItem> next) =>
        new(previous, item, next, NextIsComplete: true);

    private static List<ContextItem> Ordered(IReadOnlyList<ContextItem> list, long? seed) => seed is { } value
        ? [.. ShuffleOrder.Order(value, [.. list.Select(item => new ShuffleItem(item.Key, item.Artist))]).Select(i => list[i])]
        : [.. list];
}
