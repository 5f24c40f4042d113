using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Functions.Playback;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>
/// A service that brings what a device keeps up to date with its playlists: adds and removes the items that differ, and drops playlists
/// that were deleted or that the listener may no longer see.
/// </summary>
/// <remarks>
/// The items of a playlist are read outside of transactions, because listeners of a popular playlist must not hold locks on it. The version
/// is read before them, so a change in between only means that the playlist is compared again.
/// </remarks>
public sealed class CollectionReconciler(IDatabase database, TimeProvider time)
{
    /// <summary>The maximum number of transactions of a request, each with up to <see cref="OfflineTracks.MaxItems"/> items.</summary>
    public const int MaxSteps = 5;

    private const string Members =
        "FROM OfflineMembers WHERE UserId = @user AND DeviceId = @device AND Type = 'playlist' AND ItemId = @playlist";

    private static readonly Statement Changed = new(
        $"""
        SELECT OfflineCollections.ItemId, Playlists.Version, CASE WHEN {PlaylistAccess.IsVisibleSql} THEN 1 ELSE 0 END AS IsVisible
        FROM OfflineCollections LEFT JOIN Playlists ON Playlists.PlaylistId = OfflineCollections.ItemId
        WHERE OfflineCollections.UserId = @viewer AND OfflineCollections.DeviceId = @device AND OfflineCollections.Type = 'playlist'
          AND OfflineCollections.ItemId >= @from
          AND (Playlists.PlaylistId IS NULL OR Playlists.Version <> OfflineCollections.Version OR NOT {PlaylistAccess.IsVisibleSql})
        ORDER BY OfflineCollections.ItemId LIMIT @limit
        """,
        ("viewer", ColumnType.String), ("device", ColumnType.String), ("from", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement Removed = new(
        $"""
        SELECT PlayableId {Members}
          AND PlayableId NOT IN (SELECT PlayableId FROM PlaylistItems WHERE PlaylistId = @playlist)
        ORDER BY PlayableId LIMIT @limit
        """,
        ("user", ColumnType.String), ("device", ColumnType.String), ("playlist", ColumnType.String), ("limit", ColumnType.Int64));

    // The keys of the page are selected first, so that the other items cost no joins.
    private static readonly Statement Added = new(
        $"""
        SELECT Page.OrderKey, {PlaybackItem.Columns}
        FROM (
          SELECT OrderKey, PlayableId FROM PlaylistItems
          WHERE PlaylistId = @playlist AND OrderKey > @after AND PlayableId NOT IN (SELECT PlayableId {Members})
          ORDER BY OrderKey LIMIT @limit
        ) Page
        LEFT JOIN Playables ON Playables.PlayableId = Page.PlayableId
        ORDER BY Page.OrderKey
        """,
        ("user", ColumnType.String), ("device", ColumnType.String), ("playlist", ColumnType.String), ("after", ColumnType.String),
        ("limit", ColumnType.Int64));

    private static readonly Statement Before = new(
        "SELECT COUNT(*) AS Items FROM PlaylistItems WHERE PlaylistId = @playlist AND OrderKey < @key",
        ("playlist", ColumnType.String), ("key", ColumnType.String));

    private static readonly Statement AllMembers = new(
        $"SELECT PlayableId {Members} LIMIT @limit",
        ("user", ColumnType.String), ("device", ColumnType.String), ("playlist", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Reconciles the playlists of a device from a position on, up to <see cref="MaxSteps"/> transactions.</summary>
    /// <param name="device">The device.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="cursor">The position.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>
    /// The position at which the next request goes on, null if all playlists are done; whether playlists differed; and whether items were
    /// left out because the device is full.
    /// </returns>
    internal async Task<(SyncCursor? Next, bool HasChanged, bool IsFull)> ReconcileAsync(
        Device device, PlaybackListener listener, SyncCursor cursor, CancellationToken ct)
    {
        var isFull = false;
        var changed = await ChangedAsync(device, cursor, ct);
        var steps = MaxSteps;
        foreach (var playlist in changed)
        {
            if (playlist.Id == cursor.Id && cursor.IsPlaylistDone) continue;
            var position = playlist.Id == cursor.Id
                ? new Position(playlist.Id, cursor.Number, cursor.OrderKey)
                : new Position(playlist.Id, playlist.Version, "");
            while (true)
            {
                if (steps-- == 0) return (position.In(cursor), true, isFull);
                var step = playlist.IsVisible
                    ? await UpdateAsync(device, listener, position, ct)
                    : await RemoveAsync(device, playlist.Id, ct);
                isFull |= step.IsFull;
                if (step.IsDone) break;
                position = position with { OrderKey = step.OrderKey };
            }

            cursor = cursor with { Id = playlist.Id, IsPlaylistDone = true, OrderKey = "" };
        }

        return (changed.Count > MaxSteps ? cursor : null, changed.Count > 0, isFull);
    }

    private Task<List<(string Id, long Version, bool IsVisible)>> ChangedAsync(Device device, SyncCursor cursor, CancellationToken ct)
    {
        var parameters = new Parameters
        {
            { "viewer", device.UserId }, { "device", device.Id }, { "from", cursor.Id }, { "limit", MaxSteps + 1 },
        };
        return database.QueryAsync(Changed, parameters, null, ct)
            .Select(row => (row.String("ItemId"), row.Int64OrNull("Version") ?? 0, row.Int64("IsVisible") != 0)).ToListAsync(ct).AsTask();
    }

    /// <summary>Adds and removes up to <see cref="OfflineTracks.MaxItems"/> items of a playlist.</summary>
    private async Task<Step> UpdateAsync(Device device, PlaybackListener listener, Position position, CancellationToken ct)
    {
        var removing = RemovedAsync(device, position.Id, ct);
        var adding = AddedAsync(device, position, ct);
        await Task.WhenAll(removing, adding);
        var (removed, added) = (await removing, await adding);
        var room = OfflineTracks.MaxItems - removed.Count;
        var isLast = room > 0 && added.Count <= room && added.Count < OfflineTracks.MaxItems;
        if (added.Count > room) added.RemoveRange(room, added.Count - room);
        var first = added.Count > 0 ? await BeforeAsync(position.Id, added[0].OrderKey, ct) : 0;

        var now = time.GetUtcNow();
        var candidates = added.Select((one, i) => (one.Item, Position: first + i)).Where(one => IsWanted(one.Item)).ToList();
        string[] ids = [.. removed.Concat(candidates.Select(one => one.Item!.Uri.Id)).Distinct(StringComparer.Ordinal)];
        var playlist = new SpotifyUri(EntityType.Playlist, position.Id);
        var isFull = await database.TransactAsync(
            async transaction =>
            {
                var current = await DeviceStore.FindAsync(transaction, device.UserId, device.Id);
                var part = await OfflineTracks.OpenAsync(transaction, current, now, ids, [playlist]);
                if (part.FindCollection(playlist) is not { } collection) return false;
                foreach (var id in removed) part.RemoveMember(playlist, id);
                var isFull = candidates.Any(one => !Add(part, collection, one.Item!.Uri, one.Position));
                if (isLast && !isFull) part.SetVersion(playlist, position.Version);
                part.Write();
                return isFull;
            },
            ct);
        return new Step(isLast || isFull, added.Count > 0 ? added[^1].OrderKey : position.OrderKey, isFull);

        // Includes items that are not released yet, because their release does not change the playlist.
        bool IsWanted(PlaybackItem? item) => item is not null && listener.Refusal(item, now) is null or "NOT_RELEASED";
    }

    /// <summary>Removes a playlist, up to <see cref="OfflineTracks.MaxItems"/> items at a time.</summary>
    private Task<Step> RemoveAsync(Device device, string playlistId, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var playlist = new SpotifyUri(EntityType.Playlist, playlistId);
            var current = await DeviceStore.FindAsync(transaction, device.UserId, device.Id);
            var ids = await transaction.QueryAsync(AllMembers, Of(device, playlistId, OfflineTracks.MaxItems))
                .Select(row => row.String("PlayableId")).ToListAsync();
            var part = await OfflineTracks.OpenAsync(transaction, current, time.GetUtcNow(), ids, [playlist]);
            foreach (var id in ids) part.RemoveMember(playlist, id);
            var isLast = ids.Count < OfflineTracks.MaxItems;
            if (isLast) part.RemoveCollection(playlist);
            part.Write();
            return new Step(isLast, "", false);
        },
        ct);

    private static bool Add(OfflineTracks part, OfflineCollection collection, SpotifyUri item, long position)
    {
        if (!part.AddMember(collection.Uri, item.Id, position)) return false;
        // An item that the device has for another reason keeps its quality.
        if (part.Find(item.Id) is { IsKept: true } || part.Add(item, collection.Format, isRequested: false)) return true;
        part.RemoveMember(collection.Uri, item.Id);
        return false;
    }

    private async Task<List<string>> RemovedAsync(Device device, string playlistId, CancellationToken ct) =>
        await database.QueryAsync(Removed, Of(device, playlistId, OfflineTracks.MaxItems), null, ct)
            .Select(row => row.String("PlayableId")).ToListAsync(ct);

    private async Task<List<(string OrderKey, PlaybackItem? Item)>> AddedAsync(Device device, Position position, CancellationToken ct)
    {
        var parameters = Of(device, position.Id, OfflineTracks.MaxItems);
        parameters.Add("after", position.OrderKey);
        return await database.QueryAsync(Added, parameters, null, ct)
            .Select(row => (row.String("OrderKey"), row.IsNull("PlayableId") ? null : PlaybackItem.FromRow(row))).ToListAsync(ct);
    }

    private async Task<long> BeforeAsync(string playlistId, string orderKey, CancellationToken ct)
    {
        var parameters = new Parameters { { "playlist", playlistId }, { "key", orderKey } };
        return (await database.QueryAsync(Before, parameters, null, ct).FirstAsync(ct)).Int64("Items");
    }

    private static Parameters Of(Device device, string playlistId, int limit) => new()
    {
        { "user", device.UserId }, { "device", device.Id }, { "playlist", playlistId }, { "limit", limit },
    };

    /// <summary>A position in a playlist, and the version that was current when its comparison began.</summary>
    private readonly record struct Position(string Id, long Version, string OrderKey)
    {
        public SyncCursor In(SyncCursor cursor) =>
            cursor with { Id = Id, Number = Version, OrderKey = OrderKey, IsPlaylistDone = false };
    }

    /// <summary>The result of a transaction: whether the playlist is done, and the position if it is not.</summary>
    private readonly record struct Step(bool IsDone, string OrderKey, bool IsFull);
}
