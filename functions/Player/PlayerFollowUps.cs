using Microsoft.Extensions.Logging;
using Spotify.Catalog.ResumePoints;
using Spotify.Domain;
using Spotify.Functions.PlayerAutoplay;
using Spotify.Player;

namespace Spotify.Functions.Player;

/// <summary>
/// The work after a change of a player: resume points and the request for a radio. Best effort, because the change is durable.
/// </summary>
internal sealed partial class PlayerFollowUps(ResumePointStore resumePoints, AutoplayQueue autoplay, ILogger<PlayerFollowUps> logger)
{
    /// <summary>Does the work after a change.</summary>
    /// <param name="write">The change.</param>
    /// <param name="ended">Whether a device has played the item before the change to its end.</param>
    /// <param name="ct">Cancels the work.</param>
    public async Task RunAsync(PlayerWrite write, bool ended, CancellationToken ct)
    {
        if (write.After.Revision == write.Before.Revision) return;
        await Task.WhenAll(WriteResumePointAsync(write, ended, ct), RequestRadioAsync(write, ct));
    }

    private async Task WriteResumePointAsync(PlayerWrite write, bool ended, CancellationToken ct)
    {
        var (before, after) = (write.Before.State, write.After.State);
        if (before.Item is not { } item || !SpotifyUri.TryParse(item.Uri, out var uri) || uri.Type == EntityType.Track) return;
        // Only a change of the position or of the item leaves or moves a place to resume at.
        if (ReferenceEquals(before.Position, after.Position) && item == after.Item && before.ActiveDeviceId == after.ActiveDeviceId) return;
        var now = write.After.Now;
        var position = item.Uid == after.Item?.Uid && !ended ? after.PositionAt(now) : before.PositionAt(now);
        try
        {
            await resumePoints.WriteAsync(write.After.User.Id, uri.Id, position, item.DurationMs, ended, now, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogResumePointFailed(logger, uri, e);
        }
    }

    private async Task RequestRadioAsync(PlayerWrite write, CancellationToken ct)
    {
        var state = write.After.State;
        if (state.Autoplay != AutoplayState.Requested || write.Before.State.AutoplayUid == state.AutoplayUid) return;
        var user = write.After.User;
        try
        {
            await autoplay.RequestAsync(user.Id, write.Listener.Country ?? "", state, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogRadioFailed(logger, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The resume point of {Item} could not be written; the item resumes where it did before.")]
    private static partial void LogResumePointFailed(ILogger logger, SpotifyUri item, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The radio after a context could not be requested; playback ends with the context.")]
    private static partial void LogRadioFailed(ILogger logger, Exception exception);
}
