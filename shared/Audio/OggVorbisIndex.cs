namespace Spotify.Audio;

/// <summary>
/// Reads where the sound of an Ogg Vorbis file begins, page by page: RFC 3533 for the pages, the Vorbis I specification for the packets
/// (section 4.3 for their lengths, appendix A for their place in pages).
/// </summary>
public static class OggVorbisIndex
{
    /// <summary>Reads a whole file once, in constant memory (but for the points), whatever the stream's position.</summary>
    /// <param name="stream">The file; must be seekable. Left open.</param>
    /// <param name="resolution">Wanted distance between points, more than zero; 1 s unless told. Points are at the start of pages.</param>
    /// <param name="cancellationToken">Ends the reading between two buffers.</param>
    /// <exception cref="InvalidAudioException">The file is malformed or cut short, has several logical streams (multiplexed or chained),
    /// or holds no Vorbis audio.</exception>
    public static IndexedAudio Read(Stream stream, TimeSpan? resolution = null, CancellationToken cancellationToken = default)
    {
        var pages = new OggPages(new ByteReader(stream, cancellationToken));
        var headers = VorbisHeaders.Read(pages);
        var headerBytes = pages.End;
        var clock = new PacketClock(headers, new SeekPointCollector(headers.SampleRate, resolution));
        while (pages.Read()) clock.Advance(pages);

        var duration = new AudioDuration(clock.Samples, headers.SampleRate);
        if (duration.Samples <= 0) throw new InvalidAudioException("The Vorbis stream has no audio", headerBytes);

        // A point's time already leaves out the packet that only primes the overlap, so nothing has to be decoded before it.
        var index = new SeekIndex(
            Codec.Vorbis, headers.SampleRate, duration.TotalMilliseconds, headerBytes, prerollMs: 0, clock.Points.Within(duration));
        return new IndexedAudio(index, duration, headers.Channels);
    }

    /// <summary>Counts the samples that the packets stand for, and compares with what the pages say.</summary>
    private sealed class PacketClock(VorbisHeaders headers, SeekPointCollector points)
    {
        // Points wait here until their page has told where the packets before it belong.
        private readonly List<(long Position, long Offset)> waiting = [];
        private long position;
        private int previousBlock;
        private int openBlock;
        private long pageToPrime = -1;
        private long firstPage = -1;
        private long? shift;
        private long granule;

        public SeekPointCollector Points => points;

        /// <summary>Samples from the first to the last one that is heard.</summary>
        public long Samples => granule - Math.Max(0, shift ?? 0);

        public void Advance(OggPages pages)
        {
            var (primed, completed) = (false, false);
            if (firstPage < 0) points.Offer(0, firstPage = pages.Offset);
            foreach (var part in pages.Parts)
            {
                if (part.Begins) openBlock = part.Length == 0 ? 0 : headers.BlockSize(pages.Body(part)[0], pages.Offset);
                if (part.Begins && openBlock > 0 && !primed) (primed, pageToPrime) = (true, pages.Offset);
                if (part.Ends) completed = true;
                if (part.Ends && openBlock > 0) EndPacket();
            }

            if (pages.Granule >= 0) Synchronise(pages);
            else if (completed) throw Invalid(pages, "An Ogg page on which packets end has no granule position");

            foreach (var (at, offset) in waiting)
                if (offset != firstPage) points.Offer(Math.Max(0, at + Math.Min(0, shift ?? 0)), offset);
            waiting.Clear();
        }

        // A packet completes the samples between the middle of the block before it and its own; the first one completes none, also
        // for a decoder that starts in the middle of the file.
        private void EndPacket()
        {
            if (previousBlock > 0) position += previousBlock / 4 + openBlock / 4;
            previousBlock = openBlock;
            if (pageToPrime < 0) return;

            waiting.Add((position, pageToPrime));
            pageToPrime = -1;
        }

        // The first granule position tells where the stream starts: more than the packets stand for is a stream that was cut from a
        // longer one, less means that samples at the start are not to be heard. On the last page less means the same for the end.
        private void Synchronise(OggPages pages)
        {
            shift ??= pages.IsLast ? Math.Max(0, pages.Granule - position) : pages.Granule - position;

            var expected = position + shift.Value;
            if (pages.Granule > expected || pages.Granule < (pages.IsLast ? granule : expected))
                throw Invalid(pages, $"The granule position is {pages.Granule}, but the packets make it {expected}");
            granule = pages.Granule;
        }

        private static InvalidAudioException Invalid(OggPages pages, string reason) => new(reason, pages.Offset);
    }
}
