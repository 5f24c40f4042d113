using Microsoft.Extensions.Logging;
using Spotify.Catalog.ResumePoints;
using Spotify.Domain;
using Spotify.Functions.PlayerAutoplay;
using Spotify.Player;

namespace Spotify.Functions.Player;

/// <summary>
/// The work after a change of a player: resume points and the request for a radio. Best effort, because the change is durable.
/// </summary>
internal sealed partial class PlayerFollowUps(
    ResumePointStore resumePoints, AutoplayQueue autoplay, TimeProvider time, ILogger<PlayerFollowUps> logger)
{
    /// <summary>The maximum time that a request waits for the work.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    // An item that is left this soon after its start was skipped, or has ended and was recorded then.
    private const long MinPositionMs = 10_000;

    /// <summary>Does the work after a change. Failures are logged.</summary>
    /// <remarks>A client that closes the connection does not end the work, because nobody would do it later.</remarks>
    /// <param name="write">The change.</param>
    /// <param name="ended">Whether a device has played the item before the change to its end.</param>
    public async Task RunAsync(PlayerWrite write, bool ended)
    {
        if (write.After.Revision == write.Before.Revision) return;
        using var deadline = new CancellationTokenSource(Budget, time);
        await Task.WhenAll(WriteResumePointAsync(write, ended, deadline.Token), RequestRadioAsync(write, deadline.Token));
    }

    private async Task WriteResumePointAsync(PlayerWrite write, bool ended, CancellationToken ct)
    {
        var (before, after) = (write.Before.State, write.After.State);
        if (before.Item is not { } item || !SpotifyUri.TryParse(item.Uri, out var uri) || uri.Type == EntityType.Track) return;
        // Only a change of the position or of the item leaves or moves a place to resume at.
        if (ReferenceEquals(before.Position, after.Position) && item == after.Item && before.ActiveDeviceId == after.ActiveDeviceId) return;
        var now = write.After.Now;
        var isCurrent = item.Uid == after.Item?.Uid && before.ActiveDeviceId == after.ActiveDeviceId;
        var left = item.Uid == after.Item?.Uid && !ended ? after : before;
        if (!ended && !isCurrent && left.PositionAt(now) < MinPositionMs) return;
        // An item that was paused is where it was since then: another device may have gone on with it in the meantime.
        var at = ended || left.IsPlayingAt(now) ? now : left.Position.At;
        try
        {
            var point = ResumePoint.At(uri.Id, left.PositionAt(now), item.DurationMs, ended, at);
            await resumePoints.WriteAsync(write.After.User.ToNewUser(now), [point], ct).WaitAsync(ct);
        }
        catch (Exception e)
        {
            LogResumePointFailed(logger, uri, e);
        }
    }

    private async Task RequestRadioAsync(PlayerWrite write, CancellationToken ct)
    {
        var (before, after) = (write.Before.State, write.After.State);
        if (after.Autoplay != AutoplayState.Requested) return;
        // Once more for each item until there is an answer, because a request may be lost. Repeated tasks do no harm.
        if (before.AutoplayUid == after.AutoplayUid && before.Item?.Uid == after.Item?.Uid) return;
        try
        {
            await autoplay.RequestAsync(write.After.User.Id, write.Listener.Country ?? "", after, ct).WaitAsync(ct);
        }
        catch (Exception e)
        {
            LogRadioFailed(logger, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The resume point of {Item} could not be written; the item resumes where it did before.")]
    private static partial void LogResumePointFailed(ILogger logger, SpotifyUri item, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The radio after a context could not be requested; playback ends with the context.")]
    private static partial void LogRadioFailed(ILogger logger, Exception exception);
}
