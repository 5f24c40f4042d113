using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Recommendations.Training;

namespace Spotify.Recommendations.Publishing;

/// <summary>
/// The published model, ready for use. A new version is loaded while the old one is in use, and replaces it without a pause; the old one is
/// closed after its last use. A version that is damaged, too large or of another format is logged, and the old one stays. Thread-safe.
/// </summary>
public sealed partial class ModelHolder(
    IObjectStore objects, ModelHolderOptions options, TimeProvider time, ILogger<ModelHolder> logger) : IDisposable
{
    private const int BufferSize = 1 << 17;

    private readonly ModelStore store = new(objects, time);
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
                nextCheck = now + options.CheckInterval;
                loading = Task.Run(LoadAsync, CancellationToken.None);
            }

            if (present is not null) return new ModelLease(this, present);
            first = loading;
        }

        if (first is null) return null;
        await first.WaitAsync(ct);
        lock (gate) return present is null ? null : new ModelLease(this, present);
    }

    /// <summary>Waits until no load is in progress.</summary>
    internal Task IdleAsync()
    {
        lock (gate) return loading ?? Task.CompletedTask;
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

    // Never throws, because requests that have a model do not wait for the result.
    private async Task LoadAsync()
    {
        string? version = null;
        try
        {
            version = (await store.CurrentAsync(disposed.Token))?.Version;
            if (version is not null && IsDue(version)) Replace(await OpenAsync(version, disposed.Token));
        }
        catch (OperationCanceledException) when (disposed.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            LogFailed(e, version ?? "unknown", present?.Version ?? "none");
            // A store that cannot be reached is asked again at the next check.
            if (version is not null && e is InvalidDataException or NotSupportedException)
                failed = (version!, time.GetUtcNow() + options.RetryInterval);
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

    private async Task<Holding> OpenAsync(string version, CancellationToken ct)
    {
        var manifest = await store.FindAsync(version, ct) ?? throw new InvalidDataException($"The version {version} is incomplete.");
        if (manifest.Size > options.MaxSize)
            throw new InvalidDataException($"The version {version} has {manifest.Size} bytes; {options.MaxSize} are allowed.");
        if (options.PathOf?.Invoke(ModelStore.ObjectOf(version, manifest.Files[0].Name)) is { } path)
            return new Holding(version, ModelFiles.Open(Path.GetDirectoryName(path)!, manifest), downloaded: null);
        var directory = await DownloadAsync(manifest, ct);
        try
        {
            return new Holding(version, ModelFiles.Open(directory, manifest), directory);
        }
        catch
        {
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    private void Replace(Holding model)
    {
        Holding? old;
        lock (gate)
        {
            failed = null;
            retired++;
            // A disposed holder closes the new one at once.
            if (disposed.IsCancellationRequested) old = model;
            else (old, present) = (present, model);
            if (old is null) retired--;
        }

        old?.Release(this);
    }

    private async Task<string> DownloadAsync(ModelManifest manifest, CancellationToken ct)
    {
        RemoveOthers();
        var directory = Path.Combine(options.Directory, manifest.Version);
        Directory.CreateDirectory(directory);
        try
        {
            foreach (var file in manifest.Files) await DownloadAsync(manifest.Version, file, Path.Combine(directory, file.Name), ct);
            return directory;
        }
        catch
        {
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    private async Task DownloadAsync(string version, ModelFile file, string path, CancellationToken ct)
    {
        var name = ModelStore.ObjectOf(version, file.Name);
        await using var source = await objects.OpenReadAsync(name, null, ct);
        await using var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var left = file.Size;
            while (await source.ReadAsync(buffer, ct) is > 0 and var count)
            {
                left -= count;
                if (left < 0) break;
                hash.AppendData(buffer, 0, count);
                await target.WriteAsync(buffer.AsMemory(0, count), ct);
            }

            if (left != 0) throw new InvalidDataException($"{name}: the size is not {file.Size} bytes.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
            throw new InvalidDataException($"{name}: the SHA-256 differs from the manifest.");
    }

    private void RemoveOthers()
    {
        var used = present?.Version;
        Directory.CreateDirectory(options.Directory);
        foreach (var path in Directory.EnumerateDirectories(options.Directory))
            if (Path.GetFileName(path) != used) Directory.Delete(path, recursive: true);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The model {Version} cannot be loaded; {Present} stays in use.")]
    private partial void LogFailed(Exception cause, string version, string present);

    /// <summary>An open model and the number of its users, of which the holder is one.</summary>
    internal sealed class Holding(string version, OpenModel model, string? downloaded)
    {
        private int users = 1;

        public string Version => version;

        public TrainedModel Model => model.Model;

        // The gate is held, so the holder is a user.
        public void Rent() => Interlocked.Increment(ref users);

        public void Release(ModelHolder holder)
        {
            if (Interlocked.Decrement(ref users) > 0) return;
            model.Dispose();
            try
            {
                if (downloaded is not null) Directory.Delete(downloaded, recursive: true);
            }
            catch (IOException)
            {
                // The next download deletes the directory.
            }

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
    public TrainedModel Model => holding.Model;

    /// <summary>Ends the use.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 0) holding.Release(holder);
    }
}
