using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;
using Spotify.Web.Files;

namespace Spotify.Local.Edge;

/// <summary>
/// Answers GET and HEAD requests from a file with validators, preconditions and ranges (RFC 9110). Reads chunks from the page cache into
/// the server's buffer, each after the connection has taken the previous one, so a slow client costs one chunk of memory, whatever the
/// file's length. The file is opened for each request, which is cheap compared to sending a range, so a removed object is gone at once.
/// </summary>
internal static class FileResponse
{
    /// <summary>
    /// The size of a chunk in bytes: the server's limit of unsent bytes per connection. Twice the size is not faster and doubles the memory
    /// of slow clients; a quarter is slower, because of more switches between reader and connection.
    /// </summary>
    public const int ChunkLength = 64 * 1024;

    /// <summary>Answers a request.</summary>
    /// <param name="context">A GET or HEAD request.</param>
    /// <param name="file">The file. The caller closes it.</param>
    /// <param name="mediaType">The file's media type.</param>
    /// <param name="cacheControl">The <c>Cache-Control</c> header of successful responses.</param>
    /// <param name="now">The current time.</param>
    public static Task SendAsync(HttpContext context, SafeFileHandle file, string mediaType, string cacheControl, DateTimeOffset now)
    {
        var (request, response) = (context.Request, context.Response);
        var size = RandomAccess.GetLength(file);
        var validators = Validators.Of(size, File.GetLastWriteTimeUtc(file), now);

        response.Headers.AcceptRanges = "bytes";
        var outcome = Preconditions.Evaluate(request.Headers, validators);
        if (outcome == PreconditionOutcome.Failed)
            return EdgeErrors.WriteAsync(context, StatusCodes.Status412PreconditionFailed, "A precondition of the request failed.");

        response.Headers.ETag = validators.EntityTag.Tag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(validators.LastModified);
        response.Headers.CacheControl = cacheControl;
        if (outcome == PreconditionOutcome.NotModified)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = mediaType;
        if (HttpMethods.IsHead(request.Method))
        {
            // Ranges apply to GET only (§14.2).
            response.ContentLength = size;
            return Task.CompletedTask;
        }

        var ranges = Preconditions.RangeApplies(request.Headers, validators, now) ? ByteRanges.Parse(request.Headers.Range, size) : null;
        switch (ranges)
        {
            case null:
                response.ContentLength = size;
                return SendAsync(context, file, new ByteRange(0, size - 1));
            case []:
                response.Headers.ContentRange = $"bytes */{size}";
                return EdgeErrors.WriteAsync(
                    context, StatusCodes.Status416RangeNotSatisfiable, $"The file has {size} bytes, none of them in the requested ranges.");
            case [var range]:
                response.StatusCode = StatusCodes.Status206PartialContent;
                response.ContentLength = range.Length;
                response.Headers.ContentRange = ContentRange(range, size);
                return SendAsync(context, file, range);
            default:
                return SendPartsAsync(context, file, mediaType, ranges, size);
        }
    }

    private static string ContentRange(ByteRange range, long size) => $"bytes {range.First}-{range.Last}/{size}";

    /// <summary>Sends several ranges as <c>multipart/byteranges</c> (§14.6).</summary>
    private static async Task SendPartsAsync(
        HttpContext context, SafeFileHandle file, string mediaType, IReadOnlyList<ByteRange> ranges, long size)
    {
        // Random, so that nobody can craft a file that contains the boundary.
        var boundary = Guid.NewGuid().ToString("n");
        var heads = new byte[ranges.Count][];
        var end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        long length = end.Length;
        for (var i = 0; i < heads.Length; i++)
        {
            var separator = i == 0 ? "" : "\r\n";
            heads[i] = Encoding.ASCII.GetBytes(
                $"{separator}--{boundary}\r\nContent-Type: {mediaType}\r\nContent-Range: {ContentRange(ranges[i], size)}\r\n\r\n");
            length += heads[i].Length + ranges[i].Length;
        }

        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        context.Response.ContentType = $"multipart/byteranges; boundary={boundary}";
        context.Response.ContentLength = length;
        for (var i = 0; i < heads.Length; i++)
        {
            if ((await context.Response.BodyWriter.WriteAsync(heads[i]).ConfigureAwait(false)).IsCompleted) return;
            await SendAsync(context, file, ranges[i]).ConfigureAwait(false);
            if (context.RequestAborted.IsCancellationRequested) return;
        }

        await context.Response.BodyWriter.WriteAsync(end).ConfigureAwait(false);
    }

    private static async Task SendAsync(HttpContext context, SafeFileHandle file, ByteRange range)
    {
        var output = context.Response.BodyWriter;
        var (offset, rest) = (range.First, range.Length);
        while (rest > 0)
        {
            var wanted = (int)Math.Min(rest, ChunkLength);
            var read = RandomAccess.Read(file, output.GetMemory(wanted).Span[..wanted], offset);
            if (read == 0)
            {
                // The file was truncated after the length was sent, so the client must see an aborted connection.
                context.Abort();
                return;
            }

            output.Advance(read);
            offset += read;
            rest -= read;

            // Without a cancellation token, because a client that disconnects completes the pipe, which needs no exception.
            FlushResult flushed = await output.FlushAsync().ConfigureAwait(false);
            if (flushed.IsCompleted || flushed.IsCanceled) return;
        }
    }
}
