using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Functions.SearchUpdates;

/// <summary>Writes the search documents that are out of date: first those of renamed artists and albums, then those of a rebuild.</summary>
public sealed class SearchUpdater(IDatabase database, SearchRefresh refresh, SearchRebuild rebuild, TimeProvider time)
{
    // A request, if there is one, and the shards that are done.
    private static readonly Statement State = new(
        """
        SELECT 1 AS Waiting FROM (SELECT Id FROM SearchRefreshes LIMIT 1) Request
        UNION ALL
        SELECT 0 AS Waiting FROM SearchRebuilds WHERE Version >= @version AND Position IS NULL
        """,
        ("version", ColumnType.Int64));

    // A call ends before the next one, because two would only wait for each other's transactions.
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(45);

    /// <summary>Does as much as fits in the time between two calls.</summary>
    /// <returns>
    /// The numbers of documents that were written because of a new name, and because their terms are of an older version.
    /// </returns>
    public async Task<(int Refreshed, int Rebuilt)> RunAsync(CancellationToken ct)
    {
        if (await IsIdleAsync(ct)) return (0, 0);
        var end = time.GetUtcNow() + Budget;
        var refreshed = await refresh.RunAsync(HasTime, ct);
        var rebuilt = 0;
        await rebuild.RunAsync(HasTime, count => Interlocked.Add(ref rebuilt, count), ct);
        return (refreshed, rebuilt);

        bool HasTime() => time.GetUtcNow() < end;
    }

    private async Task<bool> IsIdleAsync(CancellationToken ct)
    {
        var parameters = new Parameters { { "version", SearchEntries.Version } };
        var rows = await database.QueryAsync(State, parameters, null, ct).ToListAsync(ct);
        return rows.Count == SearchRebuild.ShardCount && rows.TrueForAll(row => row.Int64("Waiting") == 0);
    }
}
