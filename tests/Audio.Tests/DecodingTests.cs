using Spotify.Fixtures;

namespace Spotify.Audio.Tests;

/// <summary>What an index promises holds for a real decoder: header and a range from a point on give the sound of that time.</summary>
public sealed class DecodingTests
{
    private const string Fragmented = "-c:a aac -aac_pns 0 -movflags +frag_keyframe+empty_moov+default_base_moof -frag_duration 1000000";

    [ToolFact("ffmpeg")]
    public void VorbisLow() => AssertSeekable(Codec.Vorbis, "-ac 1 -ar 22050 -c:a libvorbis -b:a 24k", 271_215);

    [ToolFact("ffmpeg")]
    public void VorbisNormal() => AssertSeekable(Codec.Vorbis, "-c:a libvorbis -b:a 96k", 542_430);

    [ToolFact("ffmpeg")]
    public void VorbisVeryHigh() => AssertSeekable(Codec.Vorbis, "-c:a libvorbis -b:a 320k", 542_430);

    [ToolFact("ffmpeg")]
    public void VorbisInPagesThatCutPackets() => AssertSeekable(
        Codec.Vorbis, OggFixture.Repage(Ffmpeg.MakeChirp("-c:a libvorbis -b:a 160k", "ogg"), 17), 542_430);

    [ToolFact("ffmpeg")]
    public void Flac() => AssertSeekable(Codec.Flac, "-c:a flac", 542_430);

    [ToolFact("ffmpeg")]
    public void FlacOf24BitsAnd96kHz() => AssertSeekable(Codec.Flac, "-ar 96000 -sample_fmt s32 -c:a flac", 1_180_800);

    // Without an edit list the encoder's 1024 samples of priming are part of the sound.
    [ToolFact("ffmpeg")]
    public void AacHigh() => AssertSeekable(Codec.Aac, $"{Fragmented} -b:a 128k", 542_430 + 1024);

    [ToolFact("ffmpeg")]
    public void AacVeryHigh() => AssertSeekable(Codec.Aac, $"{Fragmented} -b:a 256k", 542_430 + 1024);

    [ToolFact("ffmpeg")]
    public void AacWithAnEditList() => AssertSeekable(Codec.Aac, $"{Fragmented.Replace("empty", "delay")} -b:a 128k", 542_430, unheard: 1024);

    [ToolFact("ffmpeg")]
    public void AnOrdinaryMp4IsRefused()
    {
        var refusal = Assert.Throws<InvalidAudioException>(() => FragmentedMp4Index.Read(new MemoryStream(Ffmpeg.MakeChirp("-c:a aac", "m4a"))));
        Assert.Contains("before 'moov'", refusal.Message);
    }

    private static void AssertSeekable(Codec codec, string options, long samples, int unheard = 0) =>
        AssertSeekable(codec, Ffmpeg.MakeChirp(options, codec.FileExtension), samples, unheard);

    private static void AssertSeekable(Codec codec, byte[] file, long samples, int unheard = 0)
    {
        var (index, duration, _) = IndexedAudio.Read(codec, new MemoryStream(file));
        var whole = Ffmpeg.Decode(file, codec.FileExtension);
        Assert.Equal(samples, duration.Samples);
        Assert.InRange(index.Points.Count, 9, 13);
        Assert.All(index.Points.Zip(index.Points.Skip(1)), pair => Assert.InRange(pair.Second.TimeMs - pair.First.TimeMs, 1, 2_100));

        // Of fragmented MP4, ffmpeg decodes whole frames: what the edit list leaves out and what pads the last frame comes along.
        Assert.InRange(whole.Length - unheard, samples, codec == Codec.Aac ? samples + 1023 : samples);

        var random = new Random(12_300);
        foreach (var time in Enumerable.Range(0, 6).Select(_ => TimeSpan.FromMilliseconds(random.Next(12_290))).Append(TimeSpan.Zero))
        {
            var point = index.Find(time);
            byte[] part = [.. file[..(int)index.HeaderBytes], .. file[(int)point.Offset..]];
            var heard = Ffmpeg.Decode(part, codec.FileExtension);

            // Both end together, so the difference in length is where the part begins.
            var begin = whole.Length - unheard - heard.Length;
            var wanted = (int)(time.TotalSeconds * index.SampleRate);
            Assert.InRange(begin, -unheard, wanted);
            Assert.InRange(point.TimeMs - Math.Max(0, begin) * 1000.0 / index.SampleRate, 0, 1);
            Assert.True(
                whole.AsSpan(unheard + wanted).SequenceEqual(heard.AsSpan(wanted - begin)),
                $"The sound from {time} on is not the same.");
        }
    }
}
