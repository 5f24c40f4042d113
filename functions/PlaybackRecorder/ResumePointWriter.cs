using Spotify.Catalog.ResumePoints;
using Spotify.Domain;
using Spotify.Events;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>
/// Writes the resume points of plays of episodes and chapters: fully played if the play was completed, otherwise the position that the app
/// reported. Plays without a position leave the resume point as it is. Can be repeated.
/// </summary>
public sealed class ResumePointWriter(ResumePointStore points)
{
    /// <summary>Writes the resume points of the plays of a message.</summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="reported">The plays of the message, with the positions.</param>
    /// <param name="recorded">The same plays as recorded, which have no positions if they were recorded before.</param>
    /// <param name="ct">Cancels the write.</param>
    internal async Task WriteAsync(
        string userId, IEnumerable<RecordedPlay> reported, IEnumerable<RecordedPlay> recorded, CancellationToken ct)
    {
        var ends = reported.Zip(recorded).Select(play => PointOf(play.First, play.Second)).OfType<ResumePoint>();
        var items = ends.GroupBy(point => point.PlayableId, StringComparer.Ordinal).ToList();
        foreach (var part in items.Chunk(ResumePointStore.MaxIds))
            await points.WriteAsync(userId, [.. part.Select(ofItem => ofItem.MaxBy(point => point.UpdatedAt)!)], ct);
    }

    private static ResumePoint? PointOf(RecordedPlay reported, RecordedPlay recorded)
    {
        if (recorded.Uri.Type is not (EntityType.Episode or EntityType.Chapter)) return null;
        var ended = recorded.Reason == EndReason.Completed;
        // An app that repeats an event id for another item reports a position of that item.
        var position = reported.Uri == recorded.Uri ? reported.PositionMs : null;
        return ended || position is not null
            ? ResumePoint.At(recorded.Uri.Id, position ?? 0, recorded.DurationMs, ended, recorded.PlayedAt)
            : null;
    }
}
