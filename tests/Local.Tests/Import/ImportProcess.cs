using System.Diagnostics;

namespace Spotify.Local.Tests.Import;

/// <summary>An import in a process of its own, which can be killed as a power cut would.</summary>
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

    public Task<string> Error => error;

    public static ImportProcess Start(MusicLibrary library, string? path = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Spotify.Local.dll");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [program, "import", library.Music, "--data", library.Data]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (path is not null)
        {
            start.FileName = Spotify.Fixtures.Tools.Find("dotnet") ?? start.FileName;
            start.Environment["PATH"] = path;
        }

        return new ImportProcess(Process.Start(start)!);
    }

    /// <summary>The next line it prints; null at the end.</summary>
    public Task<string?> ReadLineAsync() => process.StandardOutput.ReadLineAsync();

    public void Kill() => process.Kill();

    /// <summary>Everything else that it prints, once it has ended.</summary>
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
