namespace Spotify.Audio;

/// <summary>The audio track described by the <c>moov</c> box of a fragmented MP4 file, ISO/IEC 14496-12 section 8.</summary>
internal sealed class Mp4AudioTrack
{
    // A timescale is a sample rate or a multiple of one. The limit keeps sums of durations from overflowing.
    private const uint MaximumTimescale = 100_000_000;

    private uint movieTimescale;
    private ulong movieEditDuration;
    private bool edited;
    private bool fragmented;

    public uint Id { get; private set; }

    /// <summary>Units of media time per second.</summary>
    public int Timescale { get; private set; }

    /// <summary>AAC or FLAC.</summary>
    public Codec Codec { get; private set; }

    /// <summary>Samples per second, in Hz.</summary>
    public int SampleRate { get; private set; }

    public int Channels { get; private set; }

    /// <summary>The media time of the first presented sample, from the edit list. Earlier samples only prime the decoder.</summary>
    public long EditStart { get; private set; }

    /// <summary>The presented duration in units of media time, from the edit list; unlimited without one.</summary>
    public long EditDuration => movieEditDuration == 0 || movieTimescale == 0
        ? long.MaxValue
        : (long)Int128.Min(long.MaxValue, (Int128)movieEditDuration * Timescale / movieTimescale);

    /// <summary>The duration of a sample in units of media time, for fragments that do not set one.</summary>
    public uint DefaultSampleDuration { get; private set; }

    /// <summary>The size of a sample in bytes, for fragments that do not set one.</summary>
    public uint DefaultSampleSize { get; private set; }

    /// <summary>Reads the content of the <c>moov</c> box.</summary>
    public static Mp4AudioTrack Read(ByteReader reader, Mp4Box movie)
    {
        var track = new Mp4AudioTrack();
        track.ReadBoxes(reader, movie);

        if (track.Id == 0) throw Invalid("The MP4 file has no track");
        if (!track.fragmented) throw Invalid("The MP4 file is not fragmented");
        if (track.SampleRate == 0) throw Invalid("The MP4 file's track is neither AAC nor FLAC");
        if (track.Timescale == 0) throw Invalid("The MP4 file's track has no timescale");
        return track;

        InvalidAudioException Invalid(string reason) => new(reason, movie.Start);
    }

    private void ReadBoxes(ByteReader reader, Mp4Box parent)
    {
        using var _ = reader.Within(parent.End);
        while (reader.Remaining >= Mp4Box.MinimumBytes)
        {
            var box = Mp4Box.Read(reader);
            switch (parent.Type, box.Type)
            {
                // The pairs form a tree of fixed depth, so the recursion is bounded.
                case ("moov", "trak") or ("moov", "mvex") or ("trak", "edts") or ("trak", "mdia") or ("mdia", "minf") or ("minf", "stbl"):
                    ReadBoxes(reader, box);
                    break;
                default:
                    using (reader.Within(box.End)) ReadField(reader, box.Type);
                    break;
            }
        }
    }

    private void ReadField(ByteReader reader, string type)
    {
        switch (type)
        {
            case "mvhd":
                SkipTimes(reader);
                movieTimescale = reader.ReadUInt32BigEndian();
                break;
            case "tkhd":
                SkipTimes(reader);
                if (Id != 0) throw reader.Invalid("The MP4 file has more than one track");
                Id = reader.ReadUInt32BigEndian();
                break;
            case "elst":
                ReadEdits(reader);
                break;
            case "mdhd":
                SkipTimes(reader);
                var timescale = reader.ReadUInt32BigEndian();
                if (timescale is 0 or > MaximumTimescale) throw reader.Invalid($"The timescale {timescale} is out of range");
                Timescale = (int)timescale;
                break;
            case "stsd":
                ReadSampleDescription(reader);
                break;
            case "trex":
                fragmented = true;
                reader.Skip(4 + 4 + 4);
                DefaultSampleDuration = reader.ReadUInt32BigEndian();
                DefaultSampleSize = reader.ReadUInt32BigEndian();
                break;
        }
    }

    // Skips the version, the flags, and the creation and modification times.
    private static void SkipTimes(ByteReader reader) => reader.Skip(reader.ReadByte() == 1 ? 3 + 16 : 3 + 8);

    private void ReadEdits(ByteReader reader)
    {
        var wide = reader.ReadByte() == 1;
        reader.Skip(3);
        for (var left = reader.ReadUInt32BigEndian(); left > 0; left--)
        {
            var duration = wide ? reader.ReadUInt64BigEndian() : reader.ReadUInt32BigEndian();
            var mediaTime = wide ? (long)reader.ReadUInt64BigEndian() : (int)reader.ReadUInt32BigEndian();
            reader.Skip(4);
            if (mediaTime == -1) continue;
            if (mediaTime < 0) throw reader.Invalid($"The edit list begins at the invalid media time {mediaTime}");
            if (edited) throw reader.Invalid("The edit list has several entries, which are not supported");
            (edited, EditStart, movieEditDuration) = (true, mediaTime, duration);
        }
    }

    private void ReadSampleDescription(ByteReader reader)
    {
        reader.Skip(4 + 4);
        var entry = Mp4Box.Read(reader);
        if (entry.Type is not ("mp4a" or "fLaC"))
            throw reader.Invalid($"The MP4 track is '{entry.Type}', not AAC ('mp4a') or FLAC ('fLaC')");

        Codec = entry.Type == "mp4a" ? Codec.Aac : Codec.Flac;
        reader.Skip(6 + 2 + 8);
        Channels = reader.ReadUInt16BigEndian();
        reader.Skip(2 + 2 + 2);
        SampleRate = (int)(reader.ReadUInt32BigEndian() >> 16);

        // The entry of FLAC cannot hold rates above 65,535 Hz, so the stream information takes precedence.
        if (Codec == Codec.Flac) ReadFlac(reader);
        if (Channels == 0 || SampleRate == 0) throw reader.Invalid("The MP4 track has no channels or a sample rate of 0");
    }

    // "Encapsulation of FLAC in ISO Base Media File Format", section 3.3.2: the metadata blocks, the stream information first.
    private void ReadFlac(ByteReader reader)
    {
        while (reader.Remaining >= Mp4Box.MinimumBytes)
        {
            var box = Mp4Box.Read(reader);
            using var _ = reader.Within(box.End);
            if (box.Type != "dfLa") continue;

            reader.Skip(4);
            if ((reader.ReadByte() & 0x7F) != 0 || reader.ReadUInt24BigEndian() != FlacStreamInfo.Bytes)
                throw reader.Invalid("The MP4 track has no FLAC stream information");
            var info = FlacStreamInfo.Read(reader);
            (SampleRate, Channels) = (info.SampleRate, info.Channels);
            return;
        }

        throw reader.Invalid("The MP4 track has no FLAC stream information");
    }
}
