using Spotify.Functions.Player.Commands;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Player.Devices;

/// <summary>A service for the reports of devices about their own playback, which also acknowledge commands.</summary>
internal sealed class DeviceReports(PlayerStore players, UpcomingItems upcoming, PlayerFollowUps followUps)
{
    // Ids of items are numbers in base 10.
    private const int MaxUidLength = 20;

    /// <summary>Applies a report.</summary>
    /// <returns>The player after the report.</returns>
    /// <exception cref="ApiException">
    /// 400: a member is invalid. 403: another app has registered the device. 404: the device is not connected.
    /// </exception>
    public async Task<PlayerSession> ReportAsync(CurrentUser user, string id, ReportRequest request, CancellationToken ct)
    {
        var report = Validated(id, request);
        var write = await players.ChangeAsync(user, id, async (session, listener, token) =>
        {
            var device = session.State.Device(id, session.Now) ?? throw PlayerErrors.UnknownDevice();
            DeviceRegistrations.RequireOwn(device, user);
            var reported = await upcoming.ReportAsync(session.State, report, listener, session.Now, token);
            return ReferenceEquals(reported, session.State) ? reported : reported.RequestAutoplay();
        }, ct);
        await followUps.RunAsync(write, write.Before.State.Ends(report, write.Before.Now));
        return write.After;
    }

    private static DeviceReport Validated(string id, ReportRequest request)
    {
        if (request.Revision < 0) throw ApiException.BadRequest("Invalid revision: a revision of the player's state is wanted");
        if (request.Uid?.Length > MaxUidLength) throw ApiException.BadRequest("Invalid uid: the uid of an item is wanted");
        if (request.PositionMs < 0) throw ApiException.BadRequest("Invalid position_ms: 0 or more milliseconds are wanted");
        if (request.VolumePercent is < 0 or > 100) throw ApiException.BadRequest("Invalid volume_percent: 0 to 100 is wanted");
        return new DeviceReport(id)
        {
            Revision = request.Revision,
            Uid = request.Uid,
            PositionMs = request.PositionMs,
            IsPlaying = request.IsPlaying,
            Ended = request.Ended ?? false,
            Volume = request.VolumePercent,
        };
    }
}
