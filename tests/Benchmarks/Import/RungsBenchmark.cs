using System.Globalization;
using Spotify.Audio;
using Spotify.Domain.Ports;
using Spotify.Ffmpeg;
using Spotify.Functions.AudioIngest;

namespace Spotify.Benchmarks.Import;

/// <summary>
/// The speed of each task of <c>audio-ingest</c>: the seconds of audio that one core encodes in a quality, and verifies, in a second of
/// processor time. The slowest quality determines <see cref="IngestOptions.EncodingSpeed"/>.
/// </summary>
internal static class RungsBenchmark
{
    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--seconds", "--file");
        var directory = Directory.CreateTempSubdirectory("spotify-rungs-benchmark-").FullName;
        try
        {
            var file = arguments.Text("--file", "");
            if (file.Length == 0)
            {
                await ImportBenchmark.MakeMusicAsync(directory, files: 1, arguments.Number("--seconds", 60));
                file = Directory.GetFiles(directory).Single();
            }

            var encoder = new FfmpegEncoder(FfmpegTools.Find() ?? throw new BenchmarkException(FfmpegTools.HowToInstall));
            var source = await encoder.ProbeAsync(Path.GetFullPath(file), default);
            var slowest = double.MaxValue;
            foreach (var rung in source.Rungs)
            {
                var speeds = new List<double>();
                for (var round = 0; round < arguments.Number("--rounds", 1); round++)
                    speeds.Add(await MeasureAsync(encoder, file, source, rung, Path.Combine(directory, "encoded")));
                var speed = Statistics.Of(speeds);
                slowest = Math.Min(slowest, speed.Median);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{rung.FileName}: {speed.Median:0.0} ({speed.Minimum:0.0} to {speed.Maximum:0.0})"));
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"slowest: {slowest:0.0} s of audio per second of one core; default: {new IngestOptions().EncodingSpeed:0.0}"));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(IMediaEncoder encoder, string file, SourceAudio source, Rung rung, string directory)
    {
        Directory.CreateDirectory(directory);
        var before = ChildProcessorTime.Now + Environment.CpuUsage.TotalTime;
        var decoded = await encoder.EncodeAsync(file, source, [rung], directory, withSamples: false, default);
        await EncodedAudio.ReadAsync(encoder, [rung], directory, decoded, default);
        var taken = ChildProcessorTime.Now + Environment.CpuUsage.TotalTime - before;
        Directory.Delete(directory, recursive: true);
        return decoded.Duration.ToTimeSpan() / taken;
    }
}
