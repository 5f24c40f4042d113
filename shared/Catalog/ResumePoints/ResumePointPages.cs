using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Catalog.ResumePoints;

/// <summary>
/// A reader of resume points of the episodes or chapters on a page of their shows or audiobooks. Needs no ids of episodes or chapters, so
/// that the page and its resume points are read at the same time.
/// </summary>
public sealed class ResumePointPages(IDatabase database)
{
    private static readonly Statement LatestOfParent = PagesOf(1, " DESC");

    private static readonly Statement PageOfParent = PagesOf(1, "");

    private static readonly Statement PagesOfFewParents = PagesOf(ParentPages.Few, "");

    private static readonly Statement PagesOfParents = PagesOf(ParentPages.Max, "");

    /// <summary>
    /// Returns a listener's resume points on a page of each of up to 50 shows or audiobooks, in the order of their items.
    /// </summary>
    public Task<IReadOnlyDictionary<string, ResumePoint>> ReadAsync(
        string userId, IReadOnlyCollection<string> parentIds, int offset, int limit, CancellationToken ct) =>
        ReadAsync(
            ParentPages.CountFor(parentIds.Count) switch
            {
                1 => PageOfParent,
                ParentPages.Few => PagesOfFewParents,
                _ => PagesOfParents,
            },
            userId, parentIds, offset, limit, ct);

    /// <summary>Returns a listener's resume points on a page of the episodes of a show, the latest first.</summary>
    public Task<IReadOnlyDictionary<string, ResumePoint>> ReadLatestAsync(
        string userId, string showId, int offset, int limit, CancellationToken ct) =>
        ReadAsync(LatestOfParent, userId, [showId], offset, limit, ct);

    private static Statement PagesOf(int parents, string direction) => new(
        $"""
        SELECT ResumePoints.PlayableId, ResumePoints.PositionMs, ResumePoints.FullyPlayed, ResumePoints.UpdatedAt
        FROM ({ParentPages.Sql(parents, direction)}) Paged
        JOIN ResumePoints ON ResumePoints.UserId = @user AND ResumePoints.PlayableId = Paged.PlayableId
        """,
        [("user", ColumnType.String), .. ParentPages.Parameters(parents)]);

    private async Task<IReadOnlyDictionary<string, ResumePoint>> ReadAsync(
        Statement statement, string userId, IReadOnlyCollection<string> parentIds, int offset, int limit, CancellationToken ct)
    {
        var points = new Dictionary<string, ResumePoint>(StringComparer.Ordinal);
        if (parentIds.Count == 0) return points;
        var parameters = ParentPages.Values(parentIds, offset, limit);
        parameters.Add("user", userId);
        await foreach (var row in database.QueryAsync(statement, parameters, null, ct))
            points[row.String("PlayableId")] = ResumePoint.FromRow(row);
        return points;
    }
}
