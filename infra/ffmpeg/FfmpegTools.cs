using System.Diagnostics;
using System.Text;

namespace Spotify.Ffmpeg;

/// <summary>What a program wrote before it ended.</summary>
/// <param name="ExitCode">0 if it was content.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Log">The end of its standard error.</param>
public sealed record ToolResult(int ExitCode, string Output, string Log)
{
    // 128 and SIGKILL: who runs out of memory gets it.
    private const int Killed = 137;

    /// <summary>Whether what failed is the machine, and not what the program was given: it was killed, or memory or disk ran out.</summary>
    public bool FailedForMachine => ExitCode == Killed
        || (ExitCode != 0 && (Log.Contains("No space left on device", StringComparison.Ordinal) || Log.Contains("Cannot allocate memory", StringComparison.Ordinal)));
}

/// <summary>ffmpeg and ffprobe, where they are installed.</summary>
/// <param name="Ffmpeg">The path of ffmpeg.</param>
/// <param name="Ffprobe">The path of ffprobe.</param>
public sealed record FfmpegTools(string Ffmpeg, string Ffprobe)
{
    /// <summary>One line on how to get them.</summary>
    public const string HowToInstall =
        "Importing needs ffmpeg and ffprobe on PATH. Debian, Ubuntu: sudo apt install ffmpeg; Fedora: sudo dnf install ffmpeg-free; "
        + "macOS: brew install ffmpeg; Windows: winget install ffmpeg.";

    // Files may hold tags of any size, which ffmpeg repeats before it comes to what matters.
    private const int MaxLogLength = 1 << 18;

    private static readonly string[] Encoders = ["libvorbis", "aac", "flac", "mjpeg"];

    /// <summary>Finds them on PATH; null if one of them is not there.</summary>
    public static FfmpegTools? Find() => FindProgram("ffmpeg") is { } ffmpeg && FindProgram("ffprobe") is { } ffprobe ? new FfmpegTools(ffmpeg, ffprobe) : null;

    /// <summary>Which of the encoders that are needed this build of ffmpeg lacks; null if none.</summary>
    public async Task<string?> MissingEncoderAsync(CancellationToken ct)
    {
        var result = await RunAsync(Ffmpeg, ["-hide_banner", "-encoders"], ct);
        var known = result.Output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1)).ToHashSet();
        return Encoders.FirstOrDefault(encoder => !known.Contains(encoder));
    }

    /// <summary>Runs a program to its end. When cancelled, it and whatever it started are killed first.</summary>
    public static async Task<ToolResult> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken ct, ProcessPriorityClass priority = ProcessPriorityClass.Normal)
    {
        ct.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };

        // Whoever has set these for himself does not want them here: they change what is written where.
        foreach (var name in new[] { "FFREPORT", "AV_LOG_FORCE_COLOR" }) start.Environment.Remove(name);
        start.Environment["AV_LOG_FORCE_NOCOLOR"] = "1";
        start.Environment["LC_ALL"] = "C";

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            if (priority != ProcessPriorityClass.Normal) process.PriorityClass = priority;
        }
        catch (InvalidOperationException)
        {
            // It has ended before its priority could be set.
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{program} cannot be run: {e.Message}", e);
        }

        await using var kill = ct.Register(() => Kill(process));
        process.StandardInput.Close();

        // Both at once: a program that waits for room in one pipe never ends the other.
        var (output, log) = (ReadEndAsync(process.StandardOutput), ReadEndAsync(process.StandardError));
        await process.WaitForExitAsync(CancellationToken.None);
        var result = new ToolResult(process.ExitCode, await output, await log);
        ct.ThrowIfCancellationRequested();

        // Ctrl-C reaches the whole group of processes, and ffmpeg sometimes before it reaches us.
        if (result.ExitCode != 0 && result.Log.Contains("received signal", StringComparison.Ordinal)) throw new OperationCanceledException();
        return result;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static async Task<string> ReadEndAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[8192];
        for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
        {
            text.Append(buffer, 0, read);
            if (text.Length > 2 * MaxLogLength) text.Remove(0, text.Length - MaxLogLength);
        }

        return text.ToString();
    }

    private static string? FindProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, OperatingSystem.IsWindows() ? name + ".exe" : name))
        .FirstOrDefault(IsProgram);

    private static bool IsProgram(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
