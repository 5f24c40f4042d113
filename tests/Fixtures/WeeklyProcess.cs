using System.Diagnostics;
using System.Globalization;

namespace Spotify.Fixtures;

/// <summary>The command <c>weekly</c> in a process of its own.</summary>
public static class WeeklyProcess
{
    /// <summary>Runs the command until a number of playlists is done, then ends it; or until it ends by itself.</summary>
    /// <param name="process">The process, with redirected output. It is disposed of.</param>
    /// <param name="until">The number of playlists from which the process is ended; null to let it end by itself.</param>
    /// <param name="moment">The time from then until the process is ended.</param>
    /// <param name="end">Ends the process; null to kill it.</param>
    /// <returns>The exit code, the processor time, and the last line of the output.</returns>
    public static async Task<(int ExitCode, TimeSpan Processor, string Last)> RunAsync(
        Process process, long? until, TimeSpan moment = default, Action<Process>? end = null)
    {
        using var _ = process;
        var errors = process.StandardError.ReadToEndAsync();
        var (processor, last) = (TimeSpan.Zero, "");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            last = line;
            if (!process.HasExited) processor = process.TotalProcessorTime;
            if (until is null || !line.Contains('/', StringComparison.Ordinal)
                || long.Parse(line[..line.IndexOf('/', StringComparison.Ordinal)], CultureInfo.InvariantCulture) < until)
                continue;
            if (moment > TimeSpan.Zero) process.WaitForExit(moment);
            (end ?? (killed => killed.Kill()))(process);
            break;
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, processor, process.ExitCode == 0 ? last : last + await errors);
    }
}
