using System.CommandLine;

namespace Spotify.Local.Commands;

/// <summary>The command line of the one-machine home. Exit codes: 0 done, 1 failed with a one-line reason, 2 wrong usage.</summary>
public static class CommandLine
{
    /// <summary>Runs a command line to its end.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("A music-streaming backend, on one machine. Without a command it serves.") { ServeCommand.Create(), SignUrlCommand.Create() };
        root.SetAction((_, ct) => ServeCommand.RunAsync(ServeCommand.Defaults, ct));

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("Try --help.");
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (Reason(e) is { } reason)
        {
            await Console.Error.WriteLineAsync(reason);
            return 1;
        }
    }

    // What the user can do something about takes one line; a fault of the program keeps its stack trace.
    private static string? Reason(Exception e) => e switch
    {
        CommandFailedException or DataVersionException or IOException or UnauthorizedAccessException => e.Message,
        SqliteException => $"The database cannot be used: {e.Message}",
        Microsoft.Extensions.Options.OptionsValidationException => e.Message,
        OperationCanceledException => "Interrupted.",
        _ => null,
    };
}

/// <summary>A command that failed for the reason given, in one line.</summary>
public sealed class CommandFailedException(string message) : Exception(message);
