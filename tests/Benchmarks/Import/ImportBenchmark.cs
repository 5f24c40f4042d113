using System.Diagnostics;
using System.Globalization;
using Spotify.Ffmpeg;
using Spotify.Local;

namespace Spotify.Benchmarks.Import;

/// <summary>
/// A comparison of the import of a folder with the same commands of ffmpeg and ffprobe without the product, as many at a time, in
/// alternating runs, so that other load on the machine affects both. The commands are recorded in a first import, which is not counted.
/// </summary>
internal static class ImportBenchmark
{
    private const double Aim = 0.9;

    private static readonly string[] Formats = [".flac", ".ogg", ".mp3", ".m4a"];

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--files", "--seconds", "--folder");
        var rounds = arguments.Number("--rounds", 5);
        var directory = Directory.CreateTempSubdirectory("spotify-import-benchmark-").FullName;
        try
        {
            var folder = arguments.Text("--folder", "");
            if (folder.Length == 0)
            {
                folder = Path.Combine(directory, "music");
                await MakeMusicAsync(folder, arguments.Number("--files", 8), arguments.Number("--seconds", 60));
            }

            var recorder = new FfmpegRecorder(directory);
            var recorded = Path.Combine(directory, "recorded");
            var files = await ImportAsync(folder, recorded, recorder.Attach);
            var chains = recorder.Chains();
            Console.WriteLine($"{rounds} rounds of {files} files, {chains.Sum(chain => chain.Count)} commands, "
                + $"{Environment.ProcessorCount} at a time");

            var (product, bare) = (new List<Run>(), new List<Run>());
            for (var round = 0; round < rounds; round++)
            {
                var data = Path.Combine(directory, "data");
                product.Add(await MeasureAsync(() => ImportAsync(folder, data)));
                bare.Add(await MeasureAsync(() => ReplayAsync(chains, recorded)));
                Directory.Delete(data, recursive: true);
                Directory.Delete(recorded, recursive: true);
            }

            Show("import", files, product);
            Show("bare commands", files, bare);
            var ratio = Statistics.Of(bare.Zip(product, (one, other) => one.Elapsed / other.Elapsed));
            var cpu = Statistics.Of(bare.Zip(product, (one, other) => one.Processor / other.Processor));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"ratio: {ratio.Median:0.00} of the files per hour ({ratio.Minimum:0.00} to {ratio.Maximum:0.00}), processor time "
                + $"{cpu.Median:0.00} ({cpu.Minimum:0.00} to {cpu.Maximum:0.00}); aim: {Aim}{(ratio.Median < Aim ? ", MISSED" : "")}"));
            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Show(string name, int files, IReadOnlyList<Run> runs)
    {
        var rate = Statistics.Of(runs.Select(run => files / run.Elapsed.TotalHours));
        var processor = Statistics.Of(runs.Select(run => run.Processor.TotalSeconds / files));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {rate.Median:0} files per hour ({rate.Minimum:0} to {rate.Maximum:0}), {processor.Median:0.00} s of processor time "
            + $"per file ({processor.Minimum:0.00} to {processor.Maximum:0.00})"));
    }

    private static async Task<Run> MeasureAsync(Func<Task> run)
    {
        var (start, processor) = (Stopwatch.GetTimestamp(), ChildProcessorTime.Now);
        await run();
        return new Run(Stopwatch.GetElapsedTime(start), ChildProcessorTime.Now - processor);
    }

    /// <summary>Imports a folder in a process of its own.</summary>
    /// <returns>The number of imported files.</returns>
    private static async Task<int> ImportAsync(string folder, string data, Action<ProcessStartInfo>? prepare = null)
    {
        string[] arguments = [typeof(LocalHost).Assembly.Location, "import", folder, "--data", data];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        prepare?.Invoke(start);
        using var process = Process.Start(start) ?? throw new BenchmarkException("The import did not start.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var summary = output.TrimEnd().Split('\n')[^1];
        return process.ExitCode == 0 && int.TryParse(summary.Split(' ')[0], CultureInfo.InvariantCulture, out var imported) && imported > 0
            ? imported
            : throw new BenchmarkException($"The import failed: {summary}");
    }

    /// <summary>Runs recorded commands, which write to the data directory of the recorded import.</summary>
    private static Task ReplayAsync(IReadOnlyList<IReadOnlyList<FfmpegCommand>> chains, string data)
    {
        var written = chains.SelectMany(chain => chain).SelectMany(command => command.Files)
            .Where(file => file.StartsWith(data, StringComparison.Ordinal));
        foreach (var file in written) Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        return Parallel.ForEachAsync(chains, options, async (chain, ct) =>
        {
            foreach (var command in chain)
            {
                var result = await FfmpegTools.RunAsync(command.Program, command.Arguments, ct);
                if (result.ExitCode != 0)
                    throw new BenchmarkException($"{command.Program} {string.Join(' ', command.Arguments)}: {result.Log}");
            }
        });
    }

    /// <summary>Generates files of chords and noise in several formats.</summary>
    internal static async Task MakeMusicAsync(string folder, int files, int seconds)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < files; i++)
        {
            var pitch = 110 + (i * 20);
            var chord = $"0.2*sin({pitch}*2*PI*t)+0.2*sin({pitch * 3 / 2}*2*PI*t)*mod(t\\,1)+0.1*(random(0)-0.5)";
            string[] arguments =
            [
                "-v", "error", "-nostdin", "-f", "lavfi", "-i", $"aevalsrc={chord}|{chord}:s=44100:d={seconds}",
                Path.Combine(folder, $"{i:00}{Formats[i % Formats.Length]}"),
            ];
            var result = await FfmpegTools.RunAsync(Tool.Find("ffmpeg"), arguments, default);
            if (result.ExitCode != 0) throw new BenchmarkException(result.Log);
        }
    }

    private readonly record struct Run(TimeSpan Elapsed, TimeSpan Processor);
}
