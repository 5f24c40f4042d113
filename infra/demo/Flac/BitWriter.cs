using System.Buffers.Binary;

namespace Spotify.Demo.Flac;

/// <summary>Writes bits, most significant first, into a buffer of fixed size.</summary>
/// <param name="capacity">Most bytes that are written between two calls of <see cref="Clear"/>.</param>
internal sealed class BitWriter(int capacity)
{
    // Whole 32-bit words are stored, so the last one may reach past the bytes asked for.
    private readonly byte[] buffer = new byte[capacity + sizeof(uint)];
    private ulong pending;
    private int pendingBits;
    private int length;

    /// <summary>The bytes written; bits that do not fill a byte yet are left out.</summary>
    public ReadOnlySpan<byte> Written
    {
        get
        {
            var whole = pendingBits >> 3;
            for (var i = 0; i < whole; i++)
                buffer[length + i] = (byte)(pending >> (pendingBits - 8 - (8 * i)));
            return buffer.AsSpan(0, length + whole);
        }
    }

    /// <summary>Forgets everything written.</summary>
    public void Clear() => (pending, pendingBits, length) = (0, 0, 0);

    /// <summary>Appends the low <paramref name="count"/> bits of <paramref name="value"/>.</summary>
    /// <param name="value">The bits; those above <paramref name="count"/> must be zero.</param>
    /// <param name="count">0–32.</param>
    public void Write(uint value, int count)
    {
        pending = (pending << count) | value;
        pendingBits += count;
        if (pendingBits < 32)
            return;
        pendingBits -= 32;
        BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(length), (uint)(pending >> pendingBits));
        length += sizeof(uint);
    }

    /// <summary>Appends a signed number in two's complement.</summary>
    /// <param name="value">A number that fits in <paramref name="count"/> bits.</param>
    /// <param name="count">1–32.</param>
    public void WriteSigned(int value, int count) => Write((uint)value & (uint.MaxValue >> (32 - count)), count);

    /// <summary>Appends that many zero bits.</summary>
    public void WriteZeros(int count)
    {
        for (; count > 32; count -= 32)
            Write(0, 32);
        Write(0, count);
    }

    /// <summary>Fills the last byte with zero bits.</summary>
    public void Align() => Write(0, -pendingBits & 7);
}
