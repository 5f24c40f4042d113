using System.Buffers.Binary;

namespace Spotify.Demo.Flac;

/// <summary>A writer of bits into a buffer, most significant first.</summary>
internal sealed class BitWriter
{
    // A frame of two verbatim subframes has fewer than 20,000 bytes.
    private readonly byte[] buffer = new byte[20_000];
    private ulong pending;
    private int pendingBits, length;

    /// <summary>The whole bytes written since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Written
    {
        get
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(length), (uint)(pending << (32 - pendingBits)));
            return buffer.AsSpan(0, length + (pendingBits / 8));
        }
    }

    public void Clear() => (pending, pendingBits, length) = (0, 0, 0);

    /// <summary>
    /// Appends the low <paramref name="count"/> bits (0–32) of <paramref name="value"/>, whose other bits must be zero.
    /// </summary>
    public void Write(uint value, int count)
    {
        pending = (pending << count) | value;
        pendingBits += count;
        if (pendingBits < 32) return;
        pendingBits -= 32;
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(length), (uint)(pending >> pendingBits));
        length += sizeof(uint);
    }

    public void WriteZeros(int count)
    {
        for (; count > 32; count -= 32) Write(0, 32);
        Write(0, count);
    }

    /// <summary>Pads the last byte with zeros.</summary>
    public void Align() => Write(0, -pendingBits & 7);
}
