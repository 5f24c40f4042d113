using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.Licenses.Issuing;
using Spotify.Functions.Playback;
using Spotify.Functions.Playback.Cdn;
using Spotify.Licensing;
using Spotify.Web;
using Spotify.Web.Wire;

namespace Spotify.Functions.Licenses.Downloads;

/// <summary>
/// A service that issues signed URLs of encrypted audio to devices that have a license of it. Listeners get no URLs of audio that they may
/// not play any more, although the licenses that they have remain valid until they expire.
/// </summary>
public sealed class DownloadService(
    IDatabase database, CdnSelector cdns, CdnUrls cdnUrls, CdnHealth health, TimeProvider time)
{
    private static readonly Statement Licensed = new(
        $"""
        SELECT {PlaybackItem.Columns}, {EncryptedObject.Columns}, OfflineTracks.State, OfflineTracks.KeyId, OfflineTracks.ExpiresAt
        FROM OfflineTracks
        JOIN Playables ON Playables.PlayableId = OfflineTracks.PlayableId
        LEFT JOIN EncryptedObjects
          ON EncryptedObjects.PlayableId = OfflineTracks.PlayableId AND EncryptedObjects.Encoding = OfflineTracks.Encoding
        WHERE OfflineTracks.UserId = @user AND OfflineTracks.DeviceId = @device AND OfflineTracks.State <> 'dropped'
          AND OfflineTracks.PlayableId IN ({Statement.List("id", DownloadEndpoints.MaxUris)})
        """,
        [
            ("user", ColumnType.String), ("device", ColumnType.String),
            .. Statement.ListParameters("id", DownloadEndpoints.MaxUris, ColumnType.String),
        ]);

    /// <summary>Returns URLs for the items that the device has a license of. Reads current data, because licenses are new.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="deviceId">The device.</param>
    /// <param name="uris">1 to 50 different URIs of tracks, episodes and chapters.</param>
    /// <param name="requestBase">The base URL for CDNs that have none.</param>
    /// <param name="ct">Cancels the reads.</param>
    /// <exception cref="ApiException">
    /// 404: the user has no such device. 401: the account is being removed. 403 with the reason <c>PREMIUM_REQUIRED</c>.
    /// </exception>
    public async Task<DownloadsObject> AuthorizeAsync(
        string userId, string deviceId, IReadOnlyList<SpotifyUri> uris, string requestBase, CancellationToken ct)
    {
        var accessing = database.QueryAsync(LicenseAccess.Statement, LicenseAccess.Parameters(userId, deviceId), null, ct)
            .FirstOrDefaultAsync(ct).AsTask();
        var parameters = new Parameters { { "user", userId }, { "device", deviceId } }
            .AddList("id", [.. uris.Select(uri => uri.Id)], DownloadEndpoints.MaxUris);
        var reading = database.QueryAsync(Licensed, parameters, null, ct)
            .ToDictionaryAsync(row => row.String("PlayableId"), StringComparer.Ordinal, cancellationToken: ct).AsTask();
        await Task.WhenAll(accessing, reading);
        var ((_, listener), rows, now) = (LicenseAccess.CheckPlan(await accessing), await reading, time.GetUtcNow());

        var urls = new PlaybackUrls(cdnUrls, cdns.Rank(listener.Country), userId, now + PlaybackService.UrlLifetime, requestBase);
        var (downloads, refused) = (new List<DownloadObject>(), new List<RefusedDownloadObject>());
        foreach (var uri in uris)
        {
            var row = rows.GetValueOrDefault(uri.Id);
            if (Refusal(row, uri, listener, now) is { } reason) refused.Add(new RefusedDownloadObject(uri.ToString(), reason));
            else downloads.Add(Download(uri, EncryptedObject.FromRow(row!)!, urls));
        }

        if (downloads.Count > 0) health.RecordGrant(urls.Cdn, userId);
        return new DownloadsObject(downloads, refused, ApiTime.Format(urls.ExpiresAt));
    }

    private static string? Refusal(Row? row, SpotifyUri uri, PlaybackListener listener, DateTimeOffset now)
    {
        if (row is null || PlaybackItem.FromRow(row) is not { } item || item.Uri != uri) return "NOT_LICENSED";
        if (listener.Refusal(item, now) is { } reason) return reason;

        // A new revision needs another license, because the objects of the old one are deleted soon.
        var isLicensed = row.String("State") == OfflineTrack.WireName(OfflineState.Licensed) && row.TimestampOrNull("ExpiresAt") > now
            && EncryptedObject.FromRow(row) is { } copy && copy.Revision == item.Revision && copy.KeyId == row.StringOrNull("KeyId");
        return isLicensed ? null : "RENEWAL_REQUIRED";
    }

    private static DownloadObject Download(SpotifyUri uri, EncryptedObject copy, PlaybackUrls urls)
    {
        var name = copy.ObjectName(uri.Type);
        return new DownloadObject(
            uri.ToString(), name, urls.Sign("/" + name), urls.Alternatives("/" + name), EncryptedAudio.Length(copy.SizeBytes));
    }
}
