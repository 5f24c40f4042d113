using System.Collections.Concurrent;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Tests.SearchDictionary;

/// <summary>An object store that tells when an object is written or deleted.</summary>
internal sealed class WatchedStore(IObjectStore store) : IObjectStore
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> written = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> deleted = new(StringComparer.Ordinal);

    /// <summary>The number of reads and listings.</summary>
    public int Reads { get; private set; }

    /// <summary>Returns a task that completes with the next write of an object.</summary>
    public Task NextWriteOf(string name) => Next(written, name);

    /// <summary>Returns a task that completes with the next deletion of an object.</summary>
    public Task NextDeletionOf(string name) => Next(deleted, name);

    public Task<Stream> OpenReadAsync(string name, ObjectRange? range, CancellationToken ct)
    {
        Reads++;
        return store.OpenReadAsync(name, range, ct);
    }

    public async Task WriteAsync(string name, Stream content, WriteOptions options, CancellationToken ct)
    {
        await store.WriteAsync(name, content, options, ct);
        Signal(written, name);
    }

    public Task<StoredObject?> FindAsync(string name, CancellationToken ct) => store.FindAsync(name, ct);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken ct)
    {
        Reads++;
        return store.ListAsync(prefix, ct);
    }

    public async Task DeleteAsync(string name, CancellationToken ct)
    {
        await store.DeleteAsync(name, ct);
        Signal(deleted, name);
    }

    private static Task Next(ConcurrentDictionary<string, TaskCompletionSource> waiting, string name) =>
        (waiting[name] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(Timeout);

    private static void Signal(ConcurrentDictionary<string, TaskCompletionSource> waiting, string name)
    {
        if (waiting.TryRemove(name, out var source)) source.SetResult();
    }
}
