using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Functions.Playback;
using Spotify.Licensing;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>
/// A service that lists the changes that a device has to make to the items of a page: drops, renewals and fetches, by priority. Items that
/// the listener may no longer have are dropped when their licenses have ended, not before. Unless the catalog no longer has them, their
/// rows are wanted from then on, so that they are fetched again when the reason has passed.
/// </summary>
public sealed class SyncChanges(IDatabase database, TimeProvider time)
{
    private const int MaxRecentPlays = 500;

    // The refusal of items that the catalog no longer has.
    private const string Gone = "NOT_FOUND";

    private static readonly TimeSpan Recent = TimeSpan.FromDays(14);

    // The device was told to fetch items without a license when they were added. It is told again after this time, for example because
    // they were refused then.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private static readonly (string Name, ColumnType Type)[] Ids =
        [.. Statement.ListParameters("id", SyncPager.PageSize + SyncPager.AuditSize, ColumnType.String)];

    private static readonly string IdList = Statement.List("id", SyncPager.PageSize + SyncPager.AuditSize);

    private static readonly Statement Items = new($"SELECT {PlaybackItem.Columns} FROM Playables WHERE PlayableId IN ({IdList})", Ids);

    private static readonly Statement Copies = new(
        $"""
        SELECT EncryptedObjects.PlayableId, {EncryptedObject.Columns} FROM EncryptedObjects
        WHERE EncryptedObjects.PlayableId IN ({IdList})
        """,
        Ids);

    private static readonly Statement Positions = new(
        $"""
        SELECT PlayableId, MIN(Position) AS Position FROM OfflineMembers
        WHERE UserId = @user AND DeviceId = @device AND PlayableId IN ({IdList}) GROUP BY PlayableId
        """,
        [("user", ColumnType.String), ("device", ColumnType.String), .. Ids]);

    private static readonly Statement RecentPlays = new(
        """
        SELECT PlayableId FROM PlayHistory WHERE UserId = @user AND IsListed AND PlayedAt > @since
        ORDER BY PlayedAt DESC LIMIT @limit
        """,
        ("user", ColumnType.String), ("since", ColumnType.Timestamp), ("limit", ColumnType.Int64));

    /// <summary>Returns the changes of a page: drops, then renewals, then what to fetch, by priority and size.</summary>
    /// <param name="device">The device.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="page">The page.</param>
    /// <param name="audited">
    /// Other items, of which those are shown that the catalog has in another revision, and those that have had no license for a day and
    /// can be licensed.
    /// </param>
    /// <param name="partial">The items of which the device has a part.</param>
    /// <param name="base">The revision that the device has seen.</param>
    /// <param name="ct">Cancels the call.</param>
    internal async Task<IReadOnlyList<SyncChange>> OfAsync(
        Device device,
        PlaybackListener listener,
        SyncPage page,
        IReadOnlyList<OfflineTrack> audited,
        IReadOnlySet<string> partial,
        long @base,
        CancellationToken ct)
    {
        var kept = page.Rows.Where(row => row.Stage != SyncStage.Drops).Select(row => row.Track.Uri.Id).ToHashSet(StringComparer.Ordinal);
        audited = [.. audited.Where(track => !kept.Contains(track.Uri.Id))];
        // Encodings are chosen as for Premium, because downloads stay on the device when a plan ends and may be renewed later.
        if (listener.Product == Product.Free) listener = listener with { Product = Product.Premium };
        var now = time.GetUtcNow();
        var facts = await FactsAsync(device, [.. kept, .. audited.Select(track => track.Uri.Id)], now, ct);

        var changes = new List<SyncChange>();
        var obsolete = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (stage, track) in page.Rows)
        {
            if (stage == SyncStage.Drops)
            {
                changes.Add(SyncChange.Drop(track.Uri, null));
                continue;
            }

            var (candidate, refusal) = facts.Choose(track, listener, now);
            var plays = track.ExpiresAt > now;
            if (refusal is not null and not "NOT_RELEASED" && !plays)
            {
                if (track.State == OfflineState.Wanted && refusal != Gone) changes.Add(SyncChange.Drop(track.Uri, refusal));
                else obsolete[track.Uri.Id] = refusal;
            }
            else if (stage == SyncStage.Renewals && refusal is null && candidate!.ExpiresAt(now) > track.ExpiresAt)
                changes.Add(Fetch(track, candidate, refusal) with { Op = "renew" });
            else if (stage != SyncStage.Renewals || (plays && track.Change > @base))
                changes.Add(Fetch(track, candidate, refusal));
        }

        foreach (var track in audited)
        {
            var (candidate, refusal) = facts.Choose(track, listener, now);
            if (refusal is not null || facts.ObjectOf(track, candidate) is not null) continue;
            if (track.State == OfflineState.Licensed || track.AddedAt <= now - Patience) changes.Add(Fetch(track, candidate, null));
        }

        changes.AddRange(await DropAsync(device, obsolete, now, ct));
        changes.Sort();
        return changes;

        SyncChange Fetch(OfflineTrack track, LicenseCandidate? candidate, string? refusal)
        {
            var current = facts.ObjectOf(track, candidate);
            return new SyncChange("fetch", track.Uri.ToString())
            {
                Priority = facts.PriorityOf(track, partial.Contains(track.Uri.Id)),
                Object = current?.Name,
                SizeBytes = current?.SizeBytes ?? (candidate is null ? null : EncryptedAudio.Length(candidate.Encoding.SizeBytes)),
                Serial = current is null ? null : track.Serial,
                ExpiresAt = track.ExpiresAt is { } expiry ? Web.Wire.ApiTime.Format(expiry) : null,
                Reason = refusal ?? (track.State == OfflineState.Licensed && current is null ? "AUDIO_CHANGED" : null),
            };
        }
    }

    private async Task<Facts> FactsAsync(Device device, string[] ids, DateTimeOffset now, CancellationToken ct)
    {
        if (ids.Length == 0) return new Facts([], [], [], []);
        var items = QueryAsync(Items, [], PlaybackItem.FromRow).ToDictionaryAsync(item => item.Uri.Id, StringComparer.Ordinal, ct).AsTask();
        var copies = QueryAsync(Copies, [], row => EncryptedObject.FromRow(row)!)
            .ToDictionaryAsync(copy => (copy.PlayableId, copy.Encoding), cancellationToken: ct).AsTask();
        var positions = QueryAsync(
                Positions, new() { { "user", device.UserId }, { "device", device.Id } },
                row => (Id: row.String("PlayableId"), Position: row.Int64("Position")))
            .ToDictionaryAsync(row => row.Id, row => row.Position, StringComparer.Ordinal, ct).AsTask();
        var plays = database
            .QueryAsync(
                RecentPlays,
                new() { { "user", device.UserId }, { "since", Instant.Truncate(now - Recent) }, { "limit", MaxRecentPlays } },
                Staleness.Recent,
                ct)
            .Select(row => row.String("PlayableId")).ToHashSetAsync(StringComparer.Ordinal, ct).AsTask();
        await Task.WhenAll(items, copies, positions, plays);
        return new Facts(await items, await copies, await positions, await plays);

        IAsyncEnumerable<T> QueryAsync<T>(Statement statement, Parameters parameters, Func<Row, T> read) => database
            .QueryAsync(statement, parameters.AddList("id", ids, SyncPager.PageSize + SyncPager.AuditSize), null, ct).Select(read);
    }

    /// <summary>
    /// Drops items that the listener may not have and that no longer play. Those that the catalog still has remain wanted.
    /// </summary>
    private async Task<IReadOnlyList<SyncChange>> DropAsync(
        Device device, Dictionary<string, string> reasons, DateTimeOffset now, CancellationToken ct)
    {
        if (reasons.Count == 0) return [];
        string[] ids = [.. reasons.Keys];
        return await database.TransactAsync(
            async transaction =>
            {
                var current = await DeviceStore.FindAsync(transaction, device.UserId, device.Id);
                var part = await OfflineTracks.OpenAsync(transaction, current, now, ids, []);
                var dropped = part.Tracks.Where(track => track.IsKept && !(track.ExpiresAt > now)).Select(track => track.Uri).ToList();
                foreach (var uri in dropped)
                {
                    if (reasons[uri.Id] == Gone) part.Drop(uri.Id);
                    else part.Want(uri.Id);
                }

                part.Write();
                return dropped.Select(uri => SyncChange.Drop(uri, reasons[uri.Id])).ToList();
            },
            ct);
    }

    /// <summary>The rows from which the changes of a page are computed.</summary>
    private sealed record Facts(
        Dictionary<string, PlaybackItem> Items,
        Dictionary<(string Id, string Encoding), EncryptedObject> Copies,
        Dictionary<string, long> Positions,
        HashSet<string> Played)
    {
        private const int Requested = 100;
        private const int RecentlyPlayed = 50;
        private const int Partial = 30;

        // The first items of a collection have 20, those after 500 none.
        private const int FirstPosition = 20;
        private const int PositionsOfPoint = 25;

        public (LicenseCandidate? Candidate, string? Refusal) Choose(OfflineTrack track, PlaybackListener listener, DateTimeOffset now) =>
            LicenseCandidate.Choose(Items.GetValueOrDefault(track.Uri.Id), track.Format, listener, now, null);

        public int PriorityOf(OfflineTrack track, bool isPartial) =>
            (track.IsRequested ? Requested : 0)
            + (Played.Contains(track.Uri.Id) ? RecentlyPlayed : 0)
            + (isPartial ? Partial : 0)
            + (Positions.TryGetValue(track.Uri.Id, out var position)
                ? (int)Math.Max(0, FirstPosition - (position / PositionsOfPoint))
                : 0);

        /// <summary>
        /// Returns the object of the license; null if there is no license, or if the catalog has the item in another revision since, which
        /// needs another license. While an item cannot be licensed, its object remains.
        /// </summary>
        public (string Name, long SizeBytes)? ObjectOf(OfflineTrack track, LicenseCandidate? candidate)
        {
            if (track.State != OfflineState.Licensed || track.Encoding is null
                || !Copies.TryGetValue((track.Uri.Id, track.Encoding), out var copy) || copy.KeyId != track.KeyId
                || (candidate is not null && candidate.Item.Revision != copy.Revision))
                return null;
            return (copy.ObjectName(track.Uri.Type), EncryptedAudio.Length(copy.SizeBytes));
        }
    }
}
