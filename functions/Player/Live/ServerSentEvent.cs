using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Player.Live;

/// <summary>
/// The events of a stream, written by hand: the framework's writer sends no comments, and keeps a buffer as large as the largest event for
/// as long as the connection lasts.
/// </summary>
/// <seealso href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation"/>
internal static class ServerSentEvent
{
    /// <summary>The media type.</summary>
    public const string ContentType = "text/event-stream";

    private static readonly ReadOnlyMemory<byte> Comment = ": \n\n"u8.ToArray();

    /// <summary>
    /// Sends a document as <c>event: player</c>, with the revision as the id. The state is JSON without line breaks.
    /// </summary>
    public static async ValueTask SendAsync(PipeWriter response, PlayerDocument document, CancellationToken ct)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"event: player\nid: {document.Revision}\ndata: ");
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(head.Length + document.State.Length) + 2);
        try
        {
            var length = Encoding.UTF8.GetBytes(head, buffer);
            length += Encoding.UTF8.GetBytes(document.State, buffer.AsSpan(length));
            length += "\n\n"u8.TryCopyTo(buffer.AsSpan(length)) ? 2 : 0;
            await response.WriteAsync(buffer.AsMemory(0, length), ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends a comment, which clients ignore and by which proxies see that the connection is in use.</summary>
    public static async ValueTask SendCommentAsync(PipeWriter response, CancellationToken ct) => await response.WriteAsync(Comment, ct);
}
