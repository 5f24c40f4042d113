using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Spotify.Domain.Ports;

namespace Spotify.Local.Training;

/// <summary>
/// Trainings of one machine: the command <c>train</c> in a process of its own with a low priority and half of the cores, so that the host
/// answers requests meanwhile. The process ends with the host; the run then counts as failed, and the next attempt follows.
/// </summary>
internal sealed partial class TrainingProcesses(DataDirectory data, ILogger<TrainingProcesses> logger) : ITrainingJobs, IDisposable
{
    private const string Name = "Spotify.Local";

    private readonly Lock gate = new();
    private (string Run, Process Process)? latest;

    /// <inheritdoc/>
    public Task StartAsync(string run, CancellationToken ct)
    {
        var start = StartInfo(run);
        try
        {
            var process = new Process { StartInfo = start, EnableRaisingEvents = true };
            process.ErrorDataReceived += (_, line) =>
            {
                if (line.Data is { Length: > 0 } text) LogError(run, text);
            };
            process.OutputDataReceived += (_, line) =>
            {
                if (line.Data is { Length: > 0 } text) LogProgress(run, text);
            };
            process.Start();
            lock (gate) latest = (run, process);
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            LowerPriority(process);
            return Task.CompletedTask;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{start.FileName} cannot be started: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public Task<TrainingJobState?> FindAsync(string run, CancellationToken ct)
    {
        lock (gate)
        {
            if (latest is var (known, process) && known == run)
            {
                return Task.FromResult<TrainingJobState?>(!process.HasExited ? TrainingJobState.Running
                    : process.ExitCode == 0 ? TrainingJobState.Succeeded : TrainingJobState.Failed);
            }
        }

        // A process that outlived a killed host, or a training by hand: the next attempt waits for its end.
        return Task.FromResult<TrainingJobState?>(TrainingWorkspace.IsInUse(data) ? TrainingJobState.Running : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            if (latest is not var (_, process)) return;
            try
            {
                if (!process.HasExited) process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It has just ended.
            }

            process.Dispose();
            latest = null;
        }
    }

    private ProcessStartInfo StartInfo(string run)
    {
        var self = Environment.ProcessPath ?? "dotnet";
        var isApplication = Path.GetFileNameWithoutExtension(self) == Name;
        var start = new ProcessStartInfo(isApplication ? self : "dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        if (!isApplication) start.ArgumentList.Add(typeof(TrainingProcesses).Assembly.Location);
        var threads = Math.Max(1, Environment.ProcessorCount / 2).ToString(CultureInfo.InvariantCulture);
        foreach (var argument in (string[])["train", "--data", data.Root, "--run", run, "--threads", threads])
            start.ArgumentList.Add(argument);
        return start;
    }

    private static void LowerPriority(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or PlatformNotSupportedException)
        {
            // It has already ended, or the system does not allow it.
        }
    }

    [LoggerMessage(LogLevel.Information, "Training {Run}: {Line}")]
    private partial void LogProgress(string run, string line);

    [LoggerMessage(LogLevel.Error, "Training {Run}: {Line}")]
    private partial void LogError(string run, string line);
}
