using static Spotify.Audio.Tests.Mp4Fixture;

namespace Spotify.Audio.Tests;

public sealed class FragmentedMp4IndexTests
{
    private static readonly int HeaderLength = FileType().Length + Movie().Length;
    private static readonly int FragmentLength = Fragment(0).Length;

    [Fact]
    public void PointsAreAtTheStartOfFragments()
    {
        var audio = Read(Stream(fragments: 3));
        Assert.Equal(
            [new(0, HeaderLength), new(999, HeaderLength + FragmentLength), new(1_997, HeaderLength + 2 * FragmentLength)],
            FragmentedMp4Index.Read(new MemoryStream(Stream(fragments: 3)), TimeSpan.FromMilliseconds(100)).Index.Points);
        Assert.Equal(HeaderLength, audio.Index.HeaderBytes);
        Assert.Equal(24, audio.Index.PrerollMs);
        Assert.Equal(new AudioDuration(3 * 43 * 1024, 44_100), audio.Duration);
        Assert.Equal(2, audio.Channels);
    }

    [Fact]
    public void TheEditListSetsTheStart()
    {
        var (plain, edited) = (Read(Stream()), Read(Stream(editStart: 1024)));
        Assert.Equal(plain.Duration.Samples - 1024, edited.Duration.Samples);
        Assert.Equal(0, edited.Index.Points[0].TimeMs);
    }

    [Fact]
    public void TimeStartsAtTheFirstFragment() => Assert.Equal(Read(Stream()).Index, Read(Stream(firstTime: 1_000_000)).Index);

    [Fact]
    public void ATimescaleOtherThanTheSampleRateIsConverted()
    {
        // 1024 units of 1/22050 s are 2048 samples at 44.1 kHz.
        var file = ByteWriter.Concat(FileType(), Movie(timescale: 22_050), Fragment(0));
        Assert.Equal(new AudioDuration(43 * 2048, 44_100), Read(file).Duration);
    }

    [Fact]
    public void OtherBoxesAreSkipped()
    {
        var file = ByteWriter.Concat(
            FileType(), Box("free", new byte[9]), Movie(), Box("sidx", new byte[32]), Box("styp"), Fragment(0), Box("mfra", new byte[16]));
        var index = Read(file).Index;
        Assert.Equal(HeaderLength + 17, index.HeaderBytes);
        Assert.Equal(HeaderLength + 17 + 40 + 8, index.Points[0].Offset);
    }

    [Fact]
    public void ErrorsHaveAReasonAndAnOffset()
    {
        var file = Stream(fragments: 2);
        var (header, second) = (file[..HeaderLength], HeaderLength + FragmentLength);

        AssertInvalid("does not fit", null, file[..^1]);
        AssertInvalid("ends too early", null, []);
        AssertInvalid("does not begin with an MP4 'ftyp'", 0, Movie());
        AssertInvalid("no 'moov'", null, FileType());
        AssertInvalid("'moof' before 'moov'", FileType().Length, ByteWriter.Concat(FileType(), Fragment(0)));
        AssertInvalid("second 'moov'", HeaderLength, ByteWriter.Concat(header, Movie()));
        AssertInvalid("not AAC", null, ByteWriter.Concat(FileType(), Movie(codec: "alac"), Fragment(0)));
        AssertInvalid("more than one track", null, ByteWriter.Concat(FileType(), Movie(tracks: 2), Fragment(0)));
        AssertInvalid("not fragmented", FileType().Length, ByteWriter.Concat(FileType(), Box("moov", Movie()[8..^40]), Fragment(0)));
        AssertInvalid("timescale 0", null, ByteWriter.Concat(FileType(), Movie(timescale: 0), Fragment(0)));
        AssertInvalid("no audio", HeaderLength, header);
        AssertInvalid("not in the 'mdat'", null, file[..^(43 * 10 + 8)]);
        AssertInvalid("not in the 'mdat'", null, ByteWriter.Concat(header, Fragment(0, dataShift: 1)));
        AssertInvalid("belongs to track 2", null, ByteWriter.Concat(header, Fragment(0, track: 2)));
        AssertInvalid("ends at 44032", second, ByteWriter.Concat(header, Fragment(0), Fragment(50_000)));
        AssertInvalid("no size", null, ByteWriter.Concat(header, Fragment(0, frameBytes: 0)));
        AssertInvalid("The media time 9223372036854775808 is out of range", null, ByteWriter.Concat(header, Fragment(long.MinValue)));
        AssertInvalid("not in the 'mdat'", null, ByteWriter.Concat(header, WithSampleCount(0xFFFF_FFFF)));
    }

    // The reader must multiply the sample count instead of looping over it, because these samples have no fields of their own.
    private static byte[] WithSampleCount(long count)
    {
        var fragment = Fragment(0);
        new ByteWriter().BigEndian32(count).ToArray().CopyTo(fragment, fragment.AsSpan().IndexOf("trun"u8) + 8);
        return fragment;
    }

    private static IndexedAudio Read(byte[] file) => FragmentedMp4Index.Read(new MemoryStream(file));

    private static void AssertInvalid(string reason, long? offset, byte[] file)
    {
        var error = Assert.Throws<InvalidAudioException>(() => Read(file));
        Assert.Contains(reason, error.Message);
        if (offset is not null) Assert.Equal(offset, error.Offset);
    }
}
