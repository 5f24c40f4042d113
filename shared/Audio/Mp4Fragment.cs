namespace Spotify.Audio;

/// <summary>A movie fragment with one track, ISO/IEC 14496-12 section 8.8.</summary>
/// <param name="Time">The start in units of media time; null if the fragment does not state one.</param>
/// <param name="Duration">The duration in units of media time.</param>
/// <param name="DataStart">The offset of the first sample, in bytes from the start of the file.</param>
/// <param name="DataEnd">The offset after the last sample.</param>
internal sealed record Mp4Fragment(long? Time, long Duration, long DataStart, long DataEnd)
{
    /// <summary>The limit for times and offsets. Larger than any real file needs, and small enough to add without overflow.</summary>
    public const long MaximumTime = 1L << 60;

    /// <summary>Reads the content of a <c>moof</c> box.</summary>
    public static Mp4Fragment Read(ByteReader reader, Mp4Box box, Mp4AudioTrack track)
    {
        Mp4Fragment? fragment = null;
        using var _ = reader.Within(box.End);
        while (reader.Remaining >= Mp4Box.MinimumBytes)
        {
            var child = Mp4Box.Read(reader);
            using var __ = reader.Within(child.End);
            if (child.Type != "traf") continue;
            if (fragment is not null) throw reader.Invalid("An MP4 fragment has more than one track");
            fragment = new Runs(track, box.Start).Read(reader);
        }

        return fragment ?? throw new InvalidAudioException("An MP4 fragment has no track", box.Start);
    }

    /// <summary>The sum of the sample runs in a <c>traf</c> box.</summary>
    private sealed class Runs(Mp4AudioTrack track, long fragmentStart)
    {
        private uint defaultDuration = track.DefaultSampleDuration;
        private uint defaultSize = track.DefaultSampleSize;
        private long baseOffset = fragmentStart;
        private long? time;
        private long duration;
        private long? dataStart;
        private long dataEnd;
        private bool hasHeader;

        public Mp4Fragment Read(ByteReader reader)
        {
            while (reader.Remaining >= Mp4Box.MinimumBytes)
            {
                var box = Mp4Box.Read(reader);
                using var _ = reader.Within(box.End);
                switch (box.Type)
                {
                    case "tfhd":
                        ReadHeader(reader);
                        break;
                    case "tfdt":
                        ReadTime(reader);
                        break;
                    case "trun":
                        if (!hasHeader) throw reader.Invalid("An MP4 fragment's samples come before its header");
                        ReadRun(reader);
                        break;
                }
            }

            return new Mp4Fragment(time, duration, dataStart ?? 0, dataEnd);
        }

        private void ReadHeader(ByteReader reader)
        {
            var flags = reader.ReadUInt32BigEndian();
            var id = reader.ReadUInt32BigEndian();
            if (hasHeader) throw reader.Invalid("An MP4 fragment has two headers");
            if (id != track.Id) throw reader.Invalid($"An MP4 fragment belongs to track {id}, but the file's track is {track.Id}");

            if ((flags & 0x1) != 0) baseOffset = ReadOffset(reader);
            if ((flags & 0x2) != 0) reader.Skip(4);
            if ((flags & 0x8) != 0) defaultDuration = reader.ReadUInt32BigEndian();
            if ((flags & 0x10) != 0) defaultSize = reader.ReadUInt32BigEndian();
            (hasHeader, dataEnd) = (true, baseOffset);
        }

        private static long ReadOffset(ByteReader reader) =>
            reader.ReadUInt64BigEndian() is <= MaximumTime and var offset
                ? (long)offset
                : throw reader.Invalid("The offset of an MP4 fragment's data is out of range");

        private void ReadTime(ByteReader reader)
        {
            var wide = reader.ReadByte() == 1;
            reader.Skip(3);
            var value = wide ? reader.ReadUInt64BigEndian() : reader.ReadUInt32BigEndian();
            if (value > MaximumTime) throw reader.Invalid($"The media time {value} is out of range");
            time = (long)value;
        }

        private void ReadRun(ByteReader reader)
        {
            var flags = reader.ReadUInt32BigEndian();
            var count = reader.ReadUInt32BigEndian();
            var start = (flags & 0x1) != 0 ? baseOffset + (int)reader.ReadUInt32BigEndian() : dataEnd;
            if ((flags & 0x4) != 0) reader.Skip(4);

            var (hasDuration, hasSize) = ((flags & 0x100) != 0, (flags & 0x200) != 0);
            var rest = ((flags & 0x400) != 0 ? 4 : 0) + ((flags & 0x800) != 0 ? 4 : 0);
            var (ticks, bytes) = (hasDuration ? 0 : (Int128)count * defaultDuration, hasSize ? 0 : (Int128)count * defaultSize);
            if (hasDuration || hasSize)
                for (var left = count; left > 0; left--)
                {
                    if (hasDuration) ticks += reader.ReadUInt32BigEndian();
                    if (hasSize) bytes += reader.ReadUInt32BigEndian();
                    reader.Skip(rest);
                }

            if (count > 0 && bytes == 0) throw reader.Invalid("The samples of an MP4 fragment have no size");
            if (duration + ticks > MaximumTime) throw reader.Invalid("The duration of an MP4 fragment is out of range");
            if (start < 0 || start + bytes > MaximumTime) throw reader.Invalid("The samples of an MP4 fragment are outside the file");

            duration += (long)ticks;
            dataStart = Math.Min(dataStart ?? start, start);
            dataEnd = Math.Max(dataEnd, start + (long)bytes);
        }
    }
}
