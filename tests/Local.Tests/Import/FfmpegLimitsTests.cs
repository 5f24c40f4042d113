using Spotify.Domain.Ports;
using Spotify.Ffmpeg;
using Spotify.Fixtures;

namespace Spotify.Local.Tests.Import;

public sealed class FfmpegLimitsTests : IDisposable
{
    private readonly MusicLibrary library = new() { Seconds = 3 };

    public void Dispose() => library.Dispose();

    [ToolTheory("ffmpeg", "ffprobe")]
    [InlineData("declared.wav", "longer than 0")]
    [InlineData("undeclared.mp3", "longer than 0")]
    public async Task Audio_that_is_too_long_is_rejected(string name, string reason)
    {
        library.Make(name, options: ["-write_xing", "0"]);
        Assert.Contains(reason, await RejectionAsync(name, new FfmpegLimits { Duration = TimeSpan.FromSeconds(1) }));
    }

    [ToolTheory("ffmpeg", "ffprobe")]
    [InlineData("declared.wav", true)]
    [InlineData("undeclared.mp3", false)]
    public async Task The_duration_is_estimated_if_the_file_does_not_declare_it(string name, bool isDeclared)
    {
        library.Make(name, options: ["-write_xing", "0"]);
        var source = await new FfmpegEncoder(FfmpegTools.Find()!).ProbeAsync(library.PathOf(name), default);
        Assert.Equal((isDeclared, !isDeclared), (source.Declared is not null, source.Estimate is not null));
        Assert.Equal(library.Seconds, (source.Declared ?? source.Estimate)!.Value.TotalSeconds, 0.1);
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task An_encoding_that_is_too_large_is_rejected()
    {
        library.Make("a.flac");
        Assert.Contains("larger than 20000 bytes", await RejectionAsync("a.flac", new FfmpegLimits { EncodingBytes = 20_000 }));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_run_that_takes_too_long_is_ended()
    {
        library.Make("a.flac", 440, seconds: 300);
        Assert.Contains("took longer than", await RejectionAsync("a.flac", new FfmpegLimits { Run = TimeSpan.FromMilliseconds(1) }));
    }

    [ToolFact("ffmpeg", "ffprobe")]
    public async Task A_picture_with_too_many_pixels_is_rejected()
    {
        var picture = MusicLibrary.Picture("red", 6000, 5000);
        await Assert.ThrowsAsync<IngestException>(() => Encoder().ScaleAsync(picture, "image/png", [64], library.Music, default));
        await Encoder().ScaleAsync(MusicLibrary.Picture("red", 4800, 5000), "image/png", [64], library.Music, default);

        static FfmpegEncoder Encoder() => new(FfmpegTools.Find()!);
    }

    private async Task<string> RejectionAsync(string name, FfmpegLimits limits)
    {
        var encoder = new FfmpegEncoder(FfmpegTools.Find()!, limits: limits);
        var path = library.PathOf(name);
        return (await Assert.ThrowsAsync<IngestException>(async () =>
        {
            var source = await encoder.ProbeAsync(path, default);
            await encoder.EncodeAsync(path, source, source.Rungs, library.Music, withSamples: false, default);
        })).Message;
    }
}
