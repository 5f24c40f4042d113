using System.Globalization;
using System.Net;

namespace Spotify.Hosting.Objects;

/// <summary>The response to a request for an object's bytes.</summary>
public sealed class MediaResponse : IDisposable
{
    private readonly HttpResponseMessage message;

    private MediaResponse(HttpResponseMessage message, Stream content)
    {
        this.message = message;
        Content = content;
        var range = message.StatusCode == HttpStatusCode.PartialContent ? message.Content.Headers.ContentRange : null;
        Offset = range?.From ?? 0;
        Length = (range is null ? message.Content.Headers.ContentLength : range.To - range.From + 1) ?? throw MissingLength();
        IsWhole = range is null || range.Length == Length;
        var generation = Headers("x-goog-generation").FirstOrDefault()
            ?? throw new IOException("The response of Cloud Storage has no generation.");
        Generation = long.Parse(generation, CultureInfo.InvariantCulture);
        Checksum = Headers("x-goog-hash").SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries))
            .FirstOrDefault(value => value.StartsWith("crc32c=", StringComparison.Ordinal))?["crc32c=".Length..];
    }

    /// <summary>The bytes.</summary>
    public Stream Content { get; }

    /// <summary>The offset of the first byte in the object, from 0.</summary>
    public long Offset { get; }

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    /// <summary>Whether the bytes are the whole object.</summary>
    public bool IsWhole { get; }

    /// <summary>The object's generation.</summary>
    public long Generation { get; }

    /// <summary>The checksum of the whole object; null if it has none.</summary>
    public string? Checksum { get; }

    /// <summary>Creates an instance from a message with status 200 or 206, and takes ownership of it. Does not read the body.</summary>
    /// <exception cref="IOException">A header is missing.</exception>
    /// <exception cref="InvalidDataException">The object is stored compressed, so the response has other bytes than the object.</exception>
    public static async Task<MediaResponse> CreateAsync(HttpResponseMessage message, CancellationToken ct) =>
        new(message, await message.Content.ReadAsStreamAsync(ct));

    /// <inheritdoc/>
    public void Dispose() => message.Dispose();

    // Responses for compressed objects have no length, or lose it when they are decompressed.
    private Exception MissingLength() => Headers("x-goog-stored-content-encoding").FirstOrDefault() is { } encoding and not "identity"
        ? new InvalidDataException(
            $"The object cannot be read because it is stored with the Content-Encoding '{encoding}'. Store it without compression.")
        : new IOException("The response of Cloud Storage has no length.");

    private IEnumerable<string> Headers(string name) => message.Headers.TryGetValues(name, out var values) ? values : [];
}
