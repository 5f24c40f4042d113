using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Catalog.ResumePoints;

/// <summary>
/// The resume points in responses. A viewer without a user or without the scope <c>user-read-playback-position</c> sees none, and nothing
/// is read.
/// </summary>
public sealed class ShownResumePoints(ResumePointStore points, ResumePointPages pages)
{
    /// <summary>Returns the resume points of up to <see cref="ResumePointStore.MaxIds"/> items.</summary>
    public Task<ResumePointsOfViewer> ReadAsync(IReadOnlyCollection<string> ids, Viewer viewer, CancellationToken ct) =>
        ShownAsync(viewer, userId => points.ReadAsync(userId, ids, ct));

    /// <summary>Returns the resume points on a page of each of up to 50 audiobooks, in the order of their chapters.</summary>
    public Task<ResumePointsOfViewer> ReadPagesAsync(
        IReadOnlyCollection<string> bookIds, PageRequest page, Viewer viewer, CancellationToken ct) =>
        ShownAsync(viewer, userId => pages.ReadAsync(
            userId, [.. bookIds.Distinct(StringComparer.Ordinal)], page.Offset, page.Limit, ct));

    /// <summary>Returns the resume points on a page of the episodes of a show, the latest first.</summary>
    public Task<ResumePointsOfViewer> ReadLatestAsync(string showId, PageRequest page, Viewer viewer, CancellationToken ct) =>
        ShownAsync(viewer, userId => pages.ReadLatestAsync(userId, showId, page.Offset, page.Limit, ct));

    private static async Task<ResumePointsOfViewer> ShownAsync(
        Viewer viewer, Func<string, Task<IReadOnlyDictionary<string, ResumePoint>>> read) =>
        viewer.Caller is { UserId: { } userId } caller && caller.Scopes.HasFlag(Scopes.UserReadPlaybackPosition)
            ? new ResumePointsOfViewer(await read(userId))
            : ResumePointsOfViewer.None;
}

/// <summary>The resume points of a viewer.</summary>
/// <param name="points">The points by the id of the episode or chapter; null if the viewer may not see them.</param>
public sealed class ResumePointsOfViewer(IReadOnlyDictionary<string, ResumePoint>? points)
{
    private static readonly ResumePointObject Unplayed = new(FullyPlayed: false, ResumePositionMs: 0);

    /// <summary>The resume points of a viewer who may not see them.</summary>
    public static ResumePointsOfViewer None { get; } = new(null);

    /// <summary>Returns the resume point of an item, which is 0 if it was never played; null if the viewer may not see it.</summary>
    public ResumePointObject? Of(string id) =>
        points is null ? null
        : points.TryGetValue(id, out var point) ? new ResumePointObject(point.FullyPlayed, point.PositionMs)
        : Unplayed;
}
