namespace Spotify.Audio;

/// <summary>
/// A builder of the seek index of an Ogg Vorbis file from its pages (RFC 3533) and packets (Vorbis I specification: section 4.3 for packet
/// durations, appendix A for the mapping to pages).
/// </summary>
public static class OggVorbisIndex
{
    /// <summary>
    /// Reads a file in one pass from its start, regardless of the stream's position. Memory use is constant except for the points.
    /// </summary>
    /// <param name="stream">The file. Must be seekable; not closed.</param>
    /// <param name="resolution">
    /// Target distance between points, greater than zero. Default: 1 second. Points are at the start of pages.
    /// </param>
    /// <param name="cancellationToken">Cancels the read; observed whenever the read buffer is refilled.</param>
    /// <exception cref="InvalidAudioException">
    /// The file is malformed or truncated, has several logical streams (multiplexed or chained), or has no Vorbis audio.
    /// </exception>
    public static IndexedAudio Read(Stream stream, TimeSpan? resolution = null, CancellationToken cancellationToken = default)
    {
        var pages = new OggPages(new ByteReader(stream, cancellationToken));
        var headers = VorbisHeaders.Read(pages);
        var headerBytes = pages.End;
        var clock = new PacketClock(headers, new SeekPointCollector(headers.SampleRate, resolution));
        while (pages.Read()) clock.Advance(pages);

        var duration = new AudioDuration(clock.Samples, headers.SampleRate);
        if (duration.Samples <= 0) throw new InvalidAudioException("The Vorbis stream has no audio", headerBytes);

        // No preroll, because a point's time already excludes the first packet, which only primes the overlap.
        var index = new SeekIndex(
            Codec.Vorbis, new SampleCounts(headers.SampleRate, clock.Samples), headerBytes, prerollMs: 0, clock.Points.Within(duration));
        return new IndexedAudio(index, duration, headers.Channels);
    }

    /// <summary>The sum of the durations of the packets, compared with the granule positions of the pages.</summary>
    private sealed class PacketClock(VorbisHeaders headers, SeekPointCollector points)
    {
        // Points whose time is unknown until the granule position of their page has been compared.
        private readonly List<(long Position, long Offset)> pending = [];
        private long position;
        private int previousBlock;
        private int openBlock;
        private long primingPage = -1;
        private long firstPage = -1;
        private long? shift;
        private long granule;

        public SeekPointCollector Points => points;

        /// <summary>The number of presented samples.</summary>
        public long Samples => granule - Math.Max(0, shift ?? 0);

        public void Advance(OggPages pages)
        {
            var (primed, completed) = (false, false);
            if (firstPage < 0) points.Offer(0, firstPage = pages.Offset);
            foreach (var part in pages.Parts)
            {
                if (part.Begins) openBlock = part.Length == 0 ? 0 : headers.BlockSize(pages.Body(part)[0], pages.Offset);
                if (part.Begins && openBlock > 0 && !primed) (primed, primingPage) = (true, pages.Offset);
                if (part.Ends) completed = true;
                if (part.Ends && openBlock > 0) EndPacket();
            }

            if (pages.Granule >= 0) Synchronize(pages);
            else if (completed) throw Invalid(pages, "An Ogg page on which packets end has no granule position");

            foreach (var (at, offset) in pending)
                if (offset != firstPage) points.Offer(Math.Max(0, at + Math.Min(0, shift ?? 0)), offset);
            pending.Clear();
        }

        // A packet completes the samples from the middle of the previous block to the middle of its own. The first packet completes
        // none; the same holds for a decoder that starts in the middle of the file.
        private void EndPacket()
        {
            if (previousBlock > 0) position += previousBlock / 4 + openBlock / 4;
            previousBlock = openBlock;
            if (primingPage < 0) return;

            pending.Add((position, primingPage));
            primingPage = -1;
        }

        // The first granule position determines the start of the stream. If it is greater than the sum of the packets, the stream was
        // cut from a longer one; if it is less, the first samples are not presented. On the last page, a smaller granule position
        // means that the last samples are not presented.
        private void Synchronize(OggPages pages)
        {
            shift ??= pages.IsLast ? Math.Max(0, pages.Granule - position) : pages.Granule - position;

            var expected = position + shift.Value;
            if (pages.Granule > expected || pages.Granule < (pages.IsLast ? granule : expected))
                throw Invalid(pages, $"The granule position is {pages.Granule}, but the packets add up to {expected}");
            granule = pages.Granule;
        }

        private static InvalidAudioException Invalid(OggPages pages, string reason) => new(reason, pages.Offset);
    }
}
