using System.Diagnostics;
using System.Text;

namespace Spotify.Ffmpeg;

/// <summary>The result of running a program.</summary>
/// <param name="ExitCode">The exit code; 0 for success.</param>
/// <param name="Output">The standard output.</param>
/// <param name="Log">The end of the standard error.</param>
public sealed record ToolResult(int ExitCode, string Output, string Log)
{
    // 128 + SIGKILL, which the kernel sends when memory is exhausted.
    private const int Killed = 137;

    /// <summary>
    /// Whether the machine caused the failure instead of the input: the process was killed, or memory or disk space was exhausted.
    /// </summary>
    public bool IsTransientFailure => ExitCode == Killed || (ExitCode != 0
        && (Log.Contains("No space left on device", StringComparison.Ordinal)
            || Log.Contains("Cannot allocate memory", StringComparison.Ordinal)));
}

/// <summary>The installed ffmpeg and ffprobe.</summary>
/// <param name="Ffmpeg">The path of ffmpeg.</param>
/// <param name="Ffprobe">The path of ffprobe.</param>
public sealed record FfmpegTools(string Ffmpeg, string Ffprobe)
{
    /// <summary>Installation instructions, in one line.</summary>
    public const string HowToInstall =
        "Importing needs ffmpeg and ffprobe on PATH. Debian, Ubuntu: sudo apt install ffmpeg; Fedora: sudo dnf install ffmpeg-free; "
        + "macOS: brew install ffmpeg; Windows: winget install ffmpeg.";

    // ffmpeg logs the tags of a file, which can have any size, before its errors. So only the end of the log is kept.
    private const int MaxLogLength = 1 << 18;

    private static readonly string[] Encoders = ["libvorbis", "aac", "flac", "mjpeg"];

    /// <summary>Finds the programs on PATH. Returns null if one of them is missing.</summary>
    public static FfmpegTools? Find() => FindProgram("ffmpeg") is { } ffmpeg && FindProgram("ffprobe") is { } ffprobe
        ? new FfmpegTools(ffmpeg, ffprobe)
        : null;

    /// <summary>Returns the name of a required encoder that this build of ffmpeg lacks, or null if it has all.</summary>
    public async Task<string?> MissingEncoderAsync(CancellationToken ct)
    {
        var result = await RunAsync(Ffmpeg, ["-hide_banner", "-encoders"], ct);
        var available = result.Output.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1))
            .ToHashSet();
        return Encoders.FirstOrDefault(encoder => !available.Contains(encoder));
    }

    /// <summary>Runs a program and waits for its end. Cancellation kills the program and its child processes.</summary>
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

        // These user settings would change ffmpeg's output.
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
            // The process ended before its priority was set.
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{program} cannot be run: {e.Message}", e);
        }

        process.StandardInput.Close();

        // Both streams are read concurrently, because a program blocks when one of the pipes is full.
        var (output, log) = (ReadEndAsync(process.StandardOutput), ReadEndAsync(process.StandardError));
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // Not in a callback of the token, because Process is not thread-safe: a wait that begins at the same time might never end.
            Kill(process);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        var result = new ToolResult(process.ExitCode, await output, await log);

        // Ctrl-C is sent to the whole process group, and sometimes reaches ffmpeg before this process.
        if (result.ExitCode != 0 && result.Log.Contains("received signal", StringComparison.Ordinal))
            throw new OperationCanceledException();
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
            // The process has already ended.
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

    private static bool IsProgram(string path)
    {
        const UnixFileMode executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & executable) != 0);
    }
}
