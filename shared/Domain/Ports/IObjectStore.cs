namespace Spotify.Domain.Ports;

/// <summary>The metadata of an object.</summary>
/// <param name="Name">The name: segments separated by slashes, without a leading slash. See <see cref="ObjectName"/>.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="Modified">The time of the last write.</param>
public sealed record StoredObject(string Name, long Size, DateTimeOffset Modified);

/// <summary>A byte range of an object.</summary>
/// <param name="Offset">The offset of the first byte.</param>
/// <param name="Length">The number of bytes; null for all bytes to the end.</param>
public readonly record struct ObjectRange(long Offset, long? Length);

/// <summary>Options for writing an object.</summary>
/// <param name="ContentType">The media type.</param>
/// <param name="OnlyIfAbsent">Whether to keep an existing object.</param>
/// <param name="Immutable">
/// Whether the name never gets other content, so that browsers and CDNs may cache the object for a year. Other objects are not cached.
/// </param>
public sealed record WriteOptions(string ContentType, bool OnlyIfAbsent = false, bool Immutable = false);

/// <summary>A store of named objects (audio, images, models): a directory on one machine, Cloud Storage in the cloud.</summary>
public interface IObjectStore
{
    /// <summary>Opens an object, or a byte range of it, for reading.</summary>
    /// <exception cref="FileNotFoundException">The object does not exist.</exception>
    /// <exception cref="InvalidDataException">
    /// The object cannot be read because of the way another writer stored it. Retrying does not help.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The range starts after the end of the object.</exception>
    Task<Stream> OpenReadAsync(string name, ObjectRange? range, CancellationToken ct);

    /// <summary>
    /// Writes an object atomically: readers see the old or the new content. The object is durable when the task completes.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not a valid <see cref="ObjectName"/>.</exception>
    Task WriteAsync(string name, Stream content, WriteOptions options, CancellationToken ct);

    /// <summary>Returns the metadata of an object, or null if it does not exist.</summary>
    Task<StoredObject?> FindAsync(string name, CancellationToken ct);

    /// <summary>Returns the objects whose names start with a prefix, in the byte order of their names.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken ct);

    /// <summary>Deletes an object. No error if it does not exist.</summary>
    Task DeleteAsync(string name, CancellationToken ct);
}
