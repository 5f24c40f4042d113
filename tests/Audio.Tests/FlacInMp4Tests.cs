using Spotify.Fixtures;

namespace Spotify.Audio.Tests;

public sealed class FlacInMp4Tests
{
    /// <summary>The options that encode FLAC in fragmented MP4.</summary>
    public const string Options =
        "-c:a flac -strict -2 -movflags +frag_keyframe+delay_moov+default_base_moof -frag_duration 1000000 -fflags +bitexact -f mp4";

    [ToolFact("ffmpeg")]
    public void TheIndexHasTheExactSamples()
    {
        var mp4 = Ffmpeg.MakeChirp(Options, "m4a");
        var (index, duration, channels) = IndexedAudio.Read(Codec.Flac, new MemoryStream(mp4));
        Assert.Equal((new SampleCounts(44_100, 542_430), 2), (index.Samples, channels));
        Assert.Equal((542_430, 0, 12), (duration.Samples, index.PrerollMs, index.Points.Count));
        Assert.Throws<InvalidAudioException>(() => IndexedAudio.Read(Codec.Aac, new MemoryStream(mp4)));
    }

    [ToolFact("ffmpeg")]
    public void ARateThatDoesNotFitIntoTheSampleEntryIsRead()
    {
        var mp4 = Ffmpeg.Make($"-f lavfi -i sine=r=96000:d=2 {Options}", "m4a");
        Assert.Equal(new SampleCounts(96_000, 192_000), IndexedAudio.Read(Codec.Flac, new MemoryStream(mp4)).Index.Samples);
    }

    [ToolTheory("ffmpeg")]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task NativeFlacHasTheSameSamples(int bufferBytes)
    {
        var mp4 = Ffmpeg.MakeChirp(Options, "m4a");
        using var native = new MemoryStream();
        await using (var stream = new NativeFlacStream(new MemoryStream(mp4), 542_430)) await stream.CopyToAsync(native, bufferBytes);

        var index = FlacIndex.Read(native);
        Assert.Equal(542_430, index.Duration.Samples);
        Assert.Equal(Ffmpeg.Decode(mp4, "m4a"), Ffmpeg.Decode(native.ToArray(), "flac"));
    }

    [ToolFact("ffmpeg")]
    public async Task OtherAndTruncatedFilesAreRejected()
    {
        var mp4 = Ffmpeg.MakeChirp(Options, "m4a");
        foreach (var file in new[] { [], mp4[..20], mp4[..100_000], "RIFFxxxx"u8.ToArray(), Mp4Fixture.Stream() })
            await Assert.ThrowsAsync<InvalidDataException>(() => CopyAsync(file));
        await Assert.ThrowsAsync<EndOfStreamException>(() => CopyAsync(mp4[..500]));

        static async Task CopyAsync(byte[] file)
        {
            await using var stream = new NativeFlacStream(new MemoryStream(file), 1);
            await stream.CopyToAsync(Stream.Null);
        }
    }
}
