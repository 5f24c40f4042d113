using static Spotify.Audio.Tests.OggFixture;

namespace Spotify.Audio.Tests;

public sealed class OggVorbisIndexTests
{
    private static readonly int HeaderLength = Headers().Length;

    [Fact]
    public void PointsAreWherePagesBegin()
    {
        var file = Stream(pages: 3);
        var audio = Read(file);

        // A decoder that starts at a page gets sound only after the page's first packet: 1024 samples later than the page itself.
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
    public void AStreamCutFromALongerOneStartsAtZero()
    {
        var (whole, cut) = (Read(Stream()), Read(Stream(firstGranule: 1_000_000)));
        Assert.Equal(whole.Duration, cut.Duration);
        Assert.Equal(whole.Index, cut.Index);
    }

    [Fact]
    public void SamplesBeforeGranuleZeroAreNotHeard()
    {
        var (whole, trimmed) = (Read(Stream()), Read(Stream(firstGranule: -441)));
        Assert.Equal(whole.Duration.Samples - 441, trimmed.Duration.Samples);
        Assert.Equal(
            [0, .. whole.Index.Points.Skip(1).Select(point => point.TimeMs - 10)],
            trimmed.Index.Points.Select(point => point.TimeMs));
    }

    [Fact]
    public void ResolutionThinsThePoints()
    {
        var file = Stream(pages: 12);
        Assert.Equal(12, Read(file).Index.Points.Count);
        Assert.Equal(3, IndexedAudio.Read(Codec.Vorbis, new MemoryStream(file), TimeSpan.FromSeconds(5)).Index.Points.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => OggVorbisIndex.Read(new MemoryStream(file), TimeSpan.Zero));
    }

    [Fact]
    public void APacketOverSeveralPagesIsCounted()
    {
        byte[] large = [0b10, .. new byte[254 + 255 + 100]];
        var file = ByteWriter.Concat(
            Headers(),
            RawPage(2, 0, 0, [4, 255], [.. ShortPacket, .. large[..255]]),
            RawPage(3, Continued, -1, [255], large[255..510]),
            RawPage(4, Continued, 576, [100, 5], [.. large[510..], .. LongPacket]));

        Assert.Contains("the packets make it 1600", Refusal(file).Message);

        var right = ByteWriter.Concat(file[..^(27 + 2 + 105)], RawPage(4, Continued | Last, 1600, [100, 5], [.. large[510..], .. LongPacket]));
        Assert.Equal(1600, Read(right).Duration.Samples);
    }

    [Fact]
    public void EveryDamageIsNamedWithItsPlace()
    {
        var file = Stream(pages: 2);
        var damaged = (byte[])file.Clone();
        damaged[HeaderLength + 100] ^= 1;

        AssertRefused("checksum of an Ogg page is wrong", HeaderLength, damaged);
        AssertRefused("ends too early", null, file[..^1]);
        AssertRefused("stops before its last page", null, ByteWriter.Concat(Headers(), Page(2, 0, 0, ShortPacket)));
        AssertRefused("does not begin with OggS", 0, new byte[100]);
        AssertRefused("stops before its last page", 0, []);
        AssertRefused("second Ogg stream is chained", file.Length, [.. file, .. file]);
        AssertRefused("after the Ogg stream's last page", file.Length, [.. file, 1]);
        AssertRefused("no audio", null, ByteWriter.Concat(Headers(), Page(2, Last, 0)));
        AssertRefused("page 4 follows, where page 2 is due", HeaderLength, ByteWriter.Concat(Headers(), Page(4, Last, 0, ShortPacket)));
        AssertRefused("second logical stream", null, ByteWriter.Concat(Headers(), RawPage(0, First, 0, [4], ShortPacket, serial: 8)));
        AssertRefused("not continued", HeaderLength, ByteWriter.Concat(Headers(), Page(2, Continued, 0, ShortPacket)));
        AssertRefused("does not end", HeaderLength, ByteWriter.Concat(Headers(), RawPage(2, Last, -1, [255], new byte[255])));
        AssertRefused("no granule position", HeaderLength, ByteWriter.Concat(Headers(), Page(2, Last, -1, ShortPacket)));
        AssertRefused("negative", HeaderLength, ByteWriter.Concat(Headers(), Page(2, Last, -2, ShortPacket)));
    }

    [Fact]
    public void HeadersAreChecked()
    {
        AssertRefused("identification header", 0, Page(0, First, 0, Comment()));
        AssertRefused("setup header is missing", null, WithHeaders(Identification(), Comment()));
        AssertRefused("audio packet does not begin on a page of its own", null, WithHeaders(Identification(), Comment(), Setup(), ShortPacket));
        AssertRefused("no channels", 0, WithHeaders(Identification(channels: 0), Comment(), Setup()));
        AssertRefused("sample rate 0", 0, WithHeaders(Identification(sampleRate: 0), Comment(), Setup()));
        AssertRefused("block sizes", 0, WithHeaders(Identification(blockSizes: 0x8B), Comment(), Setup()));
        AssertRefused("setup header ends too early", null, WithHeaders(Identification(), Comment(), Setup()[..^3]));
        AssertRefused("codebook sync pattern", null, WithHeaders(Identification(), Comment(), [.. Setup()[..8], .. new byte[50]]));

        static byte[] WithHeaders(byte[] identification, params byte[][] packets) =>
            ByteWriter.Concat(Page(0, First, 0, identification), Page(1, 0, 0, packets), Page(2, Last, 0, ShortPacket));
    }

    [Fact]
    public void ASetupHeaderWithoutEndIsNotKept()
    {
        var pages = Enumerable.Range(0, 20).Select(number => RawPage(
            number + 2, Continued, -1, [.. Enumerable.Repeat((byte)255, 255)], new byte[255 * 255]));
        var begin = RawPage(1, 0, -1, [.. Lacing(Comment()), 255], [.. Comment(), .. Setup(), .. new byte[255 - Setup().Length]]);
        AssertRefused("larger than", null, ByteWriter.Concat([Page(0, First, 0, Identification()), begin, .. pages]));
    }

    private static IndexedAudio Read(byte[] file) => OggVorbisIndex.Read(new MemoryStream(file));

    private static InvalidAudioException Refusal(byte[] file) => Assert.Throws<InvalidAudioException>(() => Read(file));

    private static void AssertRefused(string reason, long? offset, byte[] file)
    {
        var refusal = Refusal(file);
        Assert.Contains(reason, refusal.Message);
        if (offset is not null) Assert.Equal(offset, refusal.Offset);
    }
}
