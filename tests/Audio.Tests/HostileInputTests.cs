using FsCheck;
using FsCheck.Fluent;
using Spotify.Fixtures;

namespace Spotify.Audio.Tests;

/// <summary>
/// Property tests with damaged files: a reader returns an index or throws <see cref="InvalidAudioException"/>, and reads a bounded number
/// of bytes.
/// </summary>
public sealed class HostileInputTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void Vorbis() => AssertRobust(Codec.Vorbis, OggFixture.Stream());

    [Fact]
    public void VorbisWithCorrectChecksums()
    {
        // With correct checksums, the damage is not detected by the page reader and reaches the code behind it.
        var file = OggFixture.Repage(OggFixture.Stream(), 100);
        Check.One(Quick, Prop.ForAll<uint, byte>((at, value) =>
        {
            var damaged = (byte[])file.Clone();
            damaged[at % damaged.Length] ^= value;
            ReadOrReject(Codec.Vorbis, OggChecksums.Repair(damaged));
        }));
    }

    [Fact]
    public void Flac() => AssertRobust(Codec.NativeFlac, FlacFixture.Stream());

    [Fact]
    public void FragmentedMp4() => AssertRobust(Codec.Aac, Mp4Fixture.Stream());

    [ToolFact("ffmpeg")]
    public void RealVorbis() => AssertRobust(Codec.Vorbis, Ffmpeg.MakeChirp("-c:a libvorbis -b:a 96k", "ogg"), 60);

    [ToolFact("ffmpeg")]
    public void RealFlac() => AssertRobust(Codec.NativeFlac, Ffmpeg.MakeChirp("-c:a flac", "flac"), 60);

    [ToolFact("ffmpeg")]
    public void RealFlacInMp4() => AssertRobust(Codec.Flac, Ffmpeg.MakeChirp(FlacInMp4Tests.Options, "m4a"), 60);

    [ToolFact("ffmpeg")]
    public void RealFragmentedMp4() => AssertRobust(
        Codec.Aac, Ffmpeg.MakeChirp("-c:a aac -movflags +frag_keyframe+delay_moov+default_base_moof -frag_duration 1000000", "m4a"), 200);

    private static void AssertRobust(Codec codec, byte[] file, int times = 400)
    {
        Check.One(Quick.WithMaxTest(times), Prop.ForAll<uint>(length => ReadOrReject(codec, file[..(int)(length % file.Length)])));
        Check.One(Quick.WithMaxTest(times), Prop.ForAll(Flips, flips =>
        {
            var damaged = (byte[])file.Clone();
            foreach (var (at, value) in flips) damaged[at % damaged.Length] ^= value;
            ReadOrReject(codec, damaged);
        }));
        Check.One(Quick.WithMaxTest(times), Prop.ForAll<byte[]>(noise =>
            ReadOrReject(codec, [.. file[..Math.Min(60, file.Length)], .. noise])));
    }

    /// <summary>One to four changed bytes, half of them in the headers.</summary>
    private static Arbitrary<(int At, byte Value)[]> Flips { get; } = Arb.From(
        from count in Gen.Choose(1, 4)
        from flips in Gen.ArrayOf(
            from at in Gen.OneOf(Gen.Choose(0, 700), Gen.Choose(0, int.MaxValue))
            from value in Gen.Choose(1, 255)
            select (at, (byte)value), count)
        select flips);

    private static void ReadOrReject(Codec codec, byte[] file)
    {
        var stream = new CountingStream(file);
        try
        {
            var audio = IndexedAudio.Read(codec, stream, TimeSpan.FromMilliseconds(1));
            Assert.All(audio.Index.Points, point => Assert.InRange(point.Offset, 0, file.Length - 1));
        }
        catch (InvalidAudioException error)
        {
            Assert.InRange(error.Offset, 0, file.Length);
        }

        // The buffer is refilled after each seek, so small boxes that are far apart are read several times.
        Assert.InRange(stream.BytesRead, 0, 12L * file.Length + 4 * 64 * 1024);
    }
}
