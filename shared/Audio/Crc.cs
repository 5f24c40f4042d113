namespace Spotify.Audio;

/// <summary>The cyclic redundancy checks of Ogg and FLAC: most significant bit first, initial value 0, not inverted.</summary>
internal static class Crc
{
    /// <summary>Polynomial 0x07, RFC 9639 section 9.1.8.</summary>
    private static readonly byte[] Table8 = [.. Table(8, 0x07).Select(value => (byte)value)];

    /// <summary>Polynomial 0x8005, RFC 9639 section 9.3.</summary>
    private static readonly ushort[] Table16 = [.. Table(16, 0x8005).Select(value => (ushort)value)];

    /// <summary>Polynomial 0x04c11db7, RFC 3533 section 6.</summary>
    private static readonly uint[] Table32 = Table(32, 0x04c11db7);

    public static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        byte crc = 0;
        foreach (var value in bytes) crc = Table8[crc ^ value];
        return crc;
    }

    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (var value in bytes) crc = Crc16(crc, value);
        return crc;
    }

    public static ushort Crc16(ushort crc, byte value) => (ushort)(crc << 8 ^ Table16[crc >> 8 ^ value]);

    public static uint Crc32(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) crc = crc << 8 ^ Table32[crc >> 24 ^ value];
        return crc;
    }

    private static uint[] Table(int bits, uint polynomial)
    {
        var table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            var value = index << 24;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 0x8000_0000) == 0 ? value << 1 : value << 1 ^ polynomial << (32 - bits);
            table[index] = value >> (32 - bits);
        }

        return table;
    }
}
