namespace Spotify.Local.Database;

/// <summary>
/// The deletion of rows by the row deletion policies of the schema, which Spanner does in the background. Deletes in small transactions
/// with pauses, so that requests do not wait for it.
/// </summary>
internal sealed partial class RowDeletion(SqliteDatabase database, TimeProvider time, ILogger<RowDeletion> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true) await Task.Delay(await DeleteAsync(stoppingToken) ? Pause : Interval, time, stoppingToken);
    }

    private async Task<bool> DeleteAsync(CancellationToken ct)
    {
        try
        {
            return await database.DeleteExpiredAsync(time.GetUtcNow(), ct);
        }
        catch (Exception e) when (e is SqliteException or TimeoutException)
        {
            LogFailure(e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Expired rows cannot be deleted.")]
    private partial void LogFailure(Exception cause);
}
