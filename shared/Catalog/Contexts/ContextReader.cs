using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Player;

namespace Spotify.Catalog.Contexts;

/// <summary>
/// A reader of the items of contexts that a listener may play: those that are available in the market now, and that the explicit filter
/// does not exclude. Items without audio are included.
/// </summary>
public sealed class ContextReader(IDatabase database, ContextPages pages, TimeProvider time)
{
    private const int MaxIds = 100;

    // Most items may be played, so that one page is enough. The last page is the rest of the longest playlist.
    private static readonly int[] PageSizes = [PlayerLimits.MaxNext + 20, 1_000, ContextPages.MaxShuffled];

    private static readonly Statement ItemsById = new(
        $"""
        SELECT {PlayableColumns.Rights}, Credits.ArtistId
        FROM Playables LEFT JOIN Credits ON Credits.PlayableId = Playables.PlayableId AND Credits.Position = 0
        WHERE Playables.PlayableId IN ({Statement.List("id", MaxIds)})
        """,
        [.. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    /// <summary>
    /// Returns the items around the place where a context begins to play. If the listener may not play the item there, the next one is the
    /// current one. A window without a current item means that there is nothing to play at the place or after it.
    /// </summary>
    /// <param name="listener">The listener.</param>
    /// <param name="context">The context.</param>
    /// <param name="offset">The place; null for the start.</param>
    /// <param name="shuffleSeed">The seed of the shuffled order; null for the order of the context.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>The window; null if the context is unknown, or the listener may not see it.</returns>
    public async Task<ContextWindow?> StartAsync(
        ContextListener listener, PlayContext context, ContextOffset? offset, long? shuffleSeed, CancellationToken ct)
    {
        var reading = new Reading(listener, context, time.GetUtcNow());
        var window = await StartAsync(reading, offset, shuffleSeed, ct);
        if (window?.Item is not null || reading.Staleness is null) return window;
        // A new album, or its latest track, is not in an old snapshot.
        return await StartAsync(reading with { Staleness = null }, offset, shuffleSeed, ct);
    }

    /// <summary>Returns the items after an occurrence, which may have been removed since.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="context">The context.</param>
    /// <param name="keys">
    /// The key of the occurrence, and those of occurrences before it, the nearest first: a removed occurrence has no place in a shuffled
    /// order, which continues after the first one that is still in the context, or from its start if there is none. Empty for the items
    /// from the start of the context.
    /// </param>
    /// <param name="shuffleSeed">The seed of the shuffled order; null for the order of the context.</param>
    /// <param name="count">The maximum number of items.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>A window without previous and current items. Empty if the context can no longer be seen.</returns>
    public async Task<ContextWindow> AfterAsync(
        ContextListener listener,
        PlayContext context,
        IReadOnlyList<string> keys,
        long? shuffleSeed,
        int count,
        CancellationToken ct)
    {
        var reading = new Reading(listener, context, time.GetUtcNow());
        if (shuffleSeed is { } seed)
        {
            return await AllAsync(reading, ct) is { } occurrences
                ? ShuffledContext.Window(null, new ShuffledContext(context, occurrences, seed).After(keys), count)
                : ContextWindow.Empty;
        }

        var key = keys.Count > 0 ? keys[0] : null;
        var page = await ReadAsync(reading, key is null ? null : new ContextOffset.Key(key), 0, count, ct, key);
        return new ContextWindow([], null, page.Items, page.IsComplete);
    }

    /// <summary>Returns the items of a list that the listener may play, in order. Their keys are their ids.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="uris">URIs of tracks, episodes and chapters, which may repeat, up to <see cref="PlayerLimits.MaxUris"/>.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<ContextItem>> ItemsAsync(
        ContextListener listener, IReadOnlyList<string> uris, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var ids = uris.Select(uri => SpotifyUri.TryParse(uri, out var parsed) ? parsed.Id : null).OfType<string>().Distinct().ToList();
        var items = await FindAsync(ids, Staleness.Recent);

        // An item that was added or released a moment ago is not in an old snapshot.
        var missing = ids.Where(id => !items.ContainsKey(id)).ToList();
        foreach (var (id, item) in await FindAsync(missing, null)) items[id] = item;
        return [.. uris.Select(uri => Found(uri)).OfType<ContextItem>()];

        ContextItem? Found(string uri) => SpotifyUri.TryParse(uri, out var parsed) && items.TryGetValue(parsed.Id, out var item)
            && item.Uri == uri ? item : null;

        async Task<Dictionary<string, ContextItem>> FindAsync(List<string> wanted, Staleness? staleness)
        {
            var lists = await Task.WhenAll(wanted.Chunk(MaxIds).Select(async chunk => await database
                .QueryAsync(ItemsById, new Parameters().AddList("id", chunk, MaxIds), staleness, ct)
                .Where(row => IsPlayable(row, listener, now))
                .Select(row => ItemOf(row.String("PlayableId"), row) with { Artist = row.StringOrNull("ArtistId") }).ToListAsync(ct)));
            return lists.SelectMany(list => list).ToDictionary(item => item.Key, StringComparer.Ordinal);
        }
    }

    private static bool IsPlayable(Row? row, ContextListener listener, DateTimeOffset now)
    {
        if (row is null || (listener.ExplicitFilter && row.Bool("Explicit"))) return false;
        var rights = new Rights(
            new MarketSet(row.String("Markets")), row.TimestampOrNull("AvailableFrom"), row.TimestampOrNull("AvailableUntil"));
        return rights.Restricts(listener.Country, now) == Restriction.None;
    }

    private static ContextItem ItemOf(string key, Row row) =>
        new(key, $"spotify:{row.String("Type")}:{row.String("PlayableId")}", row.Int64("DurationMs"));

    private async Task<ContextWindow?> StartAsync(Reading reading, ContextOffset? offset, long? shuffleSeed, CancellationToken ct)
    {
        if (shuffleSeed is not { } seed) return await AroundAsync(reading, offset, ct);
        var around = offset is null ? null : AroundAsync(reading, offset, ct);
        var all = await AllAsync(reading, ct);
        var window = around is null ? null : await around;
        if (all is null || (around is not null && window?.Item is null)) return window;
        var shuffled = new ShuffledContext(reading.Context, all, seed);
        if ((window?.Item ?? shuffled.After().FirstOrDefault()) is not { } item) return ContextWindow.Empty;
        return ShuffledContext.Window(item, shuffled.Except(item.Key), PlayerLimits.MaxNext);
    }

    private async Task<IReadOnlyList<ShuffledOccurrence>?> AllAsync(Reading reading, CancellationToken ct)
    {
        var all = await pages.AllAsync(reading.Context, reading.Listener, reading.Now, reading.Staleness, ct);
        var isOther = reading.ItemType is { } type && all?.FirstOrDefault(one => one.Item is not null)?.Item is { } item
            && !item.Uri.StartsWith($"spotify:{type}:", StringComparison.Ordinal);
        return isOther ? null : all;
    }

    private async Task<ContextWindow?> AroundAsync(Reading reading, ContextOffset? offset, CancellationToken ct)
    {
        var before = offset is ContextOffset.Item or ContextOffset.Key ? BeforeAsync(reading, offset, ct) : null;
        var index = (offset as ContextOffset.Position)?.Index ?? 0;
        var skipped = Math.Min(index, PlayerLimits.MaxPrevious);
        var from = index > 0 ? new ContextOffset.Position(index - skipped) : offset;
        var page = await ReadAsync(reading, from, skipped, PlayerLimits.MaxNext + 1, ct);
        var previous = before is null ? page.Skipped : await before;
        // A page from a place that is not in the context is that of an unknown context.
        if (!page.IsFound && (offset is null || !(await ReadAsync(reading, null, 0, 1, ct)).IsFound)) return null;
        return page.Items.Count > 0
            ? new ContextWindow(previous, page.Items[0], [.. page.Items.Skip(1)], page.IsComplete)
            : ContextWindow.Empty;
    }

    /// <summary>Reads the playable items of the page before a place, the last one last.</summary>
    private async Task<IReadOnlyList<ContextItem>> BeforeAsync(Reading reading, ContextOffset from, CancellationToken ct)
    {
        var items = await pages.BeforeAsync(reading.Context, reading.Listener, from, PlayerLimits.MaxPrevious, reading.Staleness, ct)
            .Where(row => IsPlayable(row.Item, reading.Listener, reading.Now)).Select(row => ItemOf(row.Key, row.Item!)).ToListAsync(ct);
        items.Reverse();
        return items;
    }

    /// <summary>Reads items from a place on: a page, and further ones if the listener may not play enough of its items.</summary>
    /// <param name="reading">The context, and the listener.</param>
    /// <param name="from">The place; null for the start.</param>
    /// <param name="skip">The number of occurrences from the place on that are not counted.</param>
    /// <param name="count">The number of items.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <param name="except">The key of an occurrence that is left out.</param>
    private async Task<Page> ReadAsync(
        Reading reading, ContextOffset? from, int skip, int count, CancellationToken ct, string? except = null)
    {
        var (skipped, items) = (new List<ContextItem>(), new List<ContextItem>());
        var isFound = reading.Context.Type == PlayContext.Collection;
        foreach (var size in PageSizes)
        {
            var (limit, rows) = (size + skip, 0);
            await foreach (var row in pages.ReadAsync(reading.Context, reading.Listener, from, forward: true, limit, reading.Staleness, ct))
            {
                if (reading.ItemType is { } type && row.Item is not null && row.Item.String("Type") != type)
                    return new Page([], [], IsComplete: true, IsFound: false);
                isFound = true;
                rows++;
                if (row.Key.Length == 0 || IsSame(row.Key, except)) continue;
                (from, except) = (new ContextOffset.Key(row.Key), row.Key);
                var isSkipped = skip > 0;
                if (isSkipped) skip--;
                if (!IsPlayable(row.Item, reading.Listener, reading.Now)) continue;
                if (isSkipped) skipped.Add(ItemOf(row.Key, row.Item!));
                else if (items.Count < count) items.Add(ItemOf(row.Key, row.Item!));
                else return new Page(skipped, items, IsComplete: false, isFound);
            }

            if (rows < limit) break;
        }

        return new Page(skipped, items, IsComplete: true, isFound);

        bool IsSame(string key, string? other) =>
            other is not null && reading.Context.StableKey(key) == reading.Context.StableKey(other);
    }

    private sealed record Reading(ContextListener Listener, PlayContext Context, DateTimeOffset Now)
    {
        /// <summary>Listeners see their own changes at once.</summary>
        public Staleness? Staleness { get; init; } =
            Context.Type is "playlist" or PlayContext.Collection ? null : Domain.Ports.Staleness.Recent;

        /// <summary>The type of all items; null for any. The id of an album is not that of a show.</summary>
        public string? ItemType => Context.Type switch { "album" => "track", "audiobook" => "chapter", "show" => "episode", _ => null };
    }

    private sealed record Page(IReadOnlyList<ContextItem> Skipped, IReadOnlyList<ContextItem> Items, bool IsComplete, bool IsFound);
}
