using Spotify.Domain.Ports;
using Spotify.Ffmpeg;
using Spotify.Functions.AudioIngest;
using Spotify.Local.Import;

namespace Spotify.Local.Tests.Import;

public sealed class FfmpegLogTests
{
    private const string Log = """
        [info]     Metadata:
        [info]       title           : Summary:
                                     :   Integrated loudness:
        [mp3float @ 0x55] [error] Header missing
        [error] Error while decoding stream #0:0: Invalid data found when processing input
        [mp3float @ 0x56] [error] Header missing
        [astats@source @ 0x56263d6276c0] [info] Overall
        [astats@source @ 0x56263d6276c0] [info] Number of samples: 44100
        [astats@mix @ 0x56263d6276c1] [info] Number of samples: 44099
        [Parsed_ebur128_2 @ 0x56263d63e740] [info] Summary:

          Integrated loudness:
            I:         -12.2 LUFS
            Threshold: -22.2 LUFS

          Loudness range:
            LRA:         4.9 LU

          True peak:
            Peak:        0.1 dBFS
        [aac @ 0x56263d25eb40] [info] Qavg: 532.467
        """;

    [Fact]
    public void Reads_the_measurements()
    {
        var decoded = FfmpegLog.Measurements(Log, 44_100);
        Assert.Equal(1000, decoded.Duration.TotalMilliseconds);
        Assert.Equal((-12.2, 0.1, -5.8), (decoded.IntegratedLufs, decoded.TruePeakDb, decoded.GainDb));
        Assert.Equal(["ffmpeg: Header missing.", "ffmpeg: Invalid data found when processing input."], decoded.Errors);
    }

    [Fact]
    public void Silence_has_neither_loudness_nor_peak()
    {
        var decoded = FfmpegLog.Measurements(Log.Replace("-12.2 LUFS", "-70.0 LUFS").Replace("0.1 dBFS", "-inf dBFS"), 44_100);
        Assert.Equal((null, null, 0.0), (decoded.IntegratedLufs, decoded.TruePeakDb, decoded.GainDb));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[astats@source @ 0x1] [info] Number of samples: 0")]
    [InlineData("[astats@source @ 0x1] [info] Number of samples: 44100")]
    public void Refuses_a_log_without_measurements(string log) => Assert.Throws<IngestException>(() => FfmpegLog.Measurements(log, 44_100));

    [Theory]
    [InlineData(
        "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x1] [error] moov atom not found\n[error] file:cut.m4a: Invalid data found when processing input\n",
        "ffmpeg: moov atom not found.")]
    [InlineData("[in#0 @ 0x1] [error] Error opening input: Permission denied\n", "ffmpeg: Error opening input: Permission denied.")]
    [InlineData("[info] all is well\n", null)]
    public void Finds_the_reason(string log, string? expected) => Assert.Equal(expected, FfmpegLog.Reason(log));
}
