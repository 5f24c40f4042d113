namespace Spotify.Audio.Encoders;

/// <summary>The two checksums of a FLAC frame (RFC 9639, sections 9.1.8 and 9.3), both starting from zero.</summary>
internal static class FlacChecksum
{
    private const int Crc8Polynomial = 0x07;
    private const int Crc16Polynomial = 0x8005;

    private static readonly byte[] Crc8Table = [.. Table(8, Crc8Polynomial).Select(crc => (byte)crc)];
    private static readonly ushort[] Crc16Table = Table(16, Crc16Polynomial);

    /// <summary>Checksum of a frame header, from its first byte to the one before the checksum.</summary>
    public static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        byte crc = 0;
        foreach (var value in bytes)
            crc = Crc8Table[crc ^ value];
        return crc;
    }

    /// <summary>Checksum of a whole frame but its last two bytes.</summary>
    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (var value in bytes)
            crc = (ushort)((crc << 8) ^ Crc16Table[(crc >> 8) ^ value]);
        return crc;
    }

    private static ushort[] Table(int width, int polynomial)
    {
        var table = new ushort[256];
        for (var value = 0; value < table.Length; value++)
        {
            var crc = value << (width - 8);
            for (var bit = 0; bit < 8; bit++)
                crc = (crc << 1) ^ (((crc >> (width - 1)) & 1) * polynomial);
            table[value] = (ushort)(crc & ((1 << width) - 1));
        }
        return table;
    }
}
