using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Player;

namespace Spotify.Catalog.Contexts;

/// <summary>An occurrence in a context.</summary>
/// <param name="Key">The key.</param>
/// <param name="Item">The row, with <see cref="PlayableColumns.Playback"/>; null if the item was removed from the catalog.</param>
public readonly record struct ContextRow(string Key, Row? Item);

/// <summary>A reader of pages of contexts, in their order. A page is one round trip.</summary>
public sealed class ContextPages(IDatabase database)
{
    /// <summary>The maximum number of occurrences that are shuffled: the maximum length of a playlist. Others are not played.</summary>
    public const int MaxShuffled = 10_000;

    /// <summary>Returns the occurrences from a place in a context on, including the one at the place.</summary>
    /// <param name="context">The context. That of liked songs is the listener's own.</param>
    /// <param name="listener">The user who must be able to see a playlist, and in whose market an artist's tracks are available.</param>
    /// <param name="from">The place; null for the start.</param>
    /// <param name="limit">The maximum number of occurrences.</param>
    /// <param name="staleness">The permitted age of the data.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>The occurrences; none if the context is unknown, not visible or empty, or if there is nothing at the place.</returns>
    public IAsyncEnumerable<ContextRow> FromAsync(
        PlayContext context, ContextListener listener, ContextOffset? from, int limit, Staleness? staleness, CancellationToken ct) =>
        ReadAsync(context, listener, from, forward: true, limit, staleness, ct).Where(row => row.Key.Length > 0);

    /// <summary>Returns the occurrences before a place in a context, in reverse order.</summary>
    /// <inheritdoc cref="FromAsync"/>
    public IAsyncEnumerable<ContextRow> BeforeAsync(
        PlayContext context, ContextListener listener, ContextOffset from, int limit, Staleness? staleness, CancellationToken ct) =>
        ReadAsync(context, listener, from, forward: false, limit + 1, staleness, ct)
            .Where((row, index) => row.Key.Length > 0 && !(from is ContextOffset.Key key ? row.Key == key.Value : index == 0))
            .Take(limit);

    /// <summary>
    /// Returns the occurrences in a context from the start, up to <see cref="MaxShuffled"/>, in order. Returns null if the context is
    /// unknown or not visible. Occurrences of items that were removed from the catalog are left out, because their artists are unknown, so
    /// that they have no place in a shuffled order.
    /// </summary>
    internal async Task<IReadOnlyList<ShuffledOccurrence>?> AllAsync(
        PlayContext context, ContextListener listener, DateTimeOffset now, Staleness? staleness, CancellationToken ct)
    {
        var order = OrderOf(context);
        var parameters = new Parameters
        {
            { "context", IdOf(context, listener) },
            { "limit", MaxShuffled },
            { "market", MarketPattern(listener) },
            { "now", now },
            { "filter", listener.ExplicitFilter },
        };
        if (order == ContextOrder.Playlist) parameters.Add("viewer", ViewerOf(listener));
        var rows = await database.QueryAsync(ContextStatements.All(order), parameters, staleness, ct).ToListAsync(ct);
        if (rows.Count == 0 && order != ContextOrder.Collection) return null;
        return [.. rows.Where(row => !row.IsNull("PlayableId")).Select(row =>
        {
            var (key, id, artist) = (ContextKey.Of(order, row), row.String("PlayableId"), row.StringOrNull("ArtistId"));
            var item = new ContextItem(key, $"spotify:{row.String("Type")}:{id}", row.Int64("DurationMs"), artist);
            return new ShuffledOccurrence(key, artist, row.Int64("IsPlayable") == 0 ? null : item);
        })];
    }

    /// <summary>Returns the order of the items of a context.</summary>
    internal static ContextOrder OrderOf(PlayContext context) => context.Type switch
    {
        "playlist" => ContextOrder.Playlist,
        PlayContext.Collection => ContextOrder.Collection,
        "artist" => ContextOrder.Artist,
        "show" => ContextOrder.Latest,
        _ => ContextOrder.Parent,
    };

    /// <summary>Returns a page, with a first row that has an empty key if the context is a playlist that is visible and empty.</summary>
    internal IAsyncEnumerable<ContextRow> ReadAsync(
        PlayContext context,
        ContextListener listener,
        ContextOffset? from,
        bool forward,
        int limit,
        Staleness? staleness,
        CancellationToken ct)
    {
        var order = OrderOf(context);
        var parameters = new Parameters
        {
            { "context", IdOf(context, listener) },
            { "limit", limit },
            { "offset", from is ContextOffset.Position position ? position.Index : 0 },
        };
        if (order == ContextOrder.Playlist) parameters.Add("viewer", ViewerOf(listener));
        if (order == ContextOrder.Artist) parameters.Add("market", MarketPattern(listener));
        if (from is ContextOffset.Item item) parameters.Add("item", item.Id);
        else ContextKey.AddTo(parameters, order, (from as ContextOffset.Key)?.Value);
        var statement = from is ContextOffset.Item
            ? ContextStatements.FromItem(order, forward)
            : ContextStatements.FromKey(order, forward);
        return database.QueryAsync(statement, parameters, staleness, ct).Select(row => new ContextRow(
            row.IsNull(ContextOrder.KeyNames[0]) ? "" : ContextKey.Of(order, row), row.IsNull("PlayableId") ? null : row));
    }

    private static string ViewerOf(ContextListener listener) => listener.MayReadPrivate ? listener.UserId : "";

    // The pattern for an invalid country matches no list of markets, because a market has two letters.
    private static string MarketPattern(ContextListener listener) =>
        listener.Country.Length == 2 ? $"%{listener.Country}%" : "%---%";

    private static string IdOf(PlayContext context, ContextListener listener) =>
        context.Type == PlayContext.Collection ? listener.UserId
        : SpotifyUri.TryParse(context.Uri, out var uri) ? uri.Id
        : "";
}
