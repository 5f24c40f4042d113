using System.Diagnostics;

namespace Spotify.Benchmarks.Import;

/// <summary>A command line of ffmpeg or ffprobe.</summary>
internal sealed record FfmpegCommand(string Program, IReadOnlyList<string> Arguments)
{
    private const string FilePrefix = "file:";

    /// <summary>The files that the command reads and writes.</summary>
    public IEnumerable<string> Files => Arguments
        .Where(argument => argument.StartsWith(FilePrefix, StringComparison.Ordinal))
        .Select(argument => argument[FilePrefix.Length..]);
}

/// <summary>A recorder of the commands that a process runs, by scripts that precede the programs on PATH.</summary>
internal sealed class FfmpegRecorder
{
    private static readonly string[] Programs = ["ffmpeg", "ffprobe"];

    private readonly string scripts;
    private readonly string records;

    public FfmpegRecorder(string directory)
    {
        if (OperatingSystem.IsWindows()) throw new BenchmarkException("This benchmark needs shell scripts.");
        scripts = Directory.CreateDirectory(Path.Combine(directory, "bin")).FullName;
        records = Directory.CreateDirectory(Path.Combine(directory, "records")).FullName;
        foreach (var program in Programs)
        {
            var path = Path.Combine(scripts, program);
            File.WriteAllText(path, $"""
                #!/bin/sh
                printf '%s\0' {program} "$@" > "{records}/$(date +%s%N)-$$"
                exec "{Tool.Find(program)}" "$@"

                """);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Makes a process run the scripts.</summary>
    public void Attach(ProcessStartInfo start) =>
        start.Environment["PATH"] = scripts + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");

    /// <summary>
    /// Returns the recorded commands. Commands that share a file are in one list, in the order of their start, because the later ones read
    /// what the earlier ones wrote.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<FfmpegCommand>> Chains()
    {
        var chains = new List<(HashSet<string> Files, List<FfmpegCommand> Commands)>();
        foreach (var record in Directory.EnumerateFiles(records).Order(StringComparer.Ordinal))
        {
            var words = File.ReadAllText(record).Split('\0')[..^1];
            var command = new FfmpegCommand(Tool.Find(words[0]), words[1..]);
            var chain = chains.Find(other => other.Files.Overlaps(command.Files));
            if (chain.Files is null) chains.Add(chain = ([], []));
            chain.Files.UnionWith(command.Files);
            chain.Commands.Add(command);
        }

        return [.. chains.Select(chain => chain.Commands)];
    }
}
