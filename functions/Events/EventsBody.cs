using System.Buffers;
using System.IO.Compression;
using Spotify.Web;

namespace Spotify.Functions.Events;

/// <summary>The body of a request, decompressed, in a pooled array.</summary>
internal sealed class EventsBody : IDisposable
{
    /// <summary>The maximum length, in bytes, before and after decompression.</summary>
    public const int MaxLength = 1 << 20;

    // A client may announce more than it sends.
    private const int MaxFirstBuffer = 64 << 10;

    private byte[] buffer;
    private int length;

    private EventsBody(int capacity) => buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The content.</summary>
    public ReadOnlySpan<byte> Content => buffer.AsSpan(0, length);

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">
    /// 400: the body is not in the announced encoding. 413: it is too large. 415: the encoding is unknown.
    /// </exception>
    public static async Task<EventsBody> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var body = new EventsBody((int)Math.Clamp(request.ContentLength ?? 0, 1024, MaxFirstBuffer));
        try
        {
            switch (request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant())
            {
                case "" or "identity":
                    await body.FillAsync(request.Body, ct);
                    break;
                case "gzip" or "x-gzip":
                    await using (var gzip = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true))
                        await body.DecompressAsync(gzip, ct);
                    break;
                case "br":
                    await using (var brotli = new BrotliStream(request.Body, CompressionMode.Decompress, leaveOpen: true))
                        await body.DecompressAsync(brotli, ct);
                    break;
                default:
                    throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "Unknown Content-Encoding: gzip or br is wanted");
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = ([], 0);
    }

    private async Task DecompressAsync(Stream stream, CancellationToken ct)
    {
        try
        {
            await FillAsync(stream, ct);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw ApiException.BadRequest("The body does not match its Content-Encoding");
        }
    }

    // Reads at most one byte more than allowed, whatever a compressed body expands to.
    private async Task FillAsync(Stream stream, CancellationToken ct)
    {
        while (true)
        {
            if (length == buffer.Length) Grow();
            var read = await stream.ReadAsync(buffer.AsMemory(length), ct);
            if (read == 0) return;
            length += read;
            if (length > MaxLength)
                throw new ApiException(StatusCodes.Status413PayloadTooLarge, $"The body is too large: at most {MaxLength} bytes");
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, MaxLength + 1));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
