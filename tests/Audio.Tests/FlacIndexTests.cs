using static Spotify.Audio.Tests.FlacFixture;

namespace Spotify.Audio.Tests;

public sealed class FlacIndexTests
{
    private static readonly int FrameLength = Frame(0).Length;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void PointsAreWhereFramesBegin(bool variableBlocks, bool unknownLength)
    {
        var audio = Read(Stream(frames: 30, variableBlocks, unknownLength));

        // Frames last 92.9 ms: the first one at or after each second begins a point.
        Assert.Equal([0, 1_022, 2_044], audio.Index.Points.Select(point => point.TimeMs));
        Assert.Equal(Header(0).Length, audio.Index.HeaderBytes);
        Assert.Equal(audio.Index.HeaderBytes, audio.Index.Points[0].Offset);
        Assert.Equal(new AudioDuration(30 * 4096, 44_100), audio.Duration);
        Assert.Equal(2, audio.Channels);
    }

    [Fact]
    public void EveryFrameCanBeAPoint()
    {
        var audio = FlacIndex.Read(new MemoryStream(Stream(frames: 300)), TimeSpan.FromMilliseconds(1));
        var offsets = audio.Index.Points.Select(point => point.Offset).ToArray();
        Assert.Equal(300, offsets.Length);
        Assert.All(offsets.Zip(offsets.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, FrameLength, FrameLength + 1));
    }

    [Fact]
    public void AFrameInsideAFrameIsNotAFrame()
    {
        // The first frame's samples look like a sync code.
        var file = ByteWriter.Concat(Header(2 * 4096), Frame(0, value: unchecked((short)0xFFF8)), Frame(1));
        Assert.Equal(2 * 4096, Read(file).Duration.Samples);
    }

    [Fact]
    public void AnId3v1TagAtTheEndIsNotAFrame()
    {
        byte[] tag = [.. "TAG"u8, .. new byte[125]];
        Assert.Equal(4096 * 3, Read([.. Stream(frames: 3), .. tag]).Duration.Samples);
    }

    [Fact]
    public void EveryDamageIsNamedWithItsPlace()
    {
        var file = Stream(frames: 5);
        var header = Header(0).Length;
        var damaged = (byte[])file.Clone();
        damaged[header + FrameLength + 8] ^= 1;

        AssertRefused("damaged or cut short", header + FrameLength, damaged);
        AssertRefused("damaged or cut short", header + 4 * FrameLength, file[..^1]);
        AssertRefused("frame 2 follows, where 1 is due", header + FrameLength, ByteWriter.Concat(Header(0), Frame(0), Frame(2)));
        AssertRefused("first FLAC frame is missing", header, Header(0));
        AssertRefused("first FLAC frame is missing", header, ByteWriter.Concat(Header(0), Frame(3)));
        AssertRefused("has 4096 samples, but says 8192", null, ByteWriter.Concat(Header(8192), Frame(0)));
        AssertRefused("does not begin with fLaC", 0, new byte[10]);
        AssertRefused("does not begin with fLaC", 0, []);
        AssertRefused("stream information is missing", null, [.. "fLaC"u8, .. Block(1, new byte[34])]);
        AssertRefused("stream information is missing", null, [.. "fLaC"u8, .. Block(0, StreamInfo(0)), .. Block(0, StreamInfo(0))]);
        AssertRefused("forbidden type", null, [.. "fLaC"u8, .. Block(127, new byte[34])]);
        AssertRefused("sample rate is 0", null, [.. "fLaC"u8, .. Block(0, StreamInfo(0, sampleRate: 0))]);
        AssertRefused("16777215 bytes are due", null, [.. "fLaC"u8, .. Block(0, StreamInfo(0)), 1, 255, 255, 255, 0]);
    }

    private static IndexedAudio Read(byte[] file) => FlacIndex.Read(new MemoryStream(file));

    private static void AssertRefused(string reason, long? offset, byte[] file)
    {
        var refusal = Assert.Throws<InvalidAudioException>(() => Read(file));
        Assert.Contains(reason, refusal.Message);
        if (offset is not null) Assert.Equal(offset, refusal.Offset);
    }
}
