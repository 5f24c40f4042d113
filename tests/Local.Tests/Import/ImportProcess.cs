using System.Diagnostics;

namespace Spotify.Local.Tests.Import;

/// <summary>An import in a separate process, for tests that kill it.</summary>
internal sealed class ImportProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> error;

    private ImportProcess(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync();
    }

    public int Id => process.Id;

    public int ExitCode => process.ExitCode;

    public bool HasEnded => process.HasExited;

    public Task<string> Error => error;

    /// <summary>Starts to import the music of a library, with the given PATH or that of this process.</summary>
    public static ImportProcess Start(MusicLibrary library, string? path = null)
    {
        var host = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
        var program = Path.Combine(AppContext.BaseDirectory, "Spotify.Local.dll");
        var start = new ProcessStartInfo(host, [program, "import", library.Music, "--data", library.Data])
        {
            Environment = { ["DOTNET_TieredPGO"] = "0" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (path is not null)
        {
            start.FileName = Spotify.Fixtures.Tools.Find("dotnet") ?? start.FileName;
            start.Environment["PATH"] = path;
        }

        return new ImportProcess(Process.Start(start)!);
    }

    /// <summary>Returns the next line of the output; null at its end.</summary>
    public Task<string?> ReadLineAsync() => process.StandardOutput.ReadLineAsync();

    public void Kill() => process.Kill();

    /// <summary>Waits until the process ends and returns the rest of its output.</summary>
    public async Task<string> FinishAsync()
    {
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
