using static Spotify.Audio.Tests.OggFixture;

namespace Spotify.Audio.Tests;

public sealed class OggVorbisIndexTests
{
    private static readonly int HeaderLength = Headers().Length;

    [Fact]
    public void PointsAreAtTheStartOfPages()
    {
        var file = Stream(pages: 3);
        var audio = Read(file);

        // A decoder that starts at a page produces audio only from the second packet on, 1024 samples after the start of the page.
        var secondPage = HeaderLength + Page(2, 0, 0, [ShortPacket, .. Enumerable.Repeat(LongPacket, 44)]).Length;
        var thirdPage = secondPage + Page(3, 0, 0, [.. Enumerable.Repeat(LongPacket, 44)]).Length;
        Assert.Equal([new(0, HeaderLength), new(1_035, secondPage), new(2_057, thirdPage)], audio.Index.Points);
        Assert.Equal(HeaderLength, audio.Index.HeaderBytes);
        Assert.Equal(new AudioDuration(64 + 512 + 43 * 1024 + 2 * 44 * 1024, 44_100), audio.Duration);
        Assert.Equal(2, audio.Channels);
    }

    [Fact]
    public void TheLastPageMayTrimTheEnd() =>
        Assert.Equal(64 + 512 + 43 * 1024 + 44 * 1024 - 700, Read(Stream(pages: 2, trimAtEnd: 700)).Duration.Samples);

    [Fact]
    public void AStreamThatStartsAtALaterGranulePositionHasTheSameIndex()
    {
        var (whole, cut) = (Read(Stream()), Read(Stream(firstGranule: 1_000_000)));
        Assert.Equal(whole.Duration, cut.Duration);
        Assert.Equal(whole.Index, cut.Index);
    }

    [Fact]
    public void SamplesBeforeGranulePositionZeroAreNotCounted()
    {
        var (whole, trimmed) = (Read(Stream()), Read(Stream(firstGranule: -441)));
        Assert.Equal(whole.Duration.Samples - 441, trimmed.Duration.Samples);
        Assert.Equal(
            [0, .. whole.Index.Points.Skip(1).Select(point => point.TimeMs - 10)],
            trimmed.Index.Points.Select(point => point.TimeMs));
    }

    [Fact]
    public void TheResolutionLimitsTheNumberOfPoints()
    {
        var file = Stream(pages: 12);
        Assert.Equal(12, Read(file).Index.Points.Count);
        Assert.Equal(3, IndexedAudio.Read(Codec.Vorbis, new MemoryStream(file), TimeSpan.FromSeconds(5)).Index.Points.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => OggVorbisIndex.Read(new MemoryStream(file), TimeSpan.Zero));
    }

    [Fact]
    public void APacketAcrossSeveralPagesIsCounted()
    {
        byte[] large = [0b10, .. new byte[254 + 255 + 100]];
        var file = ByteWriter.Concat(
            Headers(),
            RawPage(2, 0, 0, [4, 255], [.. ShortPacket, .. large[..255]]),
            RawPage(3, Continued, -1, [255], large[255..510]),
            RawPage(4, Continued, 576, [100, 5], [.. large[510..], .. LongPacket]));

        AssertInvalid("the packets add up to 1600", null, file);

        var corrected = ByteWriter.Concat(
            file[..^(27 + 2 + 105)], RawPage(4, Continued | Last, 1600, [100, 5], [.. large[510..], .. LongPacket]));
        Assert.Equal(1600, Read(corrected).Duration.Samples);
    }

    [Fact]
    public void ErrorsHaveAReasonAndAnOffset()
    {
        var file = Stream(pages: 2);
        var damaged = (byte[])file.Clone();
        damaged[HeaderLength + 100] ^= 1;

        AssertInvalid("checksum of an Ogg page is wrong", HeaderLength, damaged);
        AssertInvalid("ends too early", null, file[..^1]);
        AssertInvalid("stops before its last page", null, ByteWriter.Concat(Headers(), Page(2, 0, 0, ShortPacket)));
        AssertInvalid("does not begin with OggS", 0, new byte[100]);
        AssertInvalid("stops before its last page", 0, []);
        AssertInvalid("second Ogg stream is chained", file.Length, [.. file, .. file]);
        AssertInvalid("after the Ogg stream's last page", file.Length, [.. file, 1]);
        AssertInvalid("no audio", null, ByteWriter.Concat(Headers(), Page(2, Last, 0)));
        AssertInvalid("Found Ogg page 4, expected page 2", HeaderLength, ByteWriter.Concat(Headers(), Page(4, Last, 0, ShortPacket)));
        AssertInvalid("second logical stream", null, ByteWriter.Concat(Headers(), RawPage(0, First, 0, [4], ShortPacket, serial: 8)));
        AssertInvalid("continuation flag", HeaderLength, ByteWriter.Concat(Headers(), Page(2, Continued, 0, ShortPacket)));
        AssertInvalid("does not end", HeaderLength, ByteWriter.Concat(Headers(), RawPage(2, Last, -1, [255], new byte[255])));
        AssertInvalid("no granule position", HeaderLength, ByteWriter.Concat(Headers(), Page(2, Last, -1, ShortPacket)));
        AssertInvalid("negative", HeaderLength, ByteWriter.Concat(Headers(), Page(2, Last, -2, ShortPacket)));
    }

    [Fact]
    public void HeadersAreChecked()
    {
        AssertInvalid("identification header", 0, Page(0, First, 0, Comment()));
        AssertInvalid("setup header is missing", null, WithHeaders(Identification(), Comment()));
        AssertInvalid(
            "audio packet does not begin on a page of its own", null, WithHeaders(Identification(), Comment(), Setup(), ShortPacket));
        AssertInvalid("no channels", 0, WithHeaders(Identification(channels: 0), Comment(), Setup()));
        AssertInvalid("sample rate 0", 0, WithHeaders(Identification(sampleRate: 0), Comment(), Setup()));
        AssertInvalid("block sizes", 0, WithHeaders(Identification(blockSizes: 0x8B), Comment(), Setup()));
        AssertInvalid("setup header ends too early", null, WithHeaders(Identification(), Comment(), Setup()[..^3]));
        AssertInvalid("codebook sync pattern", null, WithHeaders(Identification(), Comment(), [.. Setup()[..8], .. new byte[50]]));

        static byte[] WithHeaders(byte[] identification, params byte[][] packets) =>
            ByteWriter.Concat(Page(0, First, 0, identification), Page(1, 0, 0, packets), Page(2, Last, 0, ShortPacket));
    }

    [Fact]
    public void AnOversizedSetupHeaderIsRejected()
    {
        var pages = Enumerable.Range(0, 20).Select(number => RawPage(
            number + 2, Continued, -1, [.. Enumerable.Repeat((byte)255, 255)], new byte[255 * 255]));
        var begin = RawPage(1, 0, -1, [.. Lacing(Comment()), 255], [.. Comment(), .. Setup(), .. new byte[255 - Setup().Length]]);
        AssertInvalid("larger than", null, ByteWriter.Concat([Page(0, First, 0, Identification()), begin, .. pages]));
    }

    private static IndexedAudio Read(byte[] file) => OggVorbisIndex.Read(new MemoryStream(file));

    private static void AssertInvalid(string reason, long? offset, byte[] file)
    {
        var error = Assert.Throws<InvalidAudioException>(() => Read(file));
        Assert.Contains(reason, error.Message);
        if (offset is not null) Assert.Equal(offset, error.Offset);
    }
}
