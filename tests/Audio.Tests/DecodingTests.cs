using Spotify.Fixtures;

namespace Spotify.Audio.Tests;

/// <summary>
/// Tests of seek indexes with a real decoder: the header and the bytes from a point on decode to the same samples as the whole file.
/// </summary>
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
    public void VorbisWithPacketsSplitAcrossPages() => AssertSeekable(
        Codec.Vorbis, OggFixture.Repage(Ffmpeg.MakeChirp("-c:a libvorbis -b:a 160k", "ogg"), 17), 542_430);

    [ToolFact("ffmpeg")]
    public void Flac() => AssertSeekable(Codec.NativeFlac, "-c:a flac", 542_430);

    [ToolFact("ffmpeg")]
    public void FlacInMp4() => AssertSeekable(Codec.Flac, FlacInMp4Tests.Options, 542_430);

    [ToolFact("ffmpeg")]
    public void FlacOf24BitsAnd96kHz() => AssertSeekable(Codec.NativeFlac, "-ar 96000 -sample_fmt s32 -c:a flac", 1_180_800);

    // Without an edit list, the encoder's 1024 priming samples are part of the audio.
    [ToolFact("ffmpeg")]
    public void AacHigh() => AssertSeekable(Codec.Aac, $"{Fragmented} -b:a 128k", 542_430 + 1024);

    [ToolFact("ffmpeg")]
    public void AacVeryHigh() => AssertSeekable(Codec.Aac, $"{Fragmented} -b:a 256k", 542_430 + 1024);

    [ToolFact("ffmpeg")]
    public void AacWithAnEditList() =>
        AssertSeekable(Codec.Aac, $"{Fragmented.Replace("empty", "delay")} -b:a 128k", 542_430, priming: 1024);

    [ToolFact("ffmpeg")]
    public void AnUnfragmentedMp4IsRejected()
    {
        var file = Ffmpeg.MakeChirp("-c:a aac", "m4a");
        var error = Assert.Throws<InvalidAudioException>(() => FragmentedMp4Index.Read(new MemoryStream(file)));
        Assert.Contains("before 'moov'", error.Message);
    }

    private static void AssertSeekable(Codec codec, string options, long samples, int priming = 0) =>
        AssertSeekable(codec, Ffmpeg.MakeChirp(options, codec.FileExtension), samples, priming);

    private static void AssertSeekable(Codec codec, byte[] file, long samples, int priming = 0)
    {
        var (index, duration, _) = IndexedAudio.Read(codec, new MemoryStream(file));
        var whole = Ffmpeg.Decode(file, codec.FileExtension);
        Assert.Equal(samples, duration.Samples);
        Assert.InRange(index.Points.Count, 9, 13);
        Assert.All(index.Points.Zip(index.Points.Skip(1)), pair => Assert.InRange(pair.Second.TimeMs - pair.First.TimeMs, 1, 2_100));

        // ffmpeg decodes all frames of fragmented MP4, including the samples before the edit list's start and the last frame's padding.
        Assert.InRange(whole.Length - priming, samples, codec == Codec.Aac ? samples + 1023 : samples);

        var random = new Random(12_300);
        foreach (var time in Enumerable.Range(0, 6).Select(_ => TimeSpan.FromMilliseconds(random.Next(12_290))).Append(TimeSpan.Zero))
        {
            var point = index.Find(time);
            byte[] part = [.. file[..(int)index.HeaderBytes], .. file[(int)point.Offset..]];
            var decoded = Ffmpeg.Decode(part, codec.FileExtension);

            // Both end at the same sample, so the part begins at the difference in length.
            var begin = whole.Length - priming - decoded.Length;
            var requested = (int)(time.TotalSeconds * index.Samples.SampleRate);
            Assert.InRange(begin, -priming, requested);
            Assert.InRange(point.TimeMs - Math.Max(0, begin) * 1000.0 / index.Samples.SampleRate, 0, 1);
            Assert.True(
                whole.AsSpan(priming + requested).SequenceEqual(decoded.AsSpan(requested - begin)),
                $"The audio from {time} on differs.");
        }
    }
}
