using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Licenses.Devices;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>
/// A part of what a device keeps, with the rows of up to <see cref="MaxItems"/> items, to be changed in a transaction. The limits of the
/// device hold because its counters are in the row of <c>Devices</c>, which every change reads and writes.
/// </summary>
public sealed class OfflineTracks
{
    /// <summary>The maximum number of tracks, episodes and chapters of a device.</summary>
    public const int MaxTracks = 10_000;

    /// <summary>The maximum number of playlists, albums and audiobooks of a device.</summary>
    public const int MaxCollections = 2_000;

    /// <summary>The maximum number of items in all collections of a device; an item of two collections counts twice.</summary>
    public const int MaxMembers = 20_000;

    /// <summary>The maximum number of items in one change.</summary>
    public const int MaxItems = 100;

    /// <summary>The maximum number of collections in one change.</summary>
    public const int MaxCollectionsOfChange = 50;

    private const string OfPlayables = "UserId = @user AND DeviceId = @device AND PlayableId IN";

    private static readonly string OfCollections = $"""
        UserId = @user AND DeviceId = @device AND Type IN ('album', 'audiobook', 'playlist')
          AND ItemId IN ({Statement.List("item", MaxCollectionsOfChange)})
        """;

    private static readonly Table MemberTable = Schema.Current.Table("OfflineMembers");

    private static readonly Statement TracksOfPlayables = new(
        $"SELECT {OfflineTrack.Columns} FROM OfflineTracks WHERE {OfPlayables} ({Statement.List("id", MaxItems)})",
        [
            ("user", ColumnType.String), ("device", ColumnType.String), .. Statement.ListParameters("id", MaxItems, ColumnType.String),
        ]);

    private static readonly Statement MembershipsOfPlayables = new(
        $"SELECT Type, ItemId, PlayableId FROM OfflineMembers WHERE {OfPlayables} ({Statement.List("id", MaxItems)})",
        [
            ("user", ColumnType.String), ("device", ColumnType.String), .. Statement.ListParameters("id", MaxItems, ColumnType.String),
        ]);

    private static readonly Statement Collections = new(
        $"SELECT {OfflineCollection.Columns} FROM OfflineCollections WHERE {OfCollections}",
        [
            ("user", ColumnType.String), ("device", ColumnType.String),
            .. Statement.ListParameters("item", MaxCollectionsOfChange, ColumnType.String),
        ]);

    // The members are selected first, so that of the other collections only those with these items are read, and each item once, because
    // it may be in thousands of collections. Uses counts the members.
    private static readonly string Members = $"""
        (
          SELECT PlayableId, COUNT(*) AS Uses
          FROM (SELECT PlayableId FROM OfflineMembers WHERE {OfCollections} ORDER BY Type, ItemId, PlayableId LIMIT @limit) Page
          GROUP BY PlayableId
        ) Member
        """;

    // A member whose item was dropped long ago has no row.
    private static readonly Statement TracksOfCollections = new(
        $"""
        SELECT Member.Uses, {OfflineTrack.Columns} FROM {Members}
        LEFT JOIN OfflineTracks ON OfflineTracks.UserId = @user AND OfflineTracks.DeviceId = @device
          AND OfflineTracks.PlayableId = Member.PlayableId
        """,
        [
            ("user", ColumnType.String), ("device", ColumnType.String),
            .. Statement.ListParameters("item", MaxCollectionsOfChange, ColumnType.String), ("limit", ColumnType.Int64),
        ]);

    private static readonly Statement MembershipsOfCollections = new(
        $"""
        SELECT OfflineMembers.Type, OfflineMembers.ItemId, OfflineMembers.PlayableId FROM {Members}
        JOIN OfflineMembers ON OfflineMembers.UserId = @user AND OfflineMembers.DeviceId = @device
          AND OfflineMembers.PlayableId = Member.PlayableId
        """,
        [
            ("user", ColumnType.String), ("device", ColumnType.String),
            .. Statement.ListParameters("item", MaxCollectionsOfChange, ColumnType.String), ("limit", ColumnType.Int64),
        ]);

    private readonly ITransaction transaction;
    private readonly Device device;
    private readonly DateTimeOffset now;
    private readonly Dictionary<string, OfflineTrack> tracks = new(StringComparer.Ordinal);
    private readonly Dictionary<SpotifyUri, OfflineCollection> collections = [];
    private readonly HashSet<(SpotifyUri Collection, string PlayableId)> members = [];
    private readonly Dictionary<string, int> memberships = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly List<Mutation> mutations = [];
    private long trackCount;
    private long collectionCount;
    private long memberCount;
    private bool isLicensed;

    private OfflineTracks(ITransaction transaction, Device device, DateTimeOffset now)
    {
        (this.transaction, this.device, this.now) = (transaction, device, Instant.Truncate(now));
        (trackCount, collectionCount, memberCount) = (device.Tracks, device.Collections, device.Members);
    }

    /// <summary>The serial number of the license that the change issues.</summary>
    public long NextSerial => device.Serial + 1;

    /// <summary>The items of the change that the device has or had.</summary>
    public IReadOnlyCollection<OfflineTrack> Tracks => tracks.Values;

    /// <summary>Whether the change has all items of its collections.</summary>
    public bool HasAllMembers { get; private set; } = true;

    /// <summary>Reads the rows of items and of collections.</summary>
    /// <param name="transaction">The transaction, which has read the device.</param>
    /// <param name="device">The device.</param>
    /// <param name="now">The time of the change.</param>
    /// <param name="playableIds">Up to <see cref="MaxItems"/> ids.</param>
    /// <param name="collections">Up to <see cref="MaxCollectionsOfChange"/> playlists, albums and audiobooks.</param>
    /// <param name="memberLimit">The maximum number of items of the collections to be read too, in no particular order.</param>
    public static async Task<OfflineTracks> OpenAsync(
        ITransaction transaction,
        Device device,
        DateTimeOffset now,
        IReadOnlyList<string> playableIds,
        IReadOnlyList<SpotifyUri> collections,
        int memberLimit = 0)
    {
        var part = new OfflineTracks(transaction, device, now);
        if (playableIds.Count > 0) await part.ReadItemsAsync(playableIds);
        if (collections.Count == 0) return part;
        await part.ReadCollectionsAsync(collections);
        // An id with another type than the stored collection is skipped, because the removal of its members would never end.
        SpotifyUri[] kept = [.. collections.Where(part.collections.ContainsKey)];
        if (memberLimit > 0 && kept.Length > 0) await part.ReadMembersAsync(kept, memberLimit);
        return part;
    }

    /// <summary>Returns an item, or null if the device never had it.</summary>
    public OfflineTrack? Find(string playableId) => tracks.GetValueOrDefault(playableId);

    /// <summary>Returns a collection, or null if the device does not keep it.</summary>
    public OfflineCollection? FindCollection(SpotifyUri collection) => collections.GetValueOrDefault(collection);

    /// <summary>Returns those of the items that belong to a collection.</summary>
    public IReadOnlyList<string> MembersOf(SpotifyUri collection) =>
        [.. members.Where(member => member.Collection == collection).Select(member => member.PlayableId)];

    /// <summary>Returns whether an item belongs to a collection.</summary>
    private bool IsMember(SpotifyUri collection, string playableId) => members.Contains((collection, playableId));

    /// <summary>Returns whether an item can be added to the device, or the device has it.</summary>
    public bool HasRoomFor(string playableId) => trackCount < MaxTracks || Find(playableId) is { IsKept: true };

    /// <summary>
    /// Adds an item to the device, or sets the format of one that it has. Returns false if the device is full.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="format">The format asked for.</param>
    /// <param name="isRequested">Whether the listener asks for the item itself.</param>
    public bool Add(SpotifyUri item, OfflineFormat format, bool isRequested)
    {
        if (Find(item.Id) is { IsKept: true } kept)
        {
            Set(kept with { Format = format, IsRequested = kept.IsRequested || isRequested });
            return true;
        }

        if (!HasRoomFor(item.Id)) return false;
        trackCount++;
        Set(new OfflineTrack(item, OfflineState.Wanted, isRequested, format, null, null, null, null, null, 0, now, null));
        return true;
    }

    /// <summary>Marks an item of the device as one that needs another license.</summary>
    public void Want(string playableId)
    {
        if (Find(playableId) is { IsKept: true } kept) Set(kept with { State = OfflineState.Wanted });
    }

    /// <summary>Records that the license <see cref="NextSerial"/> has an item of the device.</summary>
    /// <param name="playableId">The item, which the device keeps.</param>
    /// <param name="encoding">The encoding, such as <c>high.ogg</c>.</param>
    /// <param name="keyId">The id of the content key.</param>
    /// <param name="issuedAt">When the license is issued.</param>
    /// <param name="expiresAt">When the item stops to play.</param>
    public void License(string playableId, string encoding, string keyId, DateTimeOffset issuedAt, DateTimeOffset expiresAt)
    {
        isLicensed = true;
        Set(tracks[playableId] with
        {
            State = OfflineState.Licensed,
            Encoding = encoding,
            KeyId = keyId,
            Serial = NextSerial,
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
        });
    }

    /// <summary>Records that the listener no longer asks for an item itself. Drops it unless a collection has it.</summary>
    public void Release(string playableId)
    {
        if (Find(playableId) is not { IsKept: true } kept) return;
        Set(kept with { IsRequested = false });
        DropIfUnused(playableId);
    }

    /// <summary>Drops an item, even if it was asked for or a collection has it.</summary>
    public void Drop(string playableId)
    {
        if (Find(playableId) is not { IsKept: true } kept) return;
        trackCount--;
        Set(kept with { State = OfflineState.Dropped, IsRequested = false, DroppedAt = now });
    }

    /// <summary>
    /// Adds a collection, or sets the format of one that the device keeps. Returns false if the device has too many.
    /// </summary>
    public bool AddCollection(SpotifyUri collection, OfflineFormat format)
    {
        if (FindCollection(collection) is { } kept)
        {
            if (kept.Format != format) Set(kept with { Format = format });
            return true;
        }

        if (collectionCount >= MaxCollections) return false;
        collectionCount++;
        Set(new OfflineCollection(collection, format, OfflineCollection.Incomplete, now));
        return true;
    }

    /// <summary>Records the version of the collection to which the members correspond.</summary>
    public void SetVersion(SpotifyUri collection, long version)
    {
        if (FindCollection(collection) is { } kept && kept.Version != version) Set(kept with { Version = version });
    }

    /// <summary>Removes a collection whose members have been removed.</summary>
    public void RemoveCollection(SpotifyUri collection)
    {
        if (!collections.Remove(collection)) return;
        collectionCount--;
        mutations.Add(Mutation.Delete(OfflineCollection.Table, KeyOf(collection)));
    }

    /// <summary>
    /// Adds an item, which the device keeps, to a collection of the device. Returns false if its collections have too many items.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="playableId">The item.</param>
    /// <param name="position">The position in the collection, from 0. An item that the collection has twice keeps the first.</param>
    public bool AddMember(SpotifyUri collection, string playableId, long position)
    {
        if (IsMember(collection, playableId)) return true;
        if (memberCount >= MaxMembers) return false;
        memberCount++;
        SetMember(collection, playableId);
        mutations.Add(Mutation.Upsert(
            MemberTable,
            ("UserId", device.UserId),
            ("DeviceId", device.Id),
            ("Type", SpotifyUri.WireName(collection.Type)),
            ("ItemId", collection.Id),
            ("PlayableId", playableId),
            ("Position", position)));
        return true;
    }

    /// <summary>Removes an item from a collection. Drops it unless it was asked for itself or another collection has it.</summary>
    public void RemoveMember(SpotifyUri collection, string playableId)
    {
        if (!members.Remove((collection, playableId))) return;
        memberCount--;
        memberships[playableId]--;
        mutations.Add(Mutation.Delete(MemberTable, KeyOf(collection, playableId)));
        DropIfUnused(playableId);
    }

    /// <summary>Adds the mutations to the transaction: the changed rows, and the counters of the device.</summary>
    /// <param name="columns">Other columns of the device to set.</param>
    public void Write(params IReadOnlyList<(string Column, object? Value)> columns)
    {
        var revision = device.Revision + (changed.Count > 0 ? 1 : 0);
        foreach (var mutation in mutations) transaction.Add(mutation);
        foreach (var playableId in changed)
            transaction.Add((tracks[playableId] with { Change = revision }).Write(device.UserId, device.Id));
        if (mutations.Count == 0 && changed.Count == 0 && columns.Count == 0) return;
        transaction.Add(device.Update(
        [
            ("Tracks", trackCount),
            ("Collections", collectionCount),
            ("Members", memberCount),
            ("Revision", revision),
            ("Serial", isLicensed ? NextSerial : device.Serial),
            .. columns,
        ]));
    }

    private async Task ReadItemsAsync(IReadOnlyList<string> playableIds)
    {
        var parameters = Parameters().AddList("id", playableIds, MaxItems);
        await foreach (var row in transaction.QueryAsync(TracksOfPlayables, parameters)) AddTrack(row);
        await foreach (var row in transaction.QueryAsync(MembershipsOfPlayables, parameters)) AddMembership(row);
    }

    private async Task ReadCollectionsAsync(IReadOnlyList<SpotifyUri> uris)
    {
        await foreach (var row in transaction.QueryAsync(Collections, Parameters(uris)))
        {
            var collection = OfflineCollection.FromRow(row);
            collections[collection.Uri] = collection;
        }
    }

    private async Task ReadMembersAsync(IReadOnlyList<SpotifyUri> uris, int limit)
    {
        var parameters = Parameters(uris);
        parameters.Add("limit", limit);
        var read = 0L;
        await foreach (var row in transaction.QueryAsync(TracksOfCollections, parameters))
        {
            read += row.Int64("Uses");
            if (!row.IsNull("PlayableId")) AddTrack(row);
        }

        await foreach (var row in transaction.QueryAsync(MembershipsOfCollections, parameters)) AddMembership(row);
        HasAllMembers = read < limit;
    }

    private void AddTrack(Row row)
    {
        var track = OfflineTrack.FromRow(row);
        tracks[track.Uri.Id] = track;
    }

    private void AddMembership(Row row) => SetMember(OfflineCollection.UriOf(row), row.String("PlayableId"));

    private void DropIfUnused(string playableId)
    {
        if (Find(playableId) is { IsRequested: false } && memberships.GetValueOrDefault(playableId) == 0) Drop(playableId);
    }

    private void Set(OfflineTrack track)
    {
        if (tracks.TryGetValue(track.Uri.Id, out var old) && old == track) return;
        tracks[track.Uri.Id] = track;
        changed.Add(track.Uri.Id);
    }

    private void Set(OfflineCollection collection)
    {
        collections[collection.Uri] = collection;
        mutations.Add(collection.Write(device.UserId, device.Id));
    }

    private void SetMember(SpotifyUri collection, string playableId)
    {
        if (members.Add((collection, playableId)))
            memberships[playableId] = memberships.GetValueOrDefault(playableId) + 1;
    }

    private Parameters Parameters() => new() { { "user", device.UserId }, { "device", device.Id } };

    private Parameters Parameters(IReadOnlyList<SpotifyUri> collections) =>
        Parameters().AddList("item", [.. collections.Select(uri => uri.Id)], MaxCollectionsOfChange);

    private Key KeyOf(SpotifyUri collection) => new(device.UserId, device.Id, SpotifyUri.WireName(collection.Type), collection.Id);

    private Key KeyOf(SpotifyUri collection, string playableId) =>
        new(device.UserId, device.Id, SpotifyUri.WireName(collection.Type), collection.Id, playableId);
}
