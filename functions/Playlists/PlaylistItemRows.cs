using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Playlists;

/// <summary>
/// The rows of a playlist's items, read and written by position in a transaction. Only the rows of moved items are written, and those of a
/// few neighbors where order keys have become too long.
/// </summary>
internal sealed class PlaylistItemRows(ITransaction transaction, string playlistId, int count)
{
    // The number of neighbors on either side that get new keys if there is no room. Each further attempt uses four times as many.
    private const int FirstWindow = 32;

    // The positions of up to this number of items are counted one by one; for more, all items are read.
    private const int FewItems = 10;

    private static readonly Table Table = Schema.Current.Table("PlaylistItems");

    private static readonly Statement FromStart = new(
        """
        SELECT OrderKey, Type, PlayableId, AddedAt, AddedBy FROM PlaylistItems
        WHERE PlaylistId = @playlist ORDER BY OrderKey LIMIT @limit OFFSET @offset
        """,
        ("playlist", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    private static readonly Statement FromEnd = new(
        """
        SELECT OrderKey, Type, PlayableId, AddedAt, AddedBy FROM PlaylistItems
        WHERE PlaylistId = @playlist ORDER BY OrderKey DESC LIMIT @limit OFFSET @offset
        """,
        ("playlist", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    private static readonly Statement OfPlayables = new(
        $"""
        SELECT OrderKey, Type, PlayableId, AddedAt, AddedBy FROM PlaylistItems
        WHERE PlaylistId = @playlist AND PlayableId IN ({Statement.List("id", PlaylistEditor.MaxItemsOfRequest)})
        ORDER BY OrderKey LIMIT @limit
        """,
        [
            ("playlist", ColumnType.String),
            .. Statement.ListParameters("id", PlaylistEditor.MaxItemsOfRequest, ColumnType.String),
            ("limit", ColumnType.Int64),
        ]);

    private static readonly Statement PositionsOf = new(
        $"""
        SELECT Item.OrderKey, (
          SELECT COUNT(*) FROM PlaylistItems Earlier WHERE Earlier.PlaylistId = @playlist AND Earlier.OrderKey < Item.OrderKey
        ) AS Position
        FROM PlaylistItems Item WHERE Item.PlaylistId = @playlist AND Item.OrderKey IN ({Statement.List("key", FewItems)})
        """,
        [("playlist", ColumnType.String), .. Statement.ListParameters("key", FewItems, ColumnType.String)]);

    /// <summary>Returns the items at the given positions, with their keys.</summary>
    public async Task<IReadOnlyList<(string Key, PlaylistItem Item)>> ReadAsync(PositionSet positions)
    {
        if (positions.Count == 0) return [];
        if (positions.Runs.Count() == 1) return await ReadAsync(positions.First(), positions.Count);
        var (first, last) = (positions.First(), positions.Last());
        var span = await ReadAsync(first, last - first + 1);
        return [.. positions.Select(position => span[position - first])];
    }

    /// <summary>Returns the items that refer to the given tracks and episodes, with their positions and keys.</summary>
    /// <param name="playableIds">Up to <see cref="PlaylistEditor.MaxItemsOfRequest"/> ids.</param>
    public async Task<IReadOnlyList<(int Position, string Key, PlaylistItem Item)>> FindAsync(IReadOnlyList<string> playableIds)
    {
        if (playableIds.Count == 0) return [];
        var parameters = new Parameters { { "playlist", playlistId }, { "limit", FewItems + 1 } }
            .AddList("id", playableIds, PlaylistEditor.MaxItemsOfRequest);
        var found = await transaction.QueryAsync(OfPlayables, parameters).Select(Read).ToListAsync();
        if (found.Count > FewItems)
        {
            var ids = playableIds.ToHashSet(StringComparer.Ordinal);
            var all = (await ReadAsync(0, count)).Select((row, position) => (position, row.Key, row.Item));
            return [.. all.Where(row => ids.Contains(row.Item.PlayableId))];
        }

        if (found.Count == 0) return [];
        var keys = new Parameters { { "playlist", playlistId } }.AddList("key", [.. found.Select(row => row.Key)], FewItems);
        var positions = await transaction.QueryAsync(PositionsOf, keys)
            .ToDictionaryAsync(row => row.String("OrderKey"), row => row.Int32("Position"), StringComparer.Ordinal);
        return [.. found.Select(row => (positions[row.Key], row.Key, row.Item))];
    }

    /// <summary>Removes all items.</summary>
    public void DeleteAll() => transaction.Add(Mutation.Delete(Table, new Key(playlistId)));

    /// <summary>Removes items.</summary>
    public void Delete(IEnumerable<string> keys)
    {
        foreach (var key in keys) transaction.Add(Mutation.Delete(Table, new Key(playlistId, key)));
    }

    /// <summary>Writes all items of a playlist whose items were deleted before.</summary>
    public void WriteAll(IReadOnlyList<PlaylistItem> items) => Write(OrderKeys.Between(null, null, items.Count)!, items);

    /// <summary>Inserts items into a gap.</summary>
    public Task InsertAsync(int gap, IReadOnlyList<PlaylistItem> items) => InsertAsync(gap, items, PositionSet.Run(0, 0));

    /// <summary>Moves items into a gap.</summary>
    public async Task MoveAsync(PositionSet positions, int gap)
    {
        (positions, gap) = Shorter(positions, gap);
        if (positions.Count == 0) return;
        var rows = await ReadAsync(positions);
        Delete(rows.Select(row => row.Key));
        await InsertAsync(gap, [.. rows.Select(row => row.Item)], positions);
    }

    /// <summary>
    /// Returns an equivalent move of fewer items, if there is one: moving a run over its neighbors is the same as moving the neighbors over
    /// the run. Returns an empty set if the run is already in the gap.
    /// </summary>
    private static (PositionSet Positions, int Gap) Shorter(PositionSet positions, int gap)
    {
        if (positions.Count == 0 || positions.Runs.Count() > 1) return (positions, gap);
        var (start, length) = positions.Runs.First();
        var end = start + length;
        var (over, other) =
            gap > end ? (PositionSet.Run(end, gap - end), start)
            : gap < start ? (PositionSet.Run(gap, start - gap), end)
            : (PositionSet.Run(0, 0), gap);
        return over.Count < length ? (over, other) : (positions, gap);
    }

    // The rows at the leaving positions are deleted in the same transaction.
    private async Task InsertAsync(int gap, IReadOnlyList<PlaylistItem> items, PositionSet leaving)
    {
        for (var window = 0; ; window = Math.Max(FirstWindow, window * 4))
        {
            var first = Math.Max(0, gap - window - 1 - leaving.Count);
            var around = (await ReadAsync(first, Math.Min(count, gap + window + 1 + leaving.Count) - first))
                .Select((row, i) => (row.Key, row.Item, Position: first + i))
                .Where(row => !leaving.Contains(row.Position))
                .ToList();
            var left = around.Where(row => row.Position < gap).TakeLast(window + 1).ToList();
            var right = around.Where(row => row.Position >= gap).Take(window + 1).ToList();
            var (lower, upper) = (left.Count > window ? left[0].Key : null, right.Count > window ? right[^1].Key : null);
            if (lower is not null) left.RemoveAt(0);
            if (upper is not null) right.RemoveAt(right.Count - 1);

            var keys = OrderKeys.Between(lower, upper, left.Count + items.Count + right.Count);
            // New keys for neighbors are at most half as long as allowed, so that there is room for many insertions.
            var longest = window == 0 ? OrderKeys.MaxLength : OrderKeys.MaxLength / 2;
            if (keys is null || (keys.Any(key => key.Length > longest) && (lower ?? upper) is not null)) continue;

            Delete(left.Concat(right).Select(row => row.Key));
            Write(keys, [.. left.Select(row => row.Item), .. items, .. right.Select(row => row.Item)]);
            return;
        }
    }

    private void Write(IReadOnlyList<string> keys, IReadOnlyList<PlaylistItem> items)
    {
        foreach (var (key, item) in keys.Zip(items))
        {
            transaction.Add(Mutation.Insert(
                Table,
                ("PlaylistId", playlistId), ("OrderKey", key), ("Type", item.Type), ("PlayableId", item.PlayableId),
                ("AddedAt", item.AddedAt), ("AddedBy", item.AddedBy)));
        }
    }

    private async Task<IReadOnlyList<(string Key, PlaylistItem Item)>> ReadAsync(int start, int length)
    {
        if (length <= 0) return [];
        // Reads from the nearer end, because the database scans all rows before the offset.
        var fromEnd = start > count - start - length;
        var offset = fromEnd ? count - start - length : start;
        var parameters = new Parameters { { "playlist", playlistId }, { "limit", length }, { "offset", offset } };
        var rows = await transaction.QueryAsync(fromEnd ? FromEnd : FromStart, parameters).Select(Read).ToListAsync();
        if (fromEnd) rows.Reverse();
        return rows;
    }

    private static (string Key, PlaylistItem Item) Read(Row row) => (row.String("OrderKey"), PlaylistItem.FromRow(row));
}
