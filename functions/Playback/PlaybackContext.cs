using System.Runtime.CompilerServices;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Player;

namespace Spotify.Functions.Playback;

/// <summary>Queries for the items that follow an item, in the order of the player. One round trip.</summary>
public sealed class PlaybackContext(IDatabase database, ContextPages pages)
{
    /// <summary>The maximum number of items of a context.</summary>
    public const int MaxItems = 20;

    private static readonly Statement ItemsById = new(
        $"SELECT {PlaybackItem.Columns} FROM Playables WHERE PlayableId IN ({Statement.List("id", PlaybackPlace.MaxNext)})",
        [.. Statement.ListParameters("id", PlaybackPlace.MaxNext, ColumnType.String)]);

    /// <summary>
    /// Returns the items that the place names or, without them, up to <see cref="MaxItems"/> items after <paramref name="current"/> in the
    /// context, in order. Returns none if the current item is not part of the context or the listener may not see the context.
    /// </summary>
    /// <param name="place">The place of the current item. If it has only the context, the first occurrence of the item is meant.</param>
    /// <param name="current">The current item.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="ct">Cancels the read.</param>
    public IAsyncEnumerable<PlaybackItem> NextAsync(
        PlaybackPlace place, PlaybackItem current, ContextListener listener, CancellationToken ct)
    {
        if (place.Next.Count > 0) return NamedAsync(place.Next, ct);
        if (place.Context is not { } context || PlaceOf(context, place, current) is not { } from)
            return AsyncEnumerable.Empty<PlaybackItem>();
        return pages.FromAsync(context, listener, from, MaxItems + 1, Staleness.Recent, ct)
            .Where((row, index) => from is ContextOffset.Key key
                ? context.StableKey(row.Key) != context.StableKey(key.Value)
                : index > 0)
            .Where(row => row.Item is not null).Select(row => PlaybackItem.FromRow(row.Item!)).Take(MaxItems);
    }

    // The keys in albums and of artists' tracks are known, so that the page is read without a search for the item.
    private static ContextOffset? PlaceOf(PlayContext context, PlaybackPlace place, PlaybackItem current)
    {
        if (place.Key is { } key) return new ContextOffset.Key(key);
        switch (context.Type)
        {
            case "playlist" or PlayContext.Collection:
                return place.Offset is { } offset ? new ContextOffset.Position(offset) : new ContextOffset.Item(current.Uri.Id);
            case "artist":
                return new ContextOffset.Key(ContextKey.OfArtist(current.Popularity, current.Uri.Id));
            default:
                return SpotifyUri.TryParse(context.Uri, out var parent) && parent.Id == current.ParentId
                    ? new ContextOffset.Key(ContextKey.InParent(current.DiscNumber, current.Number, current.Uri.Id))
                    : null;
        }
    }

    private async IAsyncEnumerable<PlaybackItem> NamedAsync(IReadOnlyList<NextItem> next, [EnumeratorCancellation] CancellationToken ct)
    {
        var parameters = new Parameters().AddList("id", [.. next.Select(item => item.Id)], PlaybackPlace.MaxNext);
        var items = await database.QueryAsync(ItemsById, parameters, Staleness.Recent, ct)
            .Select(PlaybackItem.FromRow).ToDictionaryAsync(item => item.Uri.Id, StringComparer.Ordinal, ct);
        foreach (var (id, type) in next)
            if (items.Remove(id, out var item) && (type is null || type == item.Uri.Type)) yield return item;
    }
}
