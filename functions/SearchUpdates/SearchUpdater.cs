namespace Spotify.Functions.SearchUpdates;

/// <summary>Writes the search documents that are out of date: first those of renamed artists and albums, then those of a rebuild.</summary>
internal sealed class SearchUpdater(SearchRefresh refresh, SearchRebuild rebuild, TimeProvider time)
{
    // A call ends before the next one, because two would only wait for each other's transactions.
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(45);

    /// <summary>Does as much as fits in the time between two calls.</summary>
    public async Task<SearchUpdatesObject> RunAsync(CancellationToken ct)
    {
        var end = time.GetUtcNow() + Budget;
        var refreshed = await refresh.RunAsync(HasTime, ct);
        var rebuilt = 0;
        await rebuild.RunAsync(HasTime, count => Interlocked.Add(ref rebuilt, count), ct);
        return new SearchUpdatesObject(refreshed, rebuilt);

        bool HasTime() => time.GetUtcNow() < end;
    }
}
