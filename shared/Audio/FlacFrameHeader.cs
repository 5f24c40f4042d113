using System.Numerics;

namespace Spotify.Audio;

/// <summary>A FLAC frame header, RFC 9639 section 9.1.</summary>
/// <param name="VariableBlocks">Whether <paramref name="Number"/> is a sample number instead of a frame number.</param>
/// <param name="Number">The coded number, RFC 9639 section 9.1.5.</param>
/// <param name="BlockSize">Samples per channel in the frame.</param>
/// <param name="Channels">1 to 8.</param>
/// <param name="SampleRate">In Hz. 0 means the rate of the stream info block.</param>
internal readonly record struct FlacFrameHeader(bool VariableBlocks, long Number, int BlockSize, int Channels, int SampleRate)
{
    /// <summary>The maximum length of a header in bytes.</summary>
    public const int MaximumBytes = 16;

    /// <summary>Reads the header at the start of <paramref name="bytes"/>.</summary>
    /// <returns>Whether there is a valid header with a correct CRC-8.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FlacFrameHeader header)
    {
        header = default;
        if (bytes.Length < 6 || bytes[0] != 0xFF || (bytes[1] & 0xFE) != 0xF8) return false;

        var (blockCode, rateCode, channelCode, depthCode) = (bytes[2] >> 4, bytes[2] & 15, bytes[3] >> 4, bytes[3] >> 1 & 7);
        if (blockCode == 0 || rateCode == 15 || channelCode > 10 || depthCode == 3 || (bytes[3] & 1) != 0) return false;

        var at = 4;
        if (!TryReadNumber(bytes, ref at, out var number)) return false;
        var (blockBytes, rateBytes) = (blockCode is 6 or 7 ? blockCode - 5 : 0, rateCode is 12 ? 1 : rateCode is 13 or 14 ? 2 : 0);
        if (bytes.Length < at + blockBytes + rateBytes + 1) return false;

        var blockSize = blockCode switch
        {
            1 => 192,
            <= 5 => 144 << blockCode,
            6 => bytes[at] + 1,
            7 => (bytes[at] << 8 | bytes[at + 1]) + 1,
            _ => 1 << blockCode,
        };
        at += blockBytes;

        var written = rateBytes == 0 ? 0 : rateBytes == 1 ? bytes[at] : bytes[at] << 8 | bytes[at + 1];
        var sampleRate = rateCode switch
        {
            12 => written * 1000,
            13 => written,
            14 => written * 10,
            _ => Rates[rateCode],
        };
        at += rateBytes;
        if (Crc.Crc8(bytes[..at]) != bytes[at]) return false;

        header = new FlacFrameHeader((bytes[1] & 1) != 0, number, blockSize, channelCode < 8 ? channelCode + 1 : 2, sampleRate);
        return true;
    }

    private static ReadOnlySpan<int> Rates =>
        [0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

    // RFC 9639 section 9.1.5: like UTF-8, but up to seven bytes and 36 bits.
    private static bool TryReadNumber(ReadOnlySpan<byte> bytes, ref int at, out long number)
    {
        var first = bytes[at++];
        var length = BitOperations.LeadingZeroCount((uint)(byte)~first << 24);
        number = first;
        if (length == 0) return true;
        if (length is 1 or > 7 || bytes.Length < at + length - 1) return false;

        number = first & 0x7F >> length;
        for (; length > 1; length--)
        {
            if ((bytes[at] & 0xC0) != 0x80) return false;
            number = number << 6 | (uint)bytes[at++] & 0x3F;
        }

        return true;
    }
}
