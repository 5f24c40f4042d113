using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Licenses.Devices;
using Spotify.Licensing;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>
/// A service that advises which tracks and playlists to remove from a device: tracks not played for 90 days, playlists that the listener
/// does not follow, then the least recently played tracks until the fetches fit. A track of a collection that the device keeps is not
/// advised, because it stays while the collection does.
/// </summary>
public sealed class EvictionAdvice(IDatabase database, TimeProvider time)
{
    private const int MaxAdvices = 100;

    // The number of newest plays that are read. If they do not reach back 90 days, no track counts as unplayed.
    private const int MaxPlays = 5_000;

    private static readonly TimeSpan Unplayed = TimeSpan.FromDays(90);

    // Tracks only: the history does not tell which plays of episodes and chapters were more than a moment.
    private static readonly Statement LeastRecentlyUsed = new(
        """
        SELECT Page.PlayableId, Page.UsedAt, EncryptedObjects.SizeBytes
        FROM (
          SELECT OfflineTracks.PlayableId, OfflineTracks.Encoding, COALESCE(Plays.PlayedAt, OfflineTracks.AddedAt) AS UsedAt
          FROM OfflineTracks
          LEFT JOIN (
            SELECT Newest.PlayableId, MAX(Newest.PlayedAt) AS PlayedAt
            FROM (
              SELECT PlayableId, PlayedAt FROM PlayHistory WHERE UserId = @user AND IsListed ORDER BY PlayedAt DESC LIMIT @plays
            ) Newest
            GROUP BY Newest.PlayableId
          ) Plays ON Plays.PlayableId = OfflineTracks.PlayableId
          WHERE OfflineTracks.UserId = @user AND OfflineTracks.DeviceId = @device AND OfflineTracks.State = 'licensed'
            AND OfflineTracks.Type = 'track' AND NOT EXISTS (
              SELECT 1 FROM OfflineMembers WHERE OfflineMembers.UserId = OfflineTracks.UserId
                AND OfflineMembers.DeviceId = OfflineTracks.DeviceId AND OfflineMembers.PlayableId = OfflineTracks.PlayableId
            )
          ORDER BY UsedAt, OfflineTracks.PlayableId LIMIT @limit
        ) Page
        LEFT JOIN EncryptedObjects ON EncryptedObjects.PlayableId = Page.PlayableId AND EncryptedObjects.Encoding = Page.Encoding
        ORDER BY Page.UsedAt, Page.PlayableId
        """,
        ("user", ColumnType.String), ("device", ColumnType.String), ("plays", ColumnType.Int64), ("limit", ColumnType.Int64));

    private static readonly Statement OldestPlay = new(
        "SELECT PlayedAt FROM PlayHistory WHERE UserId = @user AND IsListed ORDER BY PlayedAt DESC LIMIT 1 OFFSET @plays",
        ("user", ColumnType.String), ("plays", ColumnType.Int64));

    private static readonly Statement Unfollowed = new(
        """
        SELECT OfflineCollections.ItemId FROM OfflineCollections
        LEFT JOIN PlaylistFollowers
          ON PlaylistFollowers.UserId = OfflineCollections.UserId AND PlaylistFollowers.PlaylistId = OfflineCollections.ItemId
        WHERE OfflineCollections.UserId = @user AND OfflineCollections.DeviceId = @device AND OfflineCollections.Type = 'playlist'
          AND PlaylistFollowers.PlaylistId IS NULL
        ORDER BY OfflineCollections.ItemId LIMIT @limit
        """,
        ("user", ColumnType.String), ("device", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>Returns what to remove, in order, up to 100 items and playlists.</summary>
    /// <param name="device">The device.</param>
    /// <param name="fetched">What is to be fetched.</param>
    /// <param name="freeBytes">The free space on the device.</param>
    /// <param name="ct">Cancels the reads.</param>
    internal async Task<IReadOnlyList<EvictionObject>> OfAsync(
        Device device, IReadOnlyCollection<SyncChange> fetched, long freeBytes, CancellationToken ct)
    {
        var unfollowed = QueryAsync(Unfollowed, new() { { "device", device.Id }, { "limit", MaxAdvices } }, device, ct);
        var used = QueryAsync(
            LeastRecentlyUsed, new() { { "device", device.Id }, { "plays", MaxPlays }, { "limit", MaxAdvices } }, device, ct);
        var oldest = QueryAsync(OldestPlay, new() { { "plays", MaxPlays - 1 } }, device, ct);
        await Task.WhenAll(unfollowed, used, oldest);

        var missing = fetched.Sum(change => change.SizeBytes ?? 0) - freeBytes;
        var unplayedSince = time.GetUtcNow() - Unplayed;
        // If the plays that were read do not go back as far, those before are unknown.
        var knowsAll = await oldest is not [var play] || play.Timestamp("PlayedAt") <= unplayedSince;
        var keep = fetched.Select(change => change.Uri).ToHashSet(StringComparer.Ordinal);
        var items = (await used).Select(row => (
            Uri: new SpotifyUri(EntityType.Track, row.String("PlayableId")).ToString(),
            IsUnplayed: knowsAll && row.Timestamp("UsedAt") <= unplayedSince,
            SizeBytes: row.Int64OrNull("SizeBytes") is > 0 and { } size ? EncryptedAudio.Length(size) : 0))
            .Where(item => !keep.Contains(item.Uri)).ToList();

        var advices = new List<EvictionObject>();
        foreach (var item in items.Where(item => item.IsUnplayed)) Add(item.Uri, "unplayed", item.SizeBytes);
        foreach (var row in await unfollowed)
            Add(new SpotifyUri(EntityType.Playlist, row.String("ItemId")).ToString(), "unfollowed", null);
        foreach (var item in items.Where(item => !item.IsUnplayed))
        {
            if (missing <= 0) break;
            Add(item.Uri, "least_recently_used", item.SizeBytes);
        }

        return advices;

        void Add(string uri, string reason, long? sizeBytes)
        {
            if (advices.Count == MaxAdvices) return;
            advices.Add(new EvictionObject(uri, reason, sizeBytes));
            missing -= sizeBytes ?? 0;
        }
    }

    private Task<List<Row>> QueryAsync(Statement statement, Parameters parameters, Device device, CancellationToken ct)
    {
        parameters.Add("user", device.UserId);
        return database.QueryAsync(statement, parameters, Staleness.Recent, ct).ToListAsync(ct).AsTask();
    }
}
