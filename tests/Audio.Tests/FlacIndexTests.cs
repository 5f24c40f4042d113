using static Spotify.Audio.Tests.FlacFixture;

namespace Spotify.Audio.Tests;

public sealed class FlacIndexTests
{
    private static readonly int FrameLength = Frame(0).Length;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void PointsAreAtTheStartOfFrames(bool variableBlocks, bool unknownLength)
    {
        var audio = Read(Stream(frames: 30, variableBlocks, unknownLength));

        // A frame is 92.9 ms long. The points are at the first frame of each second.
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
    public void ASyncCodeInsideAFrameIsIgnored()
    {
        // The samples of the first frame are equal to a sync code.
        var file = ByteWriter.Concat(Header(2 * 4096), Frame(0, value: unchecked((short)0xFFF8)), Frame(1));
        Assert.Equal(2 * 4096, Read(file).Duration.Samples);
    }

    [Fact]
    public void AnId3v1TagAtTheEndIsIgnored()
    {
        byte[] tag = [.. "TAG"u8, .. new byte[125]];
        Assert.Equal(4096 * 3, Read([.. Stream(frames: 3), .. tag]).Duration.Samples);
    }

    [Fact]
    public void ErrorsHaveAReasonAndAnOffset()
    {
        var file = Stream(frames: 5);
        var header = Header(0).Length;
        var damaged = (byte[])file.Clone();
        damaged[header + FrameLength + 8] ^= 1;

        AssertInvalid("damaged or cut short", header + FrameLength, damaged);
        AssertInvalid("damaged or cut short", header + 4 * FrameLength, file[..^1]);
        AssertInvalid("Found FLAC frame 2, expected 1", header + FrameLength, ByteWriter.Concat(Header(0), Frame(0), Frame(2)));
        AssertInvalid("first FLAC frame is missing", header, Header(0));
        AssertInvalid("first FLAC frame is missing", header, ByteWriter.Concat(Header(0), Frame(3)));
        AssertInvalid("has 4096 samples, but declares 8192", null, ByteWriter.Concat(Header(8192), Frame(0)));
        AssertInvalid("does not begin with fLaC", 0, new byte[10]);
        AssertInvalid("does not begin with fLaC", 0, []);
        AssertInvalid("stream information is missing", null, [.. "fLaC"u8, .. Block(1, new byte[34])]);
        AssertInvalid("stream information is missing", null, [.. "fLaC"u8, .. Block(0, StreamInfo(0)), .. Block(0, StreamInfo(0))]);
        AssertInvalid("forbidden type", null, [.. "fLaC"u8, .. Block(127, new byte[34])]);
        AssertInvalid("sample rate is 0", null, [.. "fLaC"u8, .. Block(0, StreamInfo(0, sampleRate: 0))]);
        AssertInvalid("16777215 bytes expected", null, [.. "fLaC"u8, .. Block(0, StreamInfo(0)), 1, 255, 255, 255, 0]);
    }

    private static IndexedAudio Read(byte[] file) => FlacIndex.Read(new MemoryStream(file));

    private static void AssertInvalid(string reason, long? offset, byte[] file)
    {
        var error = Assert.Throws<InvalidAudioException>(() => Read(file));
        Assert.Contains(reason, error.Message);
        if (offset is not null) Assert.Equal(offset, error.Offset);
    }
}
