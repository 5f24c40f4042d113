using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Web;
using Spotify.Web.Idempotency;
using Spotify.Web.Identity;

namespace Spotify.Functions.Playlists;

/// <summary>
/// An editor of the items of playlists. Each change is one transaction that writes the next version. Positions in a request refer to its
/// snapshot, and are mapped to the current version over the changes made since. Methods return the id of the new snapshot.
/// </summary>
/// <remarks>
/// Methods throw the errors of <see cref="Playlist.FindAsync(ITransaction, string, Caller, PlaylistRole)"/> for a collaborator, and 400 for
/// an invalid request.
/// </remarks>
public sealed class PlaylistEditor(IDatabase database, TimeProvider time)
{
    /// <summary>The maximum number of items in a playlist.</summary>
    public const int MaxItems = 10_000;

    /// <summary>The maximum number of items in a request.</summary>
    public const int MaxItemsOfRequest = 100;

    private static readonly Statement PlayableTypes = new(
        $"SELECT PlayableId, Type FROM Playables WHERE PlayableId IN ({Statement.List("id", MaxItemsOfRequest)})",
        [.. Statement.ListParameters("id", MaxItemsOfRequest, ColumnType.String)]);

    /// <summary>Adds items at a position, or at the end if the position is null.</summary>
    public async Task<string> AddAsync(
        string id,
        Caller caller,
        IReadOnlyList<SpotifyUri> uris,
        int? position,
        string? snapshotId,
        IdempotencyKey? idempotencyKey,
        CancellationToken ct)
    {
        return await EditAsync(id, caller, idempotencyKey, async (edit, now) =>
        {
            var (playlist, rows) = edit;
            await RequireExistingAsync(edit.Transaction, uris);
            if (playlist.Items + uris.Count > MaxItems)
            {
                throw new ApiException(
                    StatusCodes.Status403Forbidden, $"A playlist has at most {MaxItems} items; this one has {playlist.Items}");
            }

            var history = await PlaylistHistory.SinceAsync(edit.Transaction, playlist, snapshotId);
            if (position < 0 || position > history.Length)
                throw ApiException.BadRequest($"Invalid position: a number from 0 to {history.Length} is wanted");

            var gap = history.MapGap(position ?? history.Length);
            await rows.InsertAsync(gap, [.. uris.Select(uri => PlaylistItem.New(uri, now, caller.RequireUser()))]);
            edit.RecordContributor(caller.RequireUser());
            return [new ItemInsertion(gap, uris.Count)];
        }, ct);
    }

    /// <summary>Replaces all items of the snapshot. Items added since the snapshot are kept, after the new ones.</summary>
    public async Task<string> ReplaceAsync(
        string id, Caller caller, IReadOnlyList<SpotifyUri> uris, string? snapshotId, CancellationToken ct)
    {
        return await EditAsync(id, caller, null, async (edit, now) =>
        {
            var (playlist, rows) = edit;
            await RequireExistingAsync(edit.Transaction, uris);
            var replaced = (await PlaylistHistory.SinceAsync(edit.Transaction, playlist, snapshotId)).CurrentPositions;
            var kept = PositionSet.Of(Enumerable.Range(0, playlist.Items).Where(position => !replaced.Contains(position)));
            if (kept.Count + uris.Count > MaxItems)
            {
                throw new ApiException(
                    StatusCodes.Status403Forbidden, $"A playlist has at most {MaxItems} items; {kept.Count} were added since the snapshot");
            }

            var keptItems = (await rows.ReadAsync(kept)).Select(row => row.Item);
            PlaylistItem[] items = [.. uris.Select(uri => PlaylistItem.New(uri, now, caller.RequireUser())), .. keptItems];
            rows.DeleteAll();
            rows.WriteAll(items);
            edit.RecordContributor(caller.RequireUser());
            return [new ItemRemoval(replaced), new ItemInsertion(0, uris.Count)];
        }, ct);
    }

    /// <summary>Moves a range of items of the snapshot. Items removed since are skipped; the others become adjacent.</summary>
    public Task<string> ReorderAsync(
        string id, Caller caller, int rangeStart, int rangeLength, int insertBefore, string? snapshotId, CancellationToken ct) =>
        EditAsync(id, caller, null, async (edit, _) =>
        {
            var (playlist, rows) = edit;
            var history = await PlaylistHistory.SinceAsync(edit.Transaction, playlist, snapshotId);
            if (rangeLength < 1) throw ApiException.BadRequest("Invalid range_length: a number from 1 is wanted");
            if (rangeStart < 0 || rangeStart > history.Length - rangeLength)
                throw ApiException.BadRequest($"Invalid range_start: the playlist has {history.Length} items");
            if (insertBefore < 0 || insertBefore > history.Length)
                throw ApiException.BadRequest($"Invalid insert_before: a number from 0 to {history.Length} is wanted");

            var positions = PositionSet.Of(Enumerable.Range(rangeStart, rangeLength).Select(history.MapItem).OfType<int>());
            if (positions.Count == 0) throw ApiException.BadRequest("None of the items to be moved is in the playlist any more");
            var gap = history.MapGap(insertBefore);
            await rows.MoveAsync(positions, gap);
            return [new ItemMove(positions, gap)];
        }, ct);

    /// <summary>
    /// Removes items: all occurrences of a URI in the snapshot or, if positions are given, the occurrences at those positions. Items that
    /// are not in the playlist or were removed since the snapshot are skipped. A position with another item in the snapshot is an error.
    /// </summary>
    public Task<string> RemoveAsync(
        string id,
        Caller caller,
        IReadOnlyList<(SpotifyUri Uri, IReadOnlyList<int>? Positions)> items,
        string? snapshotId,
        CancellationToken ct) =>
        EditAsync(id, caller, null, async (edit, _) =>
        {
            var (playlist, rows) = edit;
            var history = await PlaylistHistory.SinceAsync(edit.Transaction, playlist, snapshotId);
            var keys = new SortedDictionary<int, string>();
            var inSnapshot = history.CurrentPositions;
            var everywhere = items.Where(item => item.Positions is null).Select(item => item.Uri).ToHashSet();
            foreach (var (position, key, item) in await rows.FindAsync([.. everywhere.Select(uri => uri.Id).Distinct()]))
                if (everywhere.Any(uri => uri.ToString() == item.Uri) && inSnapshot.Contains(position)) keys[position] = key;

            var mapped = new List<(int Requested, int Current, SpotifyUri Uri)>();
            foreach (var (uri, itemPositions) in items)
            {
                foreach (var position in itemPositions ?? [])
                {
                    if (position < 0 || position >= history.Length)
                        throw ApiException.BadRequest($"Invalid position {position}: the playlist has {history.Length} items");
                    if (history.MapItem(position) is { } current) mapped.Add((position, current, uri));
                }
            }

            var positions = PositionSet.Of(mapped.Select(item => item.Current));
            var present = positions.Zip(await rows.ReadAsync(positions)).ToDictionary(row => row.First, row => row.Second);
            foreach (var (requested, current, uri) in mapped)
            {
                if (present[current].Item.Uri != uri.ToString())
                    throw ApiException.BadRequest($"Invalid position {requested}: there is no {uri}");
                keys[current] = present[current].Key;
            }

            var removed = PositionSet.Of(keys.Keys);
            rows.Delete(keys.Values);
            return removed.Count == 0 ? [] : [new ItemRemoval(removed)];
        }, ct);

    /// <summary>Runs an edit in a transaction. An edit without operations does not create a version.</summary>
    private Task<string> EditAsync(
        string id,
        Caller caller,
        IdempotencyKey? idempotencyKey,
        Func<Edit, DateTimeOffset, Task<IReadOnlyList<PlaylistOperation>>> operate,
        CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return database.TransactAsync(transaction => transaction.AnswerOnceAsync(idempotencyKey, now, async () =>
        {
            var playlist = await Playlist.FindAsync(transaction, id, caller, PlaylistRole.Collaborator);
            var operations = await operate(new Edit(playlist, new PlaylistItemRows(transaction, id, playlist.Items), transaction), now);
            if (operations.Count == 0) return playlist.SnapshotId;
            foreach (var mutation in playlist.NextVersion(operations, now)) transaction.Add(mutation);
            return SnapshotId.Format(id, playlist.Version + 1);
        }), ct);
    }

    /// <exception cref="ApiException">400: an item does not exist in the catalog.</exception>
    private static async Task RequireExistingAsync(ITransaction transaction, IReadOnlyList<SpotifyUri> uris)
    {
        if (uris.Count == 0) return;
        var parameters = new Parameters().AddList("id", [.. uris.Select(uri => uri.Id)], MaxItemsOfRequest);
        var types = await transaction.QueryAsync(PlayableTypes, parameters)
            .ToDictionaryAsync(row => row.String("PlayableId"), row => row.String("Type"), StringComparer.Ordinal);
        foreach (var uri in uris)
        {
            if (types.GetValueOrDefault(uri.Id) != SpotifyUri.WireName(uri.Type))
                throw ApiException.BadRequest($"Payload contains a non-existing ID: {uri}");
        }
    }

    private sealed record Edit(Playlist Playlist, PlaylistItemRows Rows, ITransaction Transaction)
    {
        // The playlists whose items name a user are found by these rows when the account is removed.
        public void RecordContributor(string userId)
        {
            if (Playlist.OwnerId == userId) return;
            Transaction.Add(Mutation.Upsert(PlaylistsPersonalData.Contributors, ("UserId", userId), ("PlaylistId", Playlist.Id)));
        }

        public void Deconstruct(out Playlist playlist, out PlaylistItemRows rows) => (playlist, rows) = (Playlist, Rows);
    }
}
