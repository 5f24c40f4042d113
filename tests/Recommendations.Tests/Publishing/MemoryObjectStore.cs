using System.Collections.Concurrent;
using Spotify.Domain.Ports;

namespace Spotify.Recommendations.Tests.Publishing;

/// <summary>Objects in memory, with calls to tests before and after each operation, which may wait or throw.</summary>
internal sealed class MemoryObjectStore(TimeProvider time) : IObjectStore
{
    private readonly ConcurrentDictionary<string, (byte[] Content, DateTimeOffset Modified)> objects = new(StringComparer.Ordinal);

    /// <summary>Called before an operation, with its name and that of the object.</summary>
    public Func<string, string, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called after a write or a deletion.</summary>
    public Func<string, string, Task> After { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<Stream> OpenReadAsync(string name, ObjectRange? range, CancellationToken ct)
    {
        await Before("read", name);
        ct.ThrowIfCancellationRequested();
        return objects.TryGetValue(name, out var found) ? new MemoryStream(found.Content) : throw new FileNotFoundException(name);
    }

    public async Task WriteAsync(string name, Stream content, WriteOptions options, CancellationToken ct)
    {
        await Before("write", name);
        ct.ThrowIfCancellationRequested();
        using var memory = new MemoryStream();
        content.CopyTo(memory);
        if (!options.OnlyIfAbsent || !objects.ContainsKey(name)) objects[name] = (memory.ToArray(), time.GetUtcNow());
        await After("write", name);
    }

    public async Task<StoredObject?> FindAsync(string name, CancellationToken ct)
    {
        await Before("find", name);
        return objects.TryGetValue(name, out var found) ? new StoredObject(name, found.Content.Length, found.Modified) : null;
    }

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken ct) => objects
        .Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(one => one.Key, ObjectName.ByteOrder)
        .Select(one => new StoredObject(one.Key, one.Value.Content.Length, one.Value.Modified)).ToAsyncEnumerable();

    public async Task DeleteAsync(string name, CancellationToken ct)
    {
        await Before("delete", name);
        objects.TryRemove(name, out _);
        await After("delete", name);
    }
}
