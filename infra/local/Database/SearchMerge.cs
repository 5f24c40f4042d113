namespace Spotify.Local.Database;

/// <summary>
/// The merge of the segments of the search index. Each commit adds a segment, and each term of a query is looked up in all segments. FTS5
/// merges segments of similar size only, so that many remain.
/// </summary>
/// <seealso href="https://www.sqlite.org/fts5.html#the_merge_command"/>
internal sealed partial class SearchMerge(SqliteSearchIndex index, TimeProvider time, ILogger<SearchMerge> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the host does not wait for it.
        await Task.Yield();
        while (true)
        {
            await MergeAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private async Task MergeAsync(CancellationToken ct)
    {
        try
        {
            await index.MergeAsync(ct);
        }
        catch (Exception e) when (e is SqliteException or TimeoutException)
        {
            LogFailure(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The segments of the search index cannot be merged.")]
    private partial void LogFailure(Exception cause);
}
