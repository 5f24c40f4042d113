using System.Runtime.CompilerServices;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Player;

namespace Spotify.Functions.Playback;

/// <summary>
/// Queries for the items that follow an item in a context, in the order of the player. One round trip; two if the context is shuffled.
/// </summary>
public sealed class PlaybackContext(IDatabase database, ContextPages pages, ContextReader contexts)
{
    /// <summary>The maximum number of items.</summary>
    public const int MaxItems = 20;

    private static readonly Statement ItemsById = new(
        $"SELECT {PlaybackItem.Columns} FROM Playables WHERE PlayableId IN ({Statement.List("id", MaxItems)})",
        [.. Statement.ListParameters("id", MaxItems, ColumnType.String)]);

    /// <summary>
    /// Returns up to <see cref="MaxItems"/> items after <paramref name="current"/> in a context, in order. Returns none if the current item
    /// is not part of the context or the listener may not see the context.
    /// </summary>
    /// <param name="place">The place of the current item. If it has only the context, the first occurrence of the item is meant.</param>
    /// <param name="current">The current item.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="ct">Cancels the read.</param>
    public IAsyncEnumerable<PlaybackItem> NextAsync(
        PlaybackPlace place, PlaybackItem current, ContextListener listener, CancellationToken ct)
    {
        if (place.ShuffleSeed is { } seed) return ShuffledAsync(place, seed, current, listener, ct);
        if (PlaceOf(place, current) is not { } from) return AsyncEnumerable.Empty<PlaybackItem>();
        return pages.FromAsync(place.Context, listener, from, MaxItems + 1, Staleness.Recent, ct)
            .Where((row, index) => from is ContextOffset.Key key ? row.Key != key.Value : index > 0)
            .Where(row => row.Item is not null).Select(row => PlaybackItem.FromRow(row.Item!)).Take(MaxItems);
    }

    // The keys in albums and of artists' tracks are known, so that the page is read without a search for the item.
    private static ContextOffset? PlaceOf(PlaybackPlace place, PlaybackItem current)
    {
        if (place.Key is { } key) return new ContextOffset.Key(key);
        switch (place.Context.Type)
        {
            case "playlist" or PlayContext.Collection:
                return place.Offset is { } offset ? new ContextOffset.Position(offset) : new ContextOffset.Item(current.Uri.Id);
            case "artist":
                return new ContextOffset.Key(ContextKey.OfArtist(current.Popularity, current.Uri.Id));
            default:
                return SpotifyUri.TryParse(place.Context.Uri, out var parent) && parent.Id == current.ParentId
                    ? new ContextOffset.Key(ContextKey.InParent(current.DiscNumber, current.Number, current.Uri.Id))
                    : null;
        }
    }

    private async IAsyncEnumerable<PlaybackItem> ShuffledAsync(
        PlaybackPlace place,
        long seed,
        PlaybackItem current,
        ContextListener listener,
        [EnumeratorCancellation] CancellationToken ct)
    {
        ContextOffset from = place.Key is { } key ? new ContextOffset.Key(key)
            : place.Offset is { } offset ? new ContextOffset.Position(offset)
            : new ContextOffset.Item(current.Uri.Id);
        var window = await contexts.AfterAsync(listener, place.Context, from, seed, place.ShuffleStart, MaxItems, ct);
        if (window.Next.Count == 0) yield break;
        var ids = window.Next.Select(item => item.Uri[(item.Uri.LastIndexOf(':') + 1)..]).ToList();
        var items = await database.QueryAsync(ItemsById, new Parameters().AddList("id", ids, MaxItems), Staleness.Recent, ct)
            .Select(PlaybackItem.FromRow).ToDictionaryAsync(item => item.Uri.Id, StringComparer.Ordinal, ct);
        foreach (var id in ids)
            if (items.TryGetValue(id, out var item)) yield return item;
    }
}
