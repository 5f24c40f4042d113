namespace Spotify.Audio;

/// <summary>The stream info block, the first metadata block of a FLAC file: RFC 9639 section 8.2.</summary>
/// <param name="SampleRate">Samples per second, in Hz.</param>
/// <param name="Channels">1 to 8.</param>
/// <param name="BitsPerSample">4 to 32.</param>
/// <param name="Samples">Samples per channel; 0 if unknown.</param>
internal sealed record FlacStreamInfo(int SampleRate, int Channels, int BitsPerSample, long Samples)
{
    /// <summary>The length of the block in bytes, without its header.</summary>
    public const int Bytes = 34;

    public static FlacStreamInfo Read(ByteReader reader)
    {
        var (smallestBlock, largestBlock) = (reader.ReadUInt16BigEndian(), reader.ReadUInt16BigEndian());
        if (smallestBlock < 16 || largestBlock < smallestBlock) throw reader.Invalid("The FLAC block sizes are out of range");

        reader.Skip(3 + 3);
        var packed = reader.ReadUInt64BigEndian();
        reader.Skip(16);
        var info = new FlacStreamInfo(
            (int)(packed >> 44), (int)(packed >> 41 & 7) + 1, (int)(packed >> 36 & 31) + 1, (long)(packed & 0xF_FFFF_FFFF));
        if (info.SampleRate == 0) throw reader.Invalid("The FLAC sample rate is 0");
        if (info.BitsPerSample < 4) throw reader.Invalid($"The FLAC sample size of {info.BitsPerSample} bits is out of range");
        return info;
    }
}
