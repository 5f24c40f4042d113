using System.CommandLine;
using System.Runtime.InteropServices;
using Spotify.Local.Database;

namespace Spotify.Local.Commands;

/// <summary>The command line of the one-machine home. Exit codes: 0 done, 1 failed with a one-line reason, 2 wrong usage.</summary>
public static class CommandLine
{
    /// <summary>Runs a command line to its end.</summary>
    /// <param name="args">The command line, split.</param>
    /// <param name="output">Gets what it prints; the console unless told.</param>
    /// <param name="error">Gets the reason if it fails; the console unless told.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        error ??= Console.Error;
        var root = new RootCommand("A music-streaming backend, on one machine. Without a command it serves.") { ServeCommand.Create(), ImportCommand.Create(), SignUrlCommand.Create() };
        root.SetAction((_, ct) => ServeCommand.RunAsync(ServeCommand.Defaults, ct));

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var mistake in parsed.Errors) await error.WriteLineAsync(mistake.Message);
            await error.WriteLineAsync("Try --help.");
            return 2;
        }

        // System.CommandLine would leave the process two seconds after Ctrl-C, and not notice SIGTERM at all.
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
            // The second one ends the process, whatever it is at.
            if (stopped.IsCancellationRequested) return;
            signal.Cancel = true;
            stopped.Cancel();
        }
    }

    // What the user can do something about takes one line; a fault of the program keeps its stack trace.
    private static string Reason(Exception e) => e switch
    {
        CommandFailedException or DataVersionException or IOException or UnauthorizedAccessException or TimeoutException => OneLine(e.Message),
        SqliteException => OneLine($"The database cannot be used: {e.Message}"),
        Microsoft.Extensions.Options.OptionsValidationException => OneLine(e.Message),
        OperationCanceledException => "Interrupted.",
        _ => $"This should not have happened: {e}",
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}

/// <summary>A command that failed for the reason given, in one line.</summary>
public sealed class CommandFailedException(string message) : Exception(message);
