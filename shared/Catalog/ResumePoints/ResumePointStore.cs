using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web.PersonalData;

namespace Spotify.Catalog.ResumePoints;

/// <summary>
/// The resume points of listeners in episodes and chapters. The newest time wins: a position that arrives late, such as that of an offline
/// play, does not replace a newer one. Writes can be repeated.
/// </summary>
public sealed class ResumePointStore(IDatabase database, TimeProvider time)
{
    /// <summary>The maximum number of items in a call.</summary>
    public const int MaxIds = CatalogReader.MaxIds;

    private static readonly Table Table = Schema.Current.Table("ResumePoints");

    private static readonly Statement ById = new(
        $"""
        SELECT PlayableId, PositionMs, FullyPlayed, UpdatedAt FROM ResumePoints
        WHERE UserId = @user AND PlayableId IN ({Statement.List("id", MaxIds)})
        """,
        [("user", ColumnType.String), .. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    // At least one row, if the user has one.
    private static readonly Statement ToWrite = new(
        $"""
        SELECT ResumePoints.PlayableId, ResumePoints.PositionMs, ResumePoints.FullyPlayed, ResumePoints.UpdatedAt
        FROM Users LEFT JOIN ResumePoints
          ON ResumePoints.UserId = Users.UserId AND ResumePoints.PlayableId IN ({Statement.List("id", MaxIds)})
        WHERE Users.UserId = @user
        """,
        [("user", ColumnType.String), .. Statement.ListParameters("id", MaxIds, ColumnType.String)]);

    /// <summary>Returns the resume points of up to <see cref="MaxIds"/> items, in one read. Items never played are missing.</summary>
    public async Task<IReadOnlyDictionary<string, ResumePoint>> ReadAsync(
        string userId, IReadOnlyCollection<string> playableIds, CancellationToken ct)
    {
        var points = new Dictionary<string, ResumePoint>(StringComparer.Ordinal);
        if (playableIds.Count == 0) return points;
        var parameters = new Parameters { { "user", userId } }.AddList("id", [.. playableIds], MaxIds);
        await foreach (var row in database.QueryAsync(ById, parameters, null, ct))
            points[row.String("PlayableId")] = ResumePoint.FromRow(row);
        return points;
    }

    /// <summary>
    /// Writes the position of a listener in an item, unless there is a newer one. Does nothing if the user has no row: see
    /// <see cref="WriteAsync(User, IReadOnlyList{ResumePoint}, CancellationToken)"/>.
    /// </summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="playableId">The id of the episode or chapter.</param>
    /// <param name="positionMs">The position in milliseconds.</param>
    /// <param name="durationMs">The duration in milliseconds; null if unknown.</param>
    /// <param name="ended">Whether the item was played to its end.</param>
    /// <param name="at">When the listener was at the position.</param>
    /// <param name="ct">Cancels the write.</param>
    public Task WriteAsync(
        string userId, string playableId, long positionMs, long? durationMs, bool ended, DateTimeOffset at, CancellationToken ct) =>
        WriteAsync(userId, [ResumePoint.At(playableId, positionMs, durationMs, ended, at)], ct);

    /// <summary>
    /// Writes up to <see cref="MaxIds"/> resume points of a listener, except those older than the existing ones. Does nothing if the user
    /// has no row.
    /// </summary>
    public Task WriteAsync(string userId, IReadOnlyList<ResumePoint> points, CancellationToken ct) =>
        WriteAsync(userId, null, points, ct);

    /// <summary>
    /// Writes up to <see cref="MaxIds"/> resume points of a listener, except those older than the existing ones, and inserts the user's row
    /// if there is none.
    /// </summary>
    /// <exception cref="Spotify.Web.ApiException">401: the user has no row, and the account is being removed.</exception>
    public Task WriteAsync(User user, IReadOnlyList<ResumePoint> points, CancellationToken ct) => WriteAsync(user.Id, user, points, ct);

    private Task WriteAsync(string userId, User? newUser, IReadOnlyList<ResumePoint> points, CancellationToken ct)
    {
        if (points.Count == 0) return Task.CompletedTask;
        var now = Instant.Truncate(time.GetUtcNow());
        List<ResumePoint> newest = [.. points.Select(Truncated).GroupBy(point => point.PlayableId, StringComparer.Ordinal).Select(Newest)];
        var parameters = new Parameters { { "user", userId } }.AddList("id", [.. newest.Select(point => point.PlayableId)], MaxIds);
        return database.TransactAsync(
            async transaction =>
            {
                var rows = await transaction.QueryAsync(ToWrite, parameters).ToListAsync(ct);
                if (rows.Count == 0)
                {
                    if (newUser is null) return false;
                    await transaction.InsertAsync(newUser);
                }

                var existing = rows.Where(row => !row.IsNull("PlayableId")).Select(ResumePoint.FromRow)
                    .ToDictionary(point => point.PlayableId, StringComparer.Ordinal);
                foreach (var point in newest)
                {
                    var known = existing.GetValueOrDefault(point.PlayableId);
                    if (known is null || (point.UpdatedAt >= known.UpdatedAt && point != known)) transaction.Add(Upsert(userId, point));
                }

                return true;
            },
            ct);

        // A time in the future would win against every later position until then.
        ResumePoint Truncated(ResumePoint point) =>
            point with { UpdatedAt = point.UpdatedAt < now ? Instant.Truncate(point.UpdatedAt) : now };
    }

    // The last one of those with the same time.
    private static ResumePoint Newest(IEnumerable<ResumePoint> points) =>
        points.Aggregate((newest, point) => point.UpdatedAt >= newest.UpdatedAt ? point : newest);

    private static Mutation Upsert(string userId, ResumePoint point) => Mutation.Upsert(
        Table,
        ("UserId", userId), ("PlayableId", point.PlayableId), ("PositionMs", point.PositionMs), ("FullyPlayed", point.FullyPlayed),
        ("UpdatedAt", point.UpdatedAt));
}
