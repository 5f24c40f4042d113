using Spotify.Player;

namespace Spotify.Catalog.Contexts;

/// <summary>An occurrence in a context that is shuffled.</summary>
/// <param name="Key">The key of the occurrence.</param>
/// <param name="Id">The id of the track, episode or chapter.</param>
/// <param name="Artist">The id of the main artist; null if there is none.</param>
/// <param name="Item">The item; null if the listener may not play it. Such items have a place too, so that rights change no order.</param>
internal sealed record ShuffledOccurrence(string Key, string Id, string? Artist, ContextItem? Item);

/// <summary>A context in the order of <see cref="ShuffleOrder"/>.</summary>
internal sealed class ShuffledContext
{
    private readonly IReadOnlyList<ShuffledOccurrence> occurrences;
    private readonly IReadOnlyList<ShuffledOccurrence> order;

    /// <summary>Shuffles a context.</summary>
    /// <param name="kind">The order of the context.</param>
    /// <param name="occurrences">The occurrences, in the order of the context.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="key">
    /// A key that is to be found by <see cref="After"/>; null for none. If its occurrence was removed, it keeps a place. The place is that
    /// of an item without an artist, because the artist is no longer known.
    /// </param>
    public ShuffledContext(ContextOrder kind, IReadOnlyList<ShuffledOccurrence> occurrences, long seed, string? key = null)
    {
        this.occurrences = key is null || occurrences.Any(one => one.Key == key)
            ? occurrences
            : [.. occurrences, new ShuffledOccurrence(key, "", null, null)];
        var items = this.occurrences.Select(one => new ShuffleItem(ContextKey.Stable(kind, one.Key), one.Artist)).ToList();
        order = [.. ShuffleOrder.Order(seed, items).Select(index => this.occurrences[index])];
    }

    /// <summary>Returns the key of the occurrence at a place of the context; null if there is none.</summary>
    public string? KeyAt(ContextOffset place) => place switch
    {
        ContextOffset.Key key => key.Value,
        ContextOffset.Position position => occurrences.ElementAtOrDefault(position.Index)?.Key,
        ContextOffset.Item item => occurrences.FirstOrDefault(one => one.Id == item.Id)?.Key,
        _ => null,
    };

    /// <summary>Returns the playable items after a key, in order; all of them if the key is null.</summary>
    public IEnumerable<ContextItem> After(string? key) => order
        .SkipWhile(one => key is not null && one.Key != key).Skip(key is null ? 0 : 1)
        .Select(one => one.Item).OfType<ContextItem>();

    /// <summary>Returns up to a number of items as the next ones of a window.</summary>
    public static ContextWindow Window(ContextItem? item, IEnumerable<ContextItem> next, int count)
    {
        var taken = next.Take(count + 1).ToList();
        return new ContextWindow([], item, [.. taken.Take(count)], taken.Count <= count);
    }
}
