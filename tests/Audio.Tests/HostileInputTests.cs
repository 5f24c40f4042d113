using FsCheck;
using FsCheck.Fluent;
using Spotify.Fixtures;

namespace Spotify.Audio.Tests;

/// <summary>Whatever the bytes are, a reader answers or refuses them, without reading them over and over.</summary>
public sealed class HostileInputTests
{
    private static readonly Config Quick = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void Vorbis() => AssertRobust(Codec.Vorbis, OggFixture.Stream());

    [Fact]
    public void VorbisWithRightChecksums()
    {
        // With its checksum repaired a damaged page gets past the first check.
        var file = OggFixture.Repage(OggFixture.Stream(), 100);
        Check.One(Quick, Prop.ForAll<uint, byte>((at, value) =>
        {
            var damaged = (byte[])file.Clone();
            damaged[at % damaged.Length] ^= value;
            AnswersOrRefuses(Codec.Vorbis, OggChecksums.Repair(damaged));
        }));
    }

    [Fact]
    public void Flac() => AssertRobust(Codec.Flac, FlacFixture.Stream());

    [Fact]
    public void FragmentedMp4() => AssertRobust(Codec.Aac, Mp4Fixture.Stream());

    [ToolFact("ffmpeg")]
    public void RealVorbis() => AssertRobust(Codec.Vorbis, Ffmpeg.MakeChirp("-c:a libvorbis -b:a 96k", "ogg"), 60);

    [ToolFact("ffmpeg")]
    public void RealFlac() => AssertRobust(Codec.Flac, Ffmpeg.MakeChirp("-c:a flac", "flac"), 60);

    [ToolFact("ffmpeg")]
    public void RealFragmentedMp4() => AssertRobust(
        Codec.Aac, Ffmpeg.MakeChirp("-c:a aac -movflags +frag_keyframe+delay_moov+default_base_moof -frag_duration 1000000", "m4a"), 200);

    private static void AssertRobust(Codec codec, byte[] file, int times = 400)
    {
        Check.One(Quick.WithMaxTest(times), Prop.ForAll<uint>(length => AnswersOrRefuses(codec, file[..(int)(length % file.Length)])));
        Check.One(Quick.WithMaxTest(times), Prop.ForAll(Flips, flips =>
        {
            var damaged = (byte[])file.Clone();
            foreach (var (at, value) in flips) damaged[at % damaged.Length] ^= value;
            AnswersOrRefuses(codec, damaged);
        }));
        Check.One(Quick.WithMaxTest(times), Prop.ForAll<byte[]>(noise => AnswersOrRefuses(codec, [.. file[..Math.Min(60, file.Length)], .. noise])));
    }

    /// <summary>One to four bytes changed, half of them where the headers are.</summary>
    private static Arbitrary<(int At, byte Value)[]> Flips { get; } = Arb.From(
        from count in Gen.Choose(1, 4)
        from flips in Gen.ArrayOf(
            from at in Gen.OneOf(Gen.Choose(0, 700), Gen.Choose(0, int.MaxValue))
            from value in Gen.Choose(1, 255)
            select (at, (byte)value), count)
        select flips);

    private static void AnswersOrRefuses(Codec codec, byte[] file)
    {
        var stream = new CountingStream(file);
        try
        {
            var audio = IndexedAudio.Read(codec, stream, TimeSpan.FromMilliseconds(1));
            Assert.All(audio.Index.Points, point => Assert.InRange(point.Offset, 0, file.Length - 1));
        }
        catch (InvalidAudioException refusal)
        {
            Assert.InRange(refusal.Offset, 0, file.Length);
        }

        // The reader's buffer is refilled after each jump, so small boxes far apart are read a few times.
        Assert.InRange(stream.BytesRead, 0, 12L * file.Length + 4 * 64 * 1024);
    }
}
