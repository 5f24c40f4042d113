using Spotify.Functions.Ingest;

namespace Spotify.Local.Import;

/// <summary>Removes the objects of revisions that are due, every minute for as long as the host runs.</summary>
internal sealed partial class ObjectRemovalService(ObjectRemovals removals, TimeProvider time, ILogger<ObjectRemovalService> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do await SweepAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task SweepAsync(CancellationToken ct)
    {
        try
        {
            await removals.SweepAsync(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A full or busy disk now may be neither in a minute.
            LogFailure(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old revisions could not be removed; another try follows in a minute.")]
    private partial void LogFailure(Exception cause);
}
