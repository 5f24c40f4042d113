using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Spotify.Domain.Users;

namespace Spotify.Events;

/// <summary>The sender of a request with events, and the time when the request was received.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Country">The country by the user's token; null if unknown.</param>
/// <param name="Product">The plan by the user's token.</param>
/// <param name="AppId">The app; null if unknown.</param>
/// <param name="ReceivedAt">The time of receipt.</param>
public readonly record struct EventSource(string UserId, string? Country, Product Product, string? AppId, DateTimeOffset ReceivedAt);

/// <summary>
/// The body of a message that is being written, an <see cref="EventBatch"/> in JSON, in a pooled array. Not thread-safe. The body must not
/// be used after the disposal.
/// </summary>
public sealed class EventMessage : IDisposable
{
    private byte[] buffer;
    private int length;

    internal EventMessage(in EventSource source, int capacity)
    {
        buffer = ArrayPool<byte>.Shared.Rent(capacity + 512);
        Append("{\"user_id\":\""u8);
        Append(JsonEncodedText.Encode(source.UserId).EncodedUtf8Bytes);
        if (source.Country is not null) AppendMember("\",\"country\":\""u8, source.Country);
        AppendMember("\",\"product\":\""u8, source.Product.ToString());
        if (source.AppId is not null) AppendMember("\",\"app_id\":\""u8, source.AppId);
        Append("\",\"received_at\":\""u8);
        Append(source.ReceivedAt);
        Append("\",\"changes\":[],\"events\":["u8);
    }

    /// <summary>The number of events.</summary>
    public int Count { get; private set; }

    /// <summary>The body. Complete after <see cref="Complete"/>.</summary>
    public ReadOnlyMemory<byte> Body => buffer.AsMemory(0, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = ([], 0);
    }

    internal void BeginEvent()
    {
        if (Count++ > 0) Append(","u8);
    }

    internal void Complete() => Append("]}"u8);

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    internal void Append(long number)
    {
        const int longestNumber = 20;
        Reserve(longestNumber);
        Utf8Formatter.TryFormat(number, buffer.AsSpan(length), out var written);
        length += written;
    }

    internal void Append(DateTimeOffset time)
    {
        const int longestTime = 33;
        Reserve(longestTime);
        Utf8Formatter.TryFormat(time.UtcDateTime, buffer.AsSpan(length), out var written, 'O');
        length += written;
    }

    private void AppendMember(ReadOnlySpan<byte> name, string value)
    {
        Append(name);
        Append(JsonEncodedText.Encode(value).EncodedUtf8Bytes);
    }

    private void Reserve(int count)
    {
        if (buffer.Length - length >= count) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + count));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
