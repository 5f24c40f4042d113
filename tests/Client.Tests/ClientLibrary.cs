using System.Diagnostics;

namespace Spotify.Client.Tests;

/// <summary>
/// The official client library (<c>@spotify/web-api-ts-sdk</c>), installed from npm as <c>package-lock.json</c> pins it, and scripts
/// that use it, each in a process of its own.
/// </summary>
public sealed class ClientLibrary : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "sdk");

    // Written last: an installation that was cut short is done again.
    private static readonly string Installed = Path.Combine(Folder, "node_modules", ".installed");

    public async Task InitializeAsync()
    {
        var lockFile = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        if (Fixtures.Tools.Find("npm") is not { } npm || (File.Exists(Installed) && await File.ReadAllTextAsync(Installed) == lockFile)) return;
        await RunAsync(npm, ["ci", "--no-audit", "--no-fund"], []);
        await File.WriteAllTextAsync(Installed, lockFile);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Runs a script to its end; whatever it fails with fails the test.</summary>
    public static Task RunScriptAsync(string name, IReadOnlyDictionary<string, string> environment) =>
        RunAsync(Fixtures.Tools.Find("node")!, [Path.Combine(Folder, name)], environment);

    private static async Task RunAsync(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{Path.GetFileName(program)} {string.Join(' ', arguments)} failed:\n{await output}{await errors}");
    }
}
