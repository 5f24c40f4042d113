using System.CommandLine;
using System.Runtime.InteropServices;
using Spotify.Local.Database;

namespace Spotify.Local.Commands;

/// <summary>The command line of the one-machine home. Exit codes: 0 done, 1 failed with a one-line reason, 2 wrong usage.</summary>
public static class CommandLine
{
    /// <summary>Runs a command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">The output; null: the console.</param>
    /// <param name="error">The error output; null: the console.</param>
    /// <param name="time">The clock of the commands that only read and write the data directory; null: that of the system.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string[] args, TextWriter? output = null, TextWriter? error = null, TimeProvider? time = null)
    {
        (error, time) = (error ?? Console.Error, time ?? TimeProvider.System);
        var root = new RootCommand("A music-streaming backend, on one machine. Without a command it serves.")
        {
            ServeCommand.Create(), ImportCommand.Create(), TrainCommand.Create(time), ModelsCommand.Create(time), EvaluateCommand.Create(),
            FeedbackCommand.Create(time), WeeklyCommand.Create(time), SearchCommand.Create(), DeadLettersCommand.Create(),
            SignUrlCommand.Create(),
        };
        root.SetAction((_, ct) => ServeCommand.RunAsync(ServeCommand.Defaults, ct));

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors) await error.WriteLineAsync(problem.Message);
            await error.WriteLineAsync("Try --help.");
            return 2;
        }

        // Replaces the handling of System.CommandLine, which ends the process two seconds after Ctrl-C and ignores SIGTERM.
        using var stopped = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output ?? Console.Out, Error = error,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, stopped.Token);
        }
        catch (Exception e)
        {
            await error.WriteLineAsync(Reason(e));
            return 1;
        }

        void Stop(PosixSignalContext signal)
        {
            // The second signal ends the process.
            if (stopped.IsCancellationRequested) return;
            signal.Cancel = true;
            stopped.Cancel();
        }
    }

    // One line for errors that the user can fix; a stack trace for bugs.
    private static string Reason(Exception e) => e switch
    {
        CommandFailedException or DataVersionException or IOException or UnauthorizedAccessException or TimeoutException =>
            OneLine(e.Message),
        SqliteException => OneLine($"The database cannot be used: {e.Message}"),
        Microsoft.Extensions.Options.OptionsValidationException => OneLine(e.Message),
        OperationCanceledException => "Interrupted.",
        _ => $"Unexpected error: {e}",
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}

/// <summary>A failed command. The message is the reason, in one line.</summary>
public sealed class CommandFailedException(string message) : Exception(message);
