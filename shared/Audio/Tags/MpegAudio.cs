namespace Spotify.Audio.Tags;

/// <summary>
/// Detection of MP3 by two consecutive frames, because the format has no file header: ISO/IEC 11172-3 section 2.4.1.3.
/// </summary>
internal static class MpegAudio
{
    private const int HeaderBytes = 4;

    public static bool IsAt(ByteReader reader)
    {
        var start = reader.Position;
        if (FrameBytes(reader.Peek(HeaderBytes)) is not (> 0 and var length) || length > reader.Remaining) return false;

        reader.Seek(start + length);
        var confirmed = reader.Remaining == 0 || FrameBytes(reader.Peek(HeaderBytes)) > 0 || reader.Peek(3).SequenceEqual("TAG"u8);
        reader.Seek(start);
        return confirmed;
    }

    /// <summary>Returns the length of a layer III frame from its header, or 0 if the header is not valid.</summary>
    private static int FrameBytes(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderBytes || header[0] != 0xFF || (header[1] & 0xE0) != 0xE0) return 0;

        // MPEG-2 has half the sample rates of MPEG-1, MPEG-2.5 a quarter. Layer III is coded as 1.
        var (version, layer) = (header[1] >> 3 & 3, header[1] >> 1 & 3);
        var (rateCode, sampleCode, padding) = (header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1);
        if (version == 1 || layer != 1 || rateCode is 0 or 15 || sampleCode == 3) return 0;

        var first = version == 3;
        ReadOnlySpan<int> kbps = first
            ? [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
            : [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
        ReadOnlySpan<int> rates = [44_100, 48_000, 32_000];
        var sampleRate = rates[sampleCode] >> (first ? 0 : version == 2 ? 1 : 2);
        return (first ? 144 : 72) * kbps[rateCode] * 1000 / sampleRate + padding;
    }
}
