namespace Spotify.Domain.Ports;

/// <summary>What is known of an object without reading it.</summary>
/// <param name="Name">Its name: segments separated by slashes, no leading slash.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Modified">When it was written.</param>
public sealed record StoredObject(string Name, long Size, DateTimeOffset Modified);

/// <summary>A stretch of an object.</summary>
/// <param name="Offset">The first byte, from 0.</param>
/// <param name="Length">How many bytes; null: to the end.</param>
public readonly record struct ObjectRange(long Offset, long? Length);

/// <summary>How an object is written.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="OnlyIfAbsent">Whether an object of that name stays as it is: names that carry a hash never change content.</param>
public sealed record WriteOptions(string ContentType, bool OnlyIfAbsent = false);

/// <summary>Audio, images and models by name: a directory on one machine, Cloud Storage in the cloud.</summary>
public interface IObjectStore
{
    /// <summary>Opens an object, or a stretch of it, for reading.</summary>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    /// <exception cref="InvalidDataException">Somebody else has put it there in a form that cannot be read, however often it is tried.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range starts after the object's end.</exception>
    Task<Stream> OpenReadAsync(string name, ObjectRange? range, CancellationToken ct);

    /// <summary>Writes an object whole: readers see the old one or the new one, and once the task completes it is durable.</summary>
    /// <exception cref="ArgumentException">The name is not of the form that <see cref="StoredObject"/> describes.</exception>
    Task WriteAsync(string name, Stream content, WriteOptions options, CancellationToken ct);

    /// <summary>What is known of an object; null if there is none.</summary>
    Task<StoredObject?> FindAsync(string name, CancellationToken ct);

    /// <summary>The objects whose names start with a prefix, in the order of their names' bytes.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken ct);

    /// <summary>Removes an object. Nothing there is no error.</summary>
    Task DeleteAsync(string name, CancellationToken ct);
}
