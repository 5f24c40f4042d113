using Microsoft.Extensions.Options;
using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.Licenses.Devices;
using Spotify.Functions.Licenses.Sync;
using Spotify.Functions.Playback;
using Spotify.Licensing;
using Spotify.Licensing.Jose;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>
/// A service that issues, renews and revokes licenses. A page takes a constant number of round trips. The plan, the removal of the account
/// or device, a suspension and the limits are checked in the transaction that numbers the license, and a license is signed after the
/// commit only. A response that is lost can be asked for again.
/// </summary>
public sealed class LicenseService(
    IDatabase database,
    ContentReader contents,
    RenewalReader renewals,
    AudioEncryptionQueue encryptions,
    PlayOverlaps overlaps,
    IMasterKeys masterKeys,
    ILicenseKeys licenseKeys,
    IOptions<AccessTokenOptions> tokens,
    TimeProvider time)
{
    /// <summary>When to ask for pending items.</summary>
    public static readonly TimeSpan PendingRetry = TimeSpan.FromSeconds(5);

    // Each request compares more plays.
    private static readonly TimeSpan PlaysRetry = TimeSpan.FromSeconds(1);

    // The maximum number of members that a transaction removes. A member takes 2 of the 80,000 mutations of a commit, an item with its
    // index entries about 20.
    private const int RevokedMembers = 1_000;

    private static readonly Statement Copies = new(
        $"""
        SELECT EncryptedObjects.PlayableId, {EncryptedObject.Columns} FROM EncryptedObjects
        WHERE EncryptedObjects.PlayableId IN ({Statement.List("id", OfflineTracks.MaxItems)})
        """,
        [.. Statement.ListParameters("id", OfflineTracks.MaxItems, ColumnType.String)]);

    /// <summary>
    /// Issues a license for a page of items, which the device keeps from then on. The device also keeps items that are not released yet:
    /// they are refused now, and renewed later.
    /// </summary>
    /// <exception cref="ApiException">
    /// 404: the user has no such device. 401: the account is being removed. 403 with the reason <c>PREMIUM_REQUIRED</c> or
    /// <c>DEVICE_CONFLICT</c>. 503 with the reason <c>PLAYS_PENDING</c>: not all offline plays are compared yet.
    /// </exception>
    /// <exception cref="MasterKeysUnavailableException">The master keys cannot be opened. Nothing was issued.</exception>
    public async Task<LicensesObject> IssueAsync(Caller caller, string deviceId, IssueRequest request, CancellationToken ct)
    {
        var userId = caller.RequireUser();
        var viewer = caller.Scopes.HasFlag(Scopes.PlaylistReadPrivate) ? userId : "";
        var keys = await OpenKeysAsync(ct);
        var accessing = CheckAsync(userId, deviceId, ct);
        var reading = contents.ReadAsync(request, viewer, ct);
        await Task.WhenAll(accessing, reading);
        var ((device, listener), page, now) = (await accessing, await reading, Now());

        var refused = page.Missing.Select(uri => (uri, "NOT_FOUND")).ToList();
        var candidates = await ChooseAsync(
            page.Entries.Select(entry => (entry.Uri, entry.Item, request.Format, (ContentEntry?)entry)), listener, now, keys, refused, ct);
        string[] ids = [.. page.Entries.Where(entry => entry.Item is not null).Select(entry => entry.Uri.Id)];
        SpotifyUri[] collections = [.. page.Collections.Select(one => one.Uri)];
        var (decision, current) = await TransactAsync(device, now, ids, collections, (part, holder) =>
            new IssueChange(part, holder, request, page, now).Apply(candidates, refused), ct);
        decision.Refused.InsertRange(0, refused);
        return await AnswerAsync(decision, current, request.Format.Quality, keys, now, ct);
    }

    /// <summary>Issues a license for items that the device has: those asked for, or a page of those that need it.</summary>
    /// <inheritdoc cref="IssueAsync"/>
    public async Task<LicensesObject> RenewAsync(Caller caller, string deviceId, RenewRequest request, CancellationToken ct)
    {
        var userId = caller.RequireUser();
        var (keys, now) = (await OpenKeysAsync(ct), Now());
        var accessing = CheckAsync(userId, deviceId, ct);
        var reading = renewals.ReadAsync(userId, deviceId, request, now, ct);
        await Task.WhenAll(accessing, reading);
        var ((device, listener), page) = (await accessing, await reading);

        var refused = page.Missing.Select(uri => (uri, "NOT_ON_DEVICE")).ToList();
        var candidates = await ChooseAsync(
            page.Entries.Select(entry => (entry.Uri, entry.Item, entry.Format, (ContentEntry?)null)), listener, now, keys, refused, ct);
        string[] ids = [.. candidates.Select(one => one.Item.Uri.Id)];
        var (decision, current) = await TransactAsync(
            device, now, ids, [], (part, holder) => Renew(part, holder, candidates, now), ct);
        decision.Refused.InsertRange(0, refused);
        decision.Next = page.Next?.ToString();
        // The quality of each item is in the item; that of the license is the best of them.
        var quality = decision.Licensed.Select(one => one.Format.Quality).DefaultIfEmpty().Max();
        return await AnswerAsync(decision, current, quality, keys, now, ct);
    }

    /// <summary>
    /// Removes items and collections from a device. Items that the device still keeps for another reason remain. Removing what the device
    /// does not have is no error.
    /// </summary>
    /// <exception cref="ApiException">404: the user has no such device.</exception>
    public async Task RevokeAsync(string userId, string deviceId, IReadOnlyList<SpotifyUri> uris, CancellationToken ct)
    {
        string[] items = [.. uris.Where(uri => IssueRequest.IsItem(uri.Type)).Select(uri => uri.Id)];
        SpotifyUri[] collections = [.. uris.Where(uri => !IssueRequest.IsItem(uri.Type))];
        // At most 20 transactions, because a device has at most 20,000 members.
        while (!await database.TransactAsync(RevokePageAsync, ct))
        {
        }

        async Task<bool> RevokePageAsync(ITransaction transaction)
        {
            var device = await DeviceStore.FindAsync(transaction, userId, deviceId);
            var part = await OfflineTracks.OpenAsync(transaction, device, time.GetUtcNow(), items, collections, RevokedMembers);
            foreach (var id in items) part.Release(id);
            foreach (var collection in collections)
                foreach (var id in part.MembersOf(collection)) part.RemoveMember(collection, id);
            if (part.HasAllMembers)
                foreach (var collection in collections) part.RemoveCollection(collection);
            part.Write();
            return part.HasAllMembers;
        }
    }

    private static LicenseDecision Renew(
        OfflineTracks part, PlaybackListener listener, IReadOnlyList<LicenseCandidate> candidates, DateTimeOffset now)
    {
        var decision = new LicenseDecision(part.NextSerial);
        foreach (var candidate in candidates)
        {
            if (part.Find(candidate.Item.Uri.Id) is not { IsKept: true } kept) decision.Refused.Add((candidate.Item.Uri, "NOT_ON_DEVICE"));
            else if (listener.Refusal(candidate.Item, now) is { } reason) decision.Refused.Add((candidate.Item.Uri, reason));
            else if (kept.Format == candidate.Format) decision.License(candidate, part, now);
            else decision.Pending.Add(candidate);
        }

        return decision;
    }

    private async Task<MasterKeyRing> OpenKeysAsync(CancellationToken ct)
    {
        // Fails before anything is read if the keys are unavailable.
        _ = licenseKeys.Signing;
        return await masterKeys.OpenAsync(ct);
    }

    private async Task<(Device Device, PlaybackListener Listener)> CheckAsync(string userId, string deviceId, CancellationToken ct)
    {
        // A suspension that is found now is seen by the transaction that numbers the license.
        var comparing = overlaps.CheckAsync(userId, ct);
        var parameters = LicenseAccess.Parameters(userId, deviceId);
        var row = await database.QueryAsync(LicenseAccess.Statement, parameters, null, ct).FirstOrDefaultAsync(ct);
        var (_, hasMore) = await comparing;
        var access = LicenseAccess.Check(row);
        return hasMore ? throw PlaysPending() : access;
    }

    private static ApiException PlaysPending() => new(
        StatusCodes.Status503ServiceUnavailable, "Offline plays are still being compared; try again", "PLAYS_PENDING")
    {
        RetryAfter = PlaysRetry,
    };

    /// <summary>Returns the items that the listener may play, with their encrypted copies, and adds the others to those refused.</summary>
    private async Task<IReadOnlyList<LicenseCandidate>> ChooseAsync(
        IEnumerable<(SpotifyUri Uri, PlaybackItem? Item, OfflineFormat Format, ContentEntry? Content)> entries,
        PlaybackListener listener,
        DateTimeOffset now,
        MasterKeyRing keys,
        List<(SpotifyUri Uri, string Reason)> refused,
        CancellationToken ct)
    {
        var candidates = new List<LicenseCandidate>();
        foreach (var (uri, item, format, content) in entries)
        {
            var (candidate, reason) = LicenseCandidate.Choose(item, format, listener, now, content);
            if (candidate is not null) candidates.Add(candidate);
            else refused.Add((uri, reason!));
        }

        if (candidates.Count == 0) return candidates;
        var parameters = new Parameters().AddList("id", [.. candidates.Select(one => one.Item.Uri.Id)], OfflineTracks.MaxItems);
        var copies = await database.QueryAsync(Copies, parameters, null, ct).Select(row => EncryptedObject.FromRow(row)!)
            .ToDictionaryAsync(copy => (copy.PlayableId, copy.Encoding, copy.Revision), cancellationToken: ct);
        for (var i = 0; i < candidates.Count; i++)
        {
            var (item, encoding) = (candidates[i].Item, candidates[i].Encoding);
            // A copy whose master key was removed is replaced.
            if (copies.TryGetValue((item.Uri.Id, encoding.FileName, item.Revision!), out var copy)
                && keys.Contains(copy.WrappedKey.MasterKeyId))
                candidates[i] = candidates[i] with { Copy = copy };
        }

        return candidates;
    }

    /// <summary>
    /// Changes a device. Returns the decision, with the device and the listener of the transaction, for whom the license is.
    /// </summary>
    /// <param name="known">The device as it was read before.</param>
    /// <param name="now">The time of the change.</param>
    /// <param name="ids">The items.</param>
    /// <param name="collections">The collections.</param>
    /// <param name="change">Changes the items for the listener.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="ApiException">404: the device was removed since, even if it is registered again, maybe with other keys.</exception>
    private Task<(LicenseDecision Decision, (Device Device, PlaybackListener Listener) Current)> TransactAsync(
        Device known,
        DateTimeOffset now,
        string[] ids,
        IReadOnlyList<SpotifyUri> collections,
        Func<OfflineTracks, PlaybackListener, LicenseDecision> change,
        CancellationToken ct)
    {
        var parameters = LicenseAccess.Parameters(known.UserId, known.Id);
        return database.TransactAsync(
            async transaction =>
            {
                var row = await transaction.QueryAsync(LicenseAccess.Statement, parameters).FirstOrDefaultAsync();
                var current = LicenseAccess.Check(row);
                if (current.Device.RegisteredAt != known.RegisteredAt) throw ApiException.NotFound("Device not found");
                var part = await OfflineTracks.OpenAsync(transaction, current.Device, now, ids, collections);
                var decision = change(part, current.Listener);
                part.Write();
                return (decision, current);
            },
            ct);
    }

    private async Task<LicensesObject> AnswerAsync(
        LicenseDecision decision,
        (Device Device, PlaybackListener Listener) current,
        AudioQuality quality,
        MasterKeyRing keys,
        DateTimeOffset now,
        CancellationToken ct)
    {
        if (decision.Pending.Count > 0)
            await encryptions.RequestAsync([.. decision.Pending.Select(one => (one.Item, one.Encoding))], ct);
        return new LicensesObject(
            decision.Licensed.Count == 0 ? [] : [Sign()],
            [.. decision.Refused.Select(one => new RefusedObject(one.Uri.ToString(), one.Reason))],
            [.. decision.Pending.Select(one => one.Item.Uri.ToString())],
            decision.Pending.Count == 0 ? null : (int)PendingRetry.TotalSeconds,
            decision.Next);

        CompactText Sign() => LicenseSigner.Sign(
            new License(
                tokens.Value.Issuer,
                current.Device.Id,
                decision.Serial,
                now,
                now + License.Lifetime,
                quality.WireName,
                new LicenseConstraints(current.Listener.Country, OfflineStreams: 1),
                [.. decision.Licensed.Select(one => one.ToItem(now))]),
            [.. decision.Licensed.Select(one => one.Copy!.WrappedKey)],
            keys,
            P256PublicKey.Parse(current.Device.AgreementKey),
            JwsKey.Of(licenseKeys.Signing.Key));
    }

    // Licenses have whole seconds.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
}
