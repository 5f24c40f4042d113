using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Microsoft.Win32.SafeHandles;
using Spotify.Web.Files;

namespace Spotify.Local.Edge;

/// <summary>
/// A GET or HEAD answered from a file, by RFC 9110: validators, preconditions, ranges. Bytes go from the page cache into the server's own
/// buffer, a chunk at a time, and the next chunk is read once the connection has taken the last: what a slow client costs is one chunk,
/// however long the file. The file is opened for each request, which is a fraction of the cost of a range's bytes, so that a removed
/// object is gone at once.
/// </summary>
internal static class FileResponse
{
    /// <summary>
    /// Bytes read and flushed at a time: as much as the server lets a connection owe. Twice as much is no faster and costs slow clients
    /// twice the memory; a quarter is slower, for all the switching between reader and connection.
    /// </summary>
    public const int ChunkLength = 64 * 1024;

    /// <summary>Answers a request.</summary>
    /// <param name="context">A GET or HEAD.</param>
    /// <param name="file">The file; closed by the caller.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="cacheControl">How long what is found may be kept.</param>
    /// <param name="now">The time.</param>
    public static Task SendAsync(HttpContext context, SafeFileHandle file, string mediaType, string cacheControl, DateTimeOffset now)
    {
        var (request, response) = (context.Request, context.Response);
        var size = RandomAccess.GetLength(file);
        var validators = Validators.Of(size, File.GetLastWriteTimeUtc(file), now);

        response.Headers.AcceptRanges = "bytes";
        var outcome = Preconditions.Evaluate(request.Headers, validators);
        if (outcome == PreconditionOutcome.Failed) return EdgeErrors.WriteAsync(context, StatusCodes.Status412PreconditionFailed, "The file is not the one that the request is about.");

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
            // Ranges are defined for GET alone (§14.2).
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
                return EdgeErrors.WriteAsync(context, StatusCodes.Status416RangeNotSatisfiable, $"The file has {size} bytes, none of them in the ranges asked for.");
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

    /// <summary>Several ranges as <c>multipart/byteranges</c> (§14.6).</summary>
    private static async Task SendPartsAsync(HttpContext context, SafeFileHandle file, string mediaType, IReadOnlyList<ByteRange> ranges, long size)
    {
        // Random, so that no file can contain it on purpose.
        var boundary = Guid.NewGuid().ToString("n");
        var heads = new byte[ranges.Count][];
        var end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        long length = end.Length;
        for (var i = 0; i < heads.Length; i++)
        {
            var separator = i == 0 ? "" : "\r\n";
            heads[i] = Encoding.ASCII.GetBytes($"{separator}--{boundary}\r\nContent-Type: {mediaType}\r\nContent-Range: {ContentRange(ranges[i], size)}\r\n\r\n");
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
                // The file was cut short under our hands; the length is promised, so the client must see the connection break.
                context.Abort();
                return;
            }

            output.Advance(read);
            offset += read;
            rest -= read;

            // No cancellation token: a client that goes away completes the pipe, which is no error and needs no exception.
            FlushResult flushed = await output.FlushAsync().ConfigureAwait(false);
            if (flushed.IsCompleted || flushed.IsCanceled) return;
        }
    }
}
