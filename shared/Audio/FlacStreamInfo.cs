namespace Spotify.Audio;

/// <summary>What a FLAC file says about itself in its first metadata block, RFC 9639 section 8.2.</summary>
/// <param name="SampleRate">Samples per second, in Hz.</param>
/// <param name="Channels">1 to 8.</param>
/// <param name="BitsPerSample">4 to 32.</param>
/// <param name="Samples">Samples per channel; 0 where the encoder did not know.</param>
internal sealed record FlacStreamInfo(int SampleRate, int Channels, int BitsPerSample, long Samples)
{
    /// <summary>The length of the block without its header, in bytes.</summary>
    public const int Bytes = 34;

    public static FlacStreamInfo Read(ByteReader reader)
    {
        var (smallestBlock, largestBlock) = (reader.ReadUInt16BigEndian(), reader.ReadUInt16BigEndian());
        if (smallestBlock < 16 || largestBlock < smallestBlock) throw reader.Invalid("The FLAC block sizes are impossible");

        reader.Skip(3 + 3);
        var packed = reader.ReadUInt64BigEndian();
        reader.Skip(16);
        var info = new FlacStreamInfo(
            (int)(packed >> 44), (int)(packed >> 41 & 7) + 1, (int)(packed >> 36 & 31) + 1, (long)(packed & 0xF_FFFF_FFFF));
        if (info.SampleRate == 0) throw reader.Invalid("The FLAC sample rate is 0");
        if (info.BitsPerSample < 4) throw reader.Invalid($"A FLAC sample of {info.BitsPerSample} bits is impossible");
        return info;
    }
}
