namespace Spotify.Audio;

/// <summary>
/// A builder of the seek index of a fragmented MP4 file (ISO/IEC 14496-12) with one AAC or FLAC track from its fragments. A segment index
/// (<c>sidx</c>) is ignored, because it can be wrong.
/// </summary>
public static class FragmentedMp4Index
{
    // Each AAC frame overlaps the previous one: ISO/IEC 14496-3 section 4.6.11.
    private const int SamplesPerFrame = 1024;

    /// <summary>
    /// Reads a file in one pass from its start, regardless of the stream's position. Memory use is constant except for the points. Sample
    /// data is skipped.
    /// </summary>
    /// <remarks>
    /// Time 0 is the start of the edit list's entry. Without an edit list, the encoder's priming samples (1024 with ffmpeg) are part of the
    /// audio, because the file does not identify them.
    /// </remarks>
    /// <param name="stream">The file. Must be seekable; not closed.</param>
    /// <param name="resolution">
    /// Target distance between points, greater than zero. Default: 1 second. Points are at the start of fragments.
    /// </param>
    /// <param name="cancellationToken">Cancels the read; observed whenever the read buffer is refilled.</param>
    /// <exception cref="InvalidAudioException">
    /// The file is malformed, truncated or not fragmented, does not have exactly one track, uses another codec, or has a gap or an overlap
    /// between fragments.
    /// </exception>
    public static IndexedAudio Read(Stream stream, TimeSpan? resolution = null, CancellationToken cancellationToken = default)
    {
        var reader = new ByteReader(stream, cancellationToken);
        var track = ReadHeader(reader);
        var headerBytes = reader.Position;
        var timeline = new Timeline(track, new SeekPointCollector(track.Timescale, resolution));
        Mp4Fragment? pending = null;
        while (reader.Remaining > 0)
        {
            var box = Mp4Box.Read(reader);
            if (box.Type == "moov") throw new InvalidAudioException("The MP4 file has a second 'moov'", box.Start);
            if (box.Type == "moof")
            {
                ExpectData(pending is null, box.Start);
                pending = Mp4Fragment.Read(reader, box, track);
                timeline.Add(pending, box.Start);
            }
            else if (box.Type == "mdat" && pending is not null)
            {
                ExpectData(pending.DataStart >= reader.Position && pending.DataEnd <= box.End, box.Start);
                pending = null;
            }

            reader.Seek(box.End);
        }

        ExpectData(pending is null, reader.End);
        var duration = timeline.Samples.Duration;
        if (duration.Samples <= 0) throw new InvalidAudioException("The MP4 file has no audio", headerBytes);

        var prerollMs = track.Codec == Codec.Aac ? (SamplesPerFrame * 1000 + track.SampleRate - 1) / track.SampleRate : 0;
        var index = new SeekIndex(track.Codec, timeline.Samples, headerBytes, prerollMs, timeline.Points.Within(duration));
        return new IndexedAudio(index, duration, track.Channels);
    }

    /// <summary>Reads the boxes up to <c>moov</c> and moves to the byte after it.</summary>
    private static Mp4AudioTrack ReadHeader(ByteReader reader)
    {
        var first = Mp4Box.Read(reader);
        if (first.Type != "ftyp") throw new InvalidAudioException("The file does not begin with an MP4 'ftyp' box", 0);
        reader.Seek(first.End);

        while (reader.Remaining > 0)
        {
            var box = Mp4Box.Read(reader);
            if (box.Type == "moov") return Mp4AudioTrack.Read(reader, box);
            if (box.Type is "moof" or "mdat") throw new InvalidAudioException($"The MP4 file has '{box.Type}' before 'moov'", box.Start);
            reader.Seek(box.End);
        }

        throw reader.Invalid("The MP4 file has no 'moov'");
    }

    private static void ExpectData(bool present, long offset)
    {
        if (!present) throw new InvalidAudioException("The samples of an MP4 fragment are not in the 'mdat' after it", offset);
    }

    /// <summary>A check that the fragments are contiguous, which also collects the seek points.</summary>
    private sealed class Timeline(Mp4AudioTrack track, SeekPointCollector points)
    {
        private long first;
        private long? begin;
        private long end;

        public SeekPointCollector Points => points;

        public SampleCounts Samples
        {
            get
            {
                var start = begin ?? 0;
                var presented = Math.Min(end - start, track.EditDuration);
                return new SampleCounts(
                    track.SampleRate, InSamples(presented), Count(InSamples(start - first)), Count(InSamples(end - start - presented)));
            }
        }

        public void Add(Mp4Fragment fragment, long offset)
        {
            if (fragment.Duration == 0) return;

            var time = fragment.Time ?? end;
            if (begin is not null && time != end)
                throw new InvalidAudioException(
                    $"An MP4 fragment begins at media time {time}, but the previous one ends at {end}", offset);
            if (begin is null) first = time;
            if (begin is null) points.Offer(0, offset);
            begin ??= Math.Max(time, track.EditStart);
            if (time > begin) points.Offer(time - begin.Value, offset);

            end = time + fragment.Duration;
            if (end > Mp4Fragment.MaximumTime) throw new InvalidAudioException("The MP4 file's duration is out of range", offset);
        }

        private long InSamples(long time) => (long)((Int128)time * track.SampleRate / track.Timescale);

        private static int Count(long samples) => (int)Math.Min(samples, int.MaxValue);
    }
}
