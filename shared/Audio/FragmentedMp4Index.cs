namespace Spotify.Audio;

/// <summary>
/// Reads where the sound of a fragmented MP4 file with one AAC track begins, fragment by fragment: ISO/IEC 14496-12. A segment index
/// (<c>sidx</c>) is neither needed nor trusted.
/// </summary>
public static class FragmentedMp4Index
{
    // Each AAC frame overlaps with the one before it: ISO/IEC 14496-3 section 4.6.11.
    private const int SamplesPerFrame = 1024;

    /// <summary>Reads a whole file once, in constant memory (but for the points), whatever the stream's position. Sample data is
    /// skipped.</summary>
    /// <remarks>Time 0 is where the edit list begins the sound, if there is one. Without one the encoder's priming (1024 samples, as
    /// ffmpeg encodes) counts as sound, because nothing tells it apart.</remarks>
    /// <param name="stream">The file; must be seekable. Left open.</param>
    /// <param name="resolution">Wanted distance between points, more than zero; 1 s unless told. Points are at the start of
    /// fragments.</param>
    /// <param name="cancellationToken">Ends the reading between two buffers.</param>
    /// <exception cref="InvalidAudioException">The file is malformed or cut short, not fragmented, has not exactly one track, has another
    /// codec, or a fragment does not begin when the one before it ends.</exception>
    public static IndexedAudio Read(Stream stream, TimeSpan? resolution = null, CancellationToken cancellationToken = default)
    {
        var reader = new ByteReader(stream, cancellationToken);
        var track = ReadHeader(reader);
        var headerBytes = reader.Position;
        var timeline = new Timeline(track, new SeekPointCollector(track.Timescale, resolution));
        Mp4Fragment? waiting = null;
        while (reader.Remaining > 0)
        {
            var box = Mp4Box.Read(reader);
            if (box.Type == "moov") throw new InvalidAudioException("The MP4 file has a second 'moov'", box.Start);
            if (box.Type == "moof")
            {
                ExpectData(waiting is null, box.Start);
                waiting = Mp4Fragment.Read(reader, box, track);
                timeline.Add(waiting, box.Start);
            }
            else if (box.Type == "mdat" && waiting is not null)
            {
                ExpectData(waiting.DataStart >= reader.Position && waiting.DataEnd <= box.End, box.Start);
                waiting = null;
            }

            reader.Seek(box.End);
        }

        ExpectData(waiting is null, reader.End);
        var duration = timeline.Duration;
        if (duration.Samples <= 0) throw new InvalidAudioException("The MP4 file has no audio", headerBytes);

        var prerollMs = (SamplesPerFrame * 1000 + track.SampleRate - 1) / track.SampleRate;
        var index = new SeekIndex(
            Codec.Aac, track.SampleRate, duration.TotalMilliseconds, headerBytes, prerollMs, timeline.Points.Within(duration));
        return new IndexedAudio(index, duration, track.Channels);
    }

    /// <summary>Moves behind <c>ftyp</c> and <c>moov</c>.</summary>
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

    /// <summary>Puts the fragments one after the other.</summary>
    private sealed class Timeline(Mp4AudioTrack track, SeekPointCollector points)
    {
        private long? begin;
        private long end;

        public SeekPointCollector Points => points;

        public AudioDuration Duration
        {
            get
            {
                var heard = Math.Min(end - (begin ?? 0), track.LongestHeard);
                return new AudioDuration((long)((Int128)heard * track.SampleRate / track.Timescale), track.SampleRate);
            }
        }

        public void Add(Mp4Fragment fragment, long offset)
        {
            if (fragment.Duration == 0) return;

            var time = fragment.Time ?? end;
            if (begin is not null && time != end)
                throw new InvalidAudioException(
                    $"An MP4 fragment begins at the media time {time}, but the one before it ends at {end}", offset);
            if (begin is null) points.Offer(0, offset);
            begin ??= Math.Max(time, track.FirstHeard);
            if (time > begin) points.Offer(time - begin.Value, offset);

            end = time + fragment.Duration;
            if (end > Mp4Fragment.MaximumTime) throw new InvalidAudioException("The MP4 file is longer than any audio", offset);
        }
    }
}
