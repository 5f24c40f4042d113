namespace Spotify.Audio;

/// <summary>
/// Reads where the sound of a FLAC file (RFC 9639) begins, frame by frame. A frame does not say how long it is: it ends where its
/// checksum comes out right and the frame that is due begins. A seek table is neither needed nor trusted.
/// </summary>
public static class FlacIndex
{
    // The largest that the 24-bit field for it in the stream's header can say.
    private const long MaximumFrameBytes = (1 << 24) - 1;

    private const int LastMetadataBlock = 0x80;
    private const int ForbiddenMetadataType = 127;

    // Taggers append it to files of any kind, although FLAC has no room for it.
    private const int Id3v1Bytes = 128;

    /// <summary>Reads a whole file once, in constant memory (but for the points), whatever the stream's position.</summary>
    /// <param name="stream">The file; must be seekable. Left open.</param>
    /// <param name="resolution">Wanted distance between points, more than zero; 1 s unless told. Points are at the start of frames.</param>
    /// <param name="cancellationToken">Ends the reading between two buffers.</param>
    /// <exception cref="InvalidAudioException">The file is malformed or cut short, a frame is damaged or missing, or there are not as
    /// many samples as the file says.</exception>
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
                throw reader.Invalid($"The FLAC file has {samples} samples, but says {info.Samples}");
        }

        var duration = new AudioDuration(samples, info.SampleRate);
        var index = new SeekIndex(
            Codec.Flac, info.SampleRate, duration.TotalMilliseconds, headerBytes, prerollMs: 0, points.Within(duration));
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

    /// <summary>Moves to the frame after this one and returns its header, or null at the end.</summary>
    private static FlacFrameHeader? SkipFrame(ByteReader reader, FlacStreamInfo info, FlacFrameHeader frame, long samplesAfter)
    {
        var begin = reader.Position;
        var numberAfter = frame.VariableBlocks ? samplesAfter : frame.Number + 1;
        ushort crc = 0;
        while (reader.PeekBuffered() is { IsEmpty: false } bytes && reader.Position - begin <= MaximumFrameBytes)
        {
            // Over a frame and the checksum at its end, the checksum is 0.
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
            if (next.Number != numberAfter) throw reader.Invalid($"FLAC frame {next.Number} follows, where {numberAfter} is due");
            return next;
        }

        throw new InvalidAudioException("A FLAC frame is damaged or cut short", begin);
    }

    private static bool IsOf(FlacStreamInfo info, FlacFrameHeader frame) =>
        frame.Channels == info.Channels && (frame.SampleRate == 0 || frame.SampleRate == info.SampleRate);
}
