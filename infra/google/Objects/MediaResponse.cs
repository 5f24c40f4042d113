using System.Globalization;
using System.Net;

namespace Spotify.Google.Objects;

/// <summary>The answer to a request for an object's bytes.</summary>
internal sealed class MediaResponse : IDisposable
{
    private readonly HttpResponseMessage message;

    private MediaResponse(HttpResponseMessage message, Stream content)
    {
        this.message = message;
        Content = content;
        var range = message.StatusCode == HttpStatusCode.PartialContent ? message.Content.Headers.ContentRange : null;
        Offset = range?.From ?? 0;
        Length = (range is null ? message.Content.Headers.ContentLength : range.To - range.From + 1)
            ?? throw Unmeasured();
        IsWhole = range is null || range.Length == Length;
        Generation = long.Parse(Header("x-goog-generation") ?? throw new IOException("Cloud Storage did not say which generation it sends."), CultureInfo.InvariantCulture);
        Checksum = Headers("x-goog-hash").SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries))
            .FirstOrDefault(value => value.StartsWith("crc32c=", StringComparison.Ordinal))?["crc32c=".Length..];
    }

    /// <summary>The bytes.</summary>
    public Stream Content { get; }

    /// <summary>The first of them, from 0.</summary>
    public long Offset { get; }

    /// <summary>How many there are.</summary>
    public long Length { get; }

    /// <summary>Whether they are all that the object has.</summary>
    public bool IsWhole { get; }

    /// <summary>Which version of the object they are of.</summary>
    public long Generation { get; }

    /// <summary>The checksum of the whole object, if it has one.</summary>
    public string? Checksum { get; }

    /// <summary>Takes over a response with status 200 or 206; the body is yet to be read.</summary>
    /// <exception cref="IOException">A header is missing.</exception>
    /// <exception cref="InvalidDataException">The object is kept compressed: what arrives is not what it holds.</exception>
    public static async Task<MediaResponse> CreateAsync(HttpResponseMessage message, CancellationToken ct) => new(message, await message.Content.ReadAsStreamAsync(ct));

    /// <inheritdoc/>
    public void Dispose() => message.Dispose();

    // What is compressed is sent without its length, or loses it where it is unpacked.
    private Exception Unmeasured() => Header("x-goog-stored-content-encoding") is { } encoding and not "identity"
        ? new InvalidDataException($"The object is kept compressed, with the Content-Encoding '{encoding}', and cannot be read: store it as it is.")
        : new IOException("Cloud Storage did not say how long the object is.");

    private string? Header(string name) => Headers(name).FirstOrDefault();

    private IEnumerable<string> Headers(string name) => message.Headers.TryGetValues(name, out var values) ? values : [];
}
