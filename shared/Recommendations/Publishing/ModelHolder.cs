using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Publishing;

/// <summary>
/// The published model, ready for use. A new version is loaded while the old one is in use, and replaces it without a pause; the old one is
/// closed after its last use. A version that is damaged, too large or of another format is logged, and the old one stays. Thread-safe.
/// </summary>
public sealed partial class ModelHolder(
    IObjectStore objects, ModelLoaderOptions options, TimeProvider time, ILogger<ModelHolder> logger) : IDisposable
{
    /// <summary>The shortest time between two reads of the pointer.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromMinutes(1);

    /// <summary>The time after which a version that could not be opened is tried again, because only the download may be damaged.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(10);

    private readonly ModelStore store = new(objects, time);
    private readonly ModelLoader loader = new(objects, options, time);
    private readonly CancellationTokenSource disposed = new();
    private readonly Lock gate = new();
    private Holding? present;
    private int retired;
    private Task? loading;
    private DateTimeOffset nextCheck = DateTimeOffset.MinValue;
    private (string Version, DateTimeOffset RetryAt)? failed;

    /// <summary>
    /// Returns the model. Waits only if there is none yet; concurrent calls then share one load. Looks for a new version from time to time.
    /// </summary>
    /// <returns>The model, which the caller disposes after use; null if none is published or none could be loaded.</returns>
    /// <exception cref="ObjectDisposedException">The holder is disposed.</exception>
    public async ValueTask<ModelLease?> RentAsync(CancellationToken ct)
    {
        Task? first;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed.IsCancellationRequested, this);
            var now = time.GetUtcNow();
            if (loading is null && now >= nextCheck)
            {
                nextCheck = now + CheckInterval;
                loading = Task.Run(LoadAsync, CancellationToken.None);
            }

            if (present is not null) return new ModelLease(this, present);
            first = loading;
        }

        if (first is null) return null;
        await first.WaitAsync(ct);
        lock (gate) return present is null ? null : new ModelLease(this, present);
    }

    /// <summary>Closes the model after its last use.</summary>
    public void Dispose()
    {
        Holding? last;
        lock (gate)
        {
            if (disposed.IsCancellationRequested) return;
            disposed.Cancel();
            (last, present) = (present, null);
            if (last is not null) retired++;
        }

        last?.Release(this);
    }

    /// <summary>Waits until no load is in progress.</summary>
    internal Task IdleAsync()
    {
        lock (gate) return loading ?? Task.CompletedTask;
    }

    // Never throws, because requests that have a model do not wait for the result.
    private async Task LoadAsync()
    {
        string? version = null;
        try
        {
            version = (await store.CurrentAsync(disposed.Token))?.Version;
            if (version is null || !IsDue(version)) return;
            loader.RemoveLeftovers(present?.Version);
            Replace(new Holding(await loader.LoadAsync(version, disposed.Token)));
        }
        catch (OperationCanceledException) when (disposed.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            LogFailed(e, version ?? "unknown", present?.Version ?? "none");
            // A store that cannot be reached is asked again at the next check.
            if (version is not null && e is InvalidDataException or NotSupportedException)
                failed = (version!, time.GetUtcNow() + RetryInterval);
        }
        finally
        {
            lock (gate) loading = null;
        }
    }

    // A model that still has users when another has replaced it delays the next load, so that the disk has two at most.
    private bool IsDue(string version)
    {
        lock (gate)
        {
            return version != present?.Version && retired == 0
                && (failed is not var (name, retryAt) || name != version || time.GetUtcNow() >= retryAt);
        }
    }

    private void Replace(Holding model)
    {
        Holding? old;
        lock (gate)
        {
            failed = null;
            // A disposed holder closes the new one at once.
            if (disposed.IsCancellationRequested) old = model;
            else (old, present) = (present, model);
            if (old is not null) retired++;
        }

        old?.Release(this);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The model {Version} cannot be loaded; {Present} stays in use.")]
    private partial void LogFailed(Exception cause, string version, string present);

    /// <summary>An open model and the number of its users, of which the holder is one.</summary>
    internal sealed class Holding(OpenModel model)
    {
        private int users = 1;

        public string Version => model.Manifest.Version;

        // Prepared with the load, so that no request waits for it.
        public PreparedModel Prepared { get; } = new(model.Model);

        // The gate is held, so the holder is a user.
        public void Rent() => Interlocked.Increment(ref users);

        public void Release(ModelHolder holder)
        {
            if (Interlocked.Decrement(ref users) > 0) return;
            model.Dispose();
            lock (holder.gate) holder.retired--;
        }
    }
}

/// <summary>The use of a model. The model stays open until this is disposed.</summary>
public sealed class ModelLease : IDisposable
{
    private readonly ModelHolder holder;
    private readonly ModelHolder.Holding holding;
    private int isDisposed;

    internal ModelLease(ModelHolder holder, ModelHolder.Holding holding)
    {
        (this.holder, this.holding) = (holder, holding);
        holding.Rent();
    }

    /// <summary>The version.</summary>
    public string Version => holding.Version;

    /// <summary>The model. Must not be used after this is disposed.</summary>
    public TrainedModel Model => holding.Prepared.Model;

    /// <summary>The model with its recommenders. Must not be used after this is disposed.</summary>
    public PreparedModel Prepared => holding.Prepared;

    /// <summary>Ends the use.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 0) holding.Release(holder);
    }
}
