namespace Spotify.Audio;

/// <summary>
/// A builder of the seek index of a FLAC file (RFC 9639) from its frames. Frames have no length field, so the end of a frame is found by
/// its checksum and the header of the next frame. Seek tables are ignored, because they can be wrong.
/// </summary>
public static class FlacIndex
{
    // The stream info block stores the maximum frame size in 24 bits.
    private const long MaximumFrameBytes = (1 << 24) - 1;

    private const int LastMetadataBlock = 0x80;
    private const int ForbiddenMetadataType = 127;

    // Some taggers append an ID3v1 tag, although FLAC does not provide for one.
    private const int Id3v1Bytes = 128;

    /// <summary>
    /// Reads a file in one pass from its start, regardless of the stream's position. Memory use is constant except for the points.
    /// </summary>
    /// <param name="stream">The file. Must be seekable; not closed.</param>
    /// <param name="resolution">
    /// Target distance between points, greater than zero. Default: 1 second. Points are at the start of frames.
    /// </param>
    /// <param name="cancellationToken">Cancels the read; observed whenever the read buffer is refilled.</param>
    /// <exception cref="InvalidAudioException">
    /// The file is malformed or truncated, a frame is damaged or missing, or the number of samples differs from the stream info block.
    /// </exception>
    public static IndexedAudio Read(Stream stream, TimeSpan? resolution = null, CancellationToken cancellationToken = default)
    {
        var reader = new ByteReader(stream, cancellationToken);
        var info = ReadMetadata(reader);
        var headerBytes = reader.Position;
        var points = new SeekPointCollector(info.SampleRate, resolution);
        var samples = 0L;
        using (reader.Within(EndOfFrames(reader)))
        {
            for (var frame = FirstFrame(reader, info); frame is { } header;)
            {
                points.Offer(samples, reader.Position);
                samples += header.BlockSize;
                frame = SkipFrame(reader, info, header, samples);
            }

            if (info.Samples > 0 && samples != info.Samples)
                throw reader.Invalid($"The FLAC file has {samples} samples, but declares {info.Samples}");
        }

        var duration = new AudioDuration(samples, info.SampleRate);
        var index = new SeekIndex(
            Codec.NativeFlac, new SampleCounts(info.SampleRate, samples), headerBytes, prerollMs: 0, points.Within(duration));
        return new IndexedAudio(index, duration, info.Channels);
    }

    private static FlacStreamInfo ReadMetadata(ByteReader reader)
    {
        if (!reader.Peek(4).SequenceEqual("fLaC"u8)) throw reader.Invalid("The file does not begin with fLaC");
        reader.Skip(4);

        FlacStreamInfo? info = null;
        for (var type = 0; (type & LastMetadataBlock) == 0;)
        {
            type = reader.ReadByte();
            var length = reader.ReadUInt24BigEndian();
            var isInfo = (type & ~LastMetadataBlock) == 0;
            if ((type & ~LastMetadataBlock) == ForbiddenMetadataType)
                throw reader.Invalid("A FLAC metadata block is of the forbidden type");
            if (isInfo != info is null || (isInfo && length != FlacStreamInfo.Bytes))
                throw reader.Invalid("The FLAC stream information is missing, not first, or of the wrong length");

            if (isInfo) info = FlacStreamInfo.Read(reader);
            else reader.Skip(length);
        }

        return info!;
    }

    private static long EndOfFrames(ByteReader reader)
    {
        if (reader.Remaining < Id3v1Bytes) return reader.End;

        var framesBegin = reader.Position;
        reader.Seek(reader.End - Id3v1Bytes);
        var tagged = reader.Peek(3).SequenceEqual("TAG"u8);
        reader.Seek(framesBegin);
        return tagged ? reader.End - Id3v1Bytes : reader.End;
    }

    private static FlacFrameHeader? FirstFrame(ByteReader reader, FlacStreamInfo info)
    {
        if (FlacFrameHeader.TryRead(reader.Peek(FlacFrameHeader.MaximumBytes), out var header)
            && IsOf(info, header)
            && header.Number == 0)
            return header;
        throw reader.Invalid("The first FLAC frame is missing or damaged");
    }

    /// <summary>Moves to the next frame and returns its header, or null at the end of the file.</summary>
    private static FlacFrameHeader? SkipFrame(ByteReader reader, FlacStreamInfo info, FlacFrameHeader frame, long samplesAfter)
    {
        var begin = reader.Position;
        var numberAfter = frame.VariableBlocks ? samplesAfter : frame.Number + 1;
        ushort crc = 0;
        while (reader.PeekBuffered() is { IsEmpty: false } bytes && reader.Position - begin <= MaximumFrameBytes)
        {
            // The CRC-16 of a frame that includes its own checksum is 0.
            var count = 0;
            do crc = Crc.Crc16(crc, bytes[count++]);
            while (crc != 0 && count < bytes.Length);

            reader.Skip(count);
            if (crc != 0) continue;
            if (reader.Remaining == 0) return null;
            if (!FlacFrameHeader.TryRead(reader.Peek(FlacFrameHeader.MaximumBytes), out var next)
                || next.VariableBlocks != frame.VariableBlocks
                || !IsOf(info, next))
                continue;
            if (next.Number != numberAfter) throw reader.Invalid($"Found FLAC frame {next.Number}, expected {numberAfter}");
            return next;
        }

        throw new InvalidAudioException("A FLAC frame is damaged or cut short", begin);
    }

    private static bool IsOf(FlacStreamInfo info, FlacFrameHeader frame) =>
        frame.Channels == info.Channels && (frame.SampleRate == 0 || frame.SampleRate == info.SampleRate);
}
