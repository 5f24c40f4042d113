using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;

namespace Spotify.Functions.WeeklyPlaylists;

/// <summary>
/// The listeners of a database. Counts active listeners, and activates those whose plays are older than the records of activity.
/// </summary>
public sealed class RecentListeners(IDatabase database, TimeProvider time)
{
    private const int PageSize = 500;

    // Tracks that are listed as played. PlayHistoryByTime has them in the order of time.
    private static readonly Statement Page = new(
        $"""
        SELECT Users.UserId, Users.Country, Users.TimeZone, ActiveListeners.UserId AS ActiveId, Listeners.SuspectUntil,
          (SELECT MAX(PlayedAt) FROM PlayHistory WHERE PlayHistory.UserId = Users.UserId AND PlayHistory.IsListed) AS PlayedAt
        FROM Users
        LEFT JOIN ActiveListeners ON ActiveListeners.UserId = Users.UserId
        LEFT JOIN Listeners ON Listeners.UserId = Users.UserId
        WHERE Users.UserId > @after ORDER BY Users.UserId LIMIT {PageSize}
        """,
        ("after", ColumnType.String));

    private static readonly Statement Active = new(
        "SELECT COUNT(*) AS Listeners FROM ActiveListeners WHERE ActiveAt > @since", ("since", ColumnType.Timestamp));

    /// <summary>Adds listeners with a play in the last 30 days who are not active. Can be repeated.</summary>
    /// <returns>The number of listeners that were added.</returns>
    public async Task<int> AddAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (added, after) = (0, "");
        while (true)
        {
            var page = await database.QueryAsync(Page, new Parameters { { "after", after } }, null, ct).ToListAsync(ct);
            var missing = page
                .Where(row => row.IsNull("ActiveId") && !(row.TimestampOrNull("SuspectUntil") > now)
                    && row.TimestampOrNull("PlayedAt") > now - ActiveListeners.Lifetime)
                .Select(row => ActiveListeners.Upsert(
                    row.String("UserId"),
                    TimeZones.IdOf(row.StringOrNull("TimeZone"), row.String("Country")),
                    row.Timestamp("PlayedAt")))
                .ToList();
            if (missing.Count > 0) await database.CommitAsync(missing, ct);
            added += missing.Count;
            if (page.Count < PageSize) return added;
            after = page[^1].String("UserId");
        }
    }

    /// <summary>Returns the number of active listeners, by a scan of all.</summary>
    public async Task<long> CountAsync(CancellationToken ct)
    {
        var parameters = new Parameters { { "since", Instant.Truncate(time.GetUtcNow() - ActiveListeners.Lifetime) } };
        return (await database.QueryAsync(Active, parameters, null, ct).SingleAsync(ct)).Int64("Listeners");
    }
}
