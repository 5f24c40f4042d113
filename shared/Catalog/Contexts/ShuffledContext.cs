using Spotify.Player;

namespace Spotify.Catalog.Contexts;

/// <summary>An occurrence in a context that is shuffled.</summary>
/// <param name="Key">The key of the occurrence.</param>
/// <param name="Artist">The id of the main artist; null if there is none.</param>
/// <param name="Item">The item; null if the listener may not play it. Such items have a place too, so that rights change no order.</param>
internal sealed record ShuffledOccurrence(string Key, string? Artist, ContextItem? Item);

/// <summary>A context in the order of <see cref="ShuffleOrder"/>.</summary>
internal sealed class ShuffledContext
{
    private readonly PlayContext context;
    private readonly IReadOnlyList<ShuffledOccurrence> order;

    /// <summary>Shuffles a context.</summary>
    /// <param name="context">The context.</param>
    /// <param name="occurrences">The occurrences, in any order.</param>
    /// <param name="seed">The seed.</param>
    public ShuffledContext(PlayContext context, IReadOnlyList<ShuffledOccurrence> occurrences, long seed)
    {
        this.context = context;
        var items = occurrences.Select(one => new ShuffleItem(context.StableKey(one.Key), one.Artist)).ToList();
        order = [.. ShuffleOrder.Order(seed, items).Select(index => occurrences[index])];
    }

    /// <summary>
    /// Returns the playable items after the first of the keys whose occurrence is in the context, in order. Returns all of them if there
    /// is none, because a removed occurrence has no place in the order.
    /// </summary>
    /// <param name="keys">The keys, in order of preference.</param>
    public IEnumerable<ContextItem> After(params IReadOnlyList<string> keys) =>
        order.Skip(PlaceOf(keys) + 1).Select(one => one.Item).OfType<ContextItem>();

    /// <summary>Returns the playable items without an occurrence, in order.</summary>
    /// <param name="key">The key of the occurrence.</param>
    public IEnumerable<ContextItem> Except(string key) => After().Where(item => context.StableKey(item.Key) != context.StableKey(key));

    /// <summary>Returns up to a number of items as the next ones of a window.</summary>
    public static ContextWindow Window(ContextItem? item, IEnumerable<ContextItem> next, int count)
    {
        var taken = next.Take(count + 1).ToList();
        return new ContextWindow([], item, [.. taken.Take(count)], taken.Count <= count);
    }

    private int PlaceOf(IReadOnlyList<string> keys)
    {
        if (keys.Count == 0) return -1;
        var places = new Dictionary<string, int>(order.Count, StringComparer.Ordinal);
        foreach (var (place, one) in order.Index()) places.TryAdd(context.StableKey(one.Key), place);
        return keys.Select(key => places.TryGetValue(context.StableKey(key), out var place) ? place : -1)
            .FirstOrDefault(place => place >= 0, -1);
    }
}
