using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web;
using Spotify.Web.Idempotency;

namespace Spotify.Functions.Playlists;

/// <summary>
/// Changes the items of playlists. Each change is one transaction that makes the next version; positions are judged in the snapshot
/// that the request names and carried over the changes made since. Methods answer the new snapshot.
/// </summary>
/// <remarks>
/// Failures are those of <see cref="Playlist.FindAsync(ITransaction, string, string, PlaylistRole)"/> for a collaborator, and 400 for what
/// is wrong with the request.
/// </remarks>
public sealed class PlaylistEditor(IDatabase database, TimeProvider time)
{
    /// <summary>The most items of a playlist.</summary>
    public const int MaxItems = 10_000;

    /// <summary>The most items that a request adds or names.</summary>
    public const int MaxItemsOfRequest = 100;

    private static readonly Statement PlayableTypes = new(
        $"SELECT PlayableId, Type FROM Playables WHERE PlayableId IN ({Statement.List("id", MaxItemsOfRequest)})",
        [.. Statement.ListParameters("id", MaxItemsOfRequest, ColumnType.String)]);

    /// <summary>Adds items.</summary>
    /// <param name="position">Where the first of them will be; null: at the end.</param>
    public async Task<string> AddAsync(
        string id, string userId, IReadOnlyList<SpotifyUri> uris, int? position, string? snapshotId, IdempotencyKey? idempotencyKey, CancellationToken ct)
    {
        return await EditAsync(id, userId, idempotencyKey, async (edit, now) =>
        {
            var (playlist, rows) = edit;
            await RequireExistingAsync(edit.Transaction, uris);
            if (playlist.Items + uris.Count > MaxItems)
                throw new ApiException(StatusCodes.Status403Forbidden, $"A playlist has at most {MaxItems} items; this one has {playlist.Items}");
            var history = await PlaylistHistory.SinceAsync(edit.Transaction, playlist, snapshotId);
            if (position < 0 || position > history.Length) throw ApiException.BadRequest($"Invalid position: a number from 0 to {history.Length} is wanted");

            var gap = history.MapGap(position ?? history.Length);
            await rows.InsertAsync(gap, [.. uris.Select(uri => PlaylistItem.New(uri, now, userId))]);
            return [new ItemInsertion(gap, uris.Count)];
        }, ct);
    }

    /// <summary>Puts items in the place of all there are; of a snapshot, of all that it has: what was added since stays, after them.</summary>
    public async Task<string> ReplaceAsync(string id, string userId, IReadOnlyList<SpotifyUri> uris, string? snapshotId, CancellationToken ct)
    {
        return await EditAsync(id, userId, null, async (edit, now) =>
        {
            var (playlist, rows) = edit;
            await RequireExistingAsync(edit.Transaction, uris);
            var replaced = (await PlaylistHistory.SinceAsync(edit.Transaction, playlist, snapshotId)).Carried;
            var kept = PositionSet.Of(Enumerable.Range(0, playlist.Items).Where(position => !replaced.Contains(position)));
            if (kept.Count + uris.Count > MaxItems) throw new ApiException(StatusCodes.Status403Forbidden, $"A playlist has at most {MaxItems} items; {kept.Count} were added since the snapshot");
            PlaylistItem[] items = [.. uris.Select(uri => PlaylistItem.New(uri, now, userId)), .. (await rows.ReadAsync(kept)).Select(row => row.Item)];
            rows.DeleteAll();
            rows.WriteAll(items);
            return [new ItemRemoval(replaced), new ItemInsertion(0, uris.Count)];
        }, ct);
    }

    /// <summary>Moves items that stand one after the other in the snapshot. Those removed since stay away; the others are gathered.</summary>
    public Task<string> ReorderAsync(string id, string userId, int rangeStart, int rangeLength, int insertBefore, string? snapshotId, CancellationToken ct) =>
        EditAsync(id, userId, null, async (edit, _) =>
        {
            var (playlist, rows) = edit;
            var history = await PlaylistHistory.SinceAsync(edit.Transaction, playlist, snapshotId);
            if (rangeLength < 1) throw ApiException.BadRequest("Invalid range_length: a number from 1 is wanted");
            if (rangeStart < 0 || rangeStart > history.Length - rangeLength)
                throw ApiException.BadRequest($"Invalid range_start: the playlist has {history.Length} items");
            if (insertBefore < 0 || insertBefore > history.Length) throw ApiException.BadRequest($"Invalid insert_before: a number from 0 to {history.Length} is wanted");

            var positions = PositionSet.Of(Enumerable.Range(rangeStart, rangeLength).Select(history.MapItem).OfType<int>());
            if (positions.Count == 0) throw ApiException.BadRequest("None of the items to be moved is in the playlist any more");
            var gap = history.MapGap(insertBefore);
            await rows.MoveAsync(positions, gap);
            return [new ItemMove(positions, gap)];
        }, ct);

    /// <summary>
    /// Removes items: all that the snapshot has with a URI or, where positions are given, those of them. What is not there, or was removed since the
    /// snapshot, is no error; a position at which the snapshot has something else is.
    /// </summary>
    public Task<string> RemoveAsync(string id, string userId, IReadOnlyList<(SpotifyUri Uri, IReadOnlyList<int>? Positions)> items, string? snapshotId, CancellationToken ct) =>
        EditAsync(id, userId, null, async (edit, _) =>
        {
            var (playlist, rows) = edit;
            var history = await PlaylistHistory.SinceAsync(edit.Transaction, playlist, snapshotId);
            var keys = new SortedDictionary<int, string>();
            var inSnapshot = history.Carried;
            var everywhere = items.Where(item => item.Positions is null).Select(item => item.Uri.ToString()).ToHashSet(StringComparer.Ordinal);
            foreach (var (position, key, item) in await rows.FindAsync([.. items.Where(item => item.Positions is null).Select(item => item.Uri.Id).Distinct()]))
                if (everywhere.Contains(item.Uri) && inSnapshot.Contains(position)) keys[position] = key;

            var carried = new List<(int Given, int Now, SpotifyUri Uri)>();
            foreach (var (uri, given) in items)
            {
                foreach (var position in given ?? [])
                {
                    if (position < 0 || position >= history.Length) throw ApiException.BadRequest($"Invalid position {position}: the playlist has {history.Length} items");
                    if (history.MapItem(position) is { } now) carried.Add((position, now, uri));
                }
            }

            var positions = PositionSet.Of(carried.Select(item => item.Now));
            var there = positions.Zip(await rows.ReadAsync(positions)).ToDictionary(row => row.First, row => row.Second);
            foreach (var (given, now, uri) in carried)
            {
                if (there[now].Item.Uri != uri.ToString()) throw ApiException.BadRequest($"Invalid position {given}: there is no {uri}");
                keys[now] = there[now].Key;
            }

            var removed = PositionSet.Of(keys.Keys);
            rows.Delete(keys.Values);
            return removed.Count == 0 ? [] : [new ItemRemoval(removed)];
        }, ct);

    /// <summary>Runs an edit; one that has no operations makes no version.</summary>
    private Task<string> EditAsync(
        string id, string userId, IdempotencyKey? idempotencyKey, Func<Edit, DateTimeOffset, Task<IReadOnlyList<PlaylistOperation>>> operate, CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return database.TransactAsync(transaction => transaction.AnswerOnceAsync(idempotencyKey, now, async () =>
        {
            var playlist = await Playlist.FindAsync(transaction, id, userId, PlaylistRole.Collaborator);
            var operations = await operate(new Edit(playlist, new PlaylistItemRows(transaction, id, playlist.Items), transaction), now);
            if (operations.Count == 0) return playlist.SnapshotId;
            foreach (var mutation in playlist.NextVersion(operations, now)) transaction.Add(mutation);
            return SnapshotId.Format(id, playlist.Version + 1);
        }), ct);
    }

    /// <exception cref="ApiException">400: the catalog does not have one of them.</exception>
    private static async Task RequireExistingAsync(ITransaction transaction, IReadOnlyList<SpotifyUri> uris)
    {
        if (uris.Count == 0) return;
        var types = await transaction.QueryAsync(PlayableTypes, new Parameters().AddList("id", [.. uris.Select(uri => uri.Id)], MaxItemsOfRequest))
            .ToDictionaryAsync(row => row.String("PlayableId"), row => row.String("Type"), StringComparer.Ordinal);
        foreach (var uri in uris)
            if (types.GetValueOrDefault(uri.Id) != SpotifyUri.WireName(uri.Type)) throw ApiException.BadRequest($"Payload contains a non-existing ID: {uri}");
    }

    private sealed record Edit(Playlist Playlist, PlaylistItemRows Rows, ITransaction Transaction)
    {
        public void Deconstruct(out Playlist playlist, out PlaylistItemRows rows) => (playlist, rows) = (Playlist, Rows);
    }
}
