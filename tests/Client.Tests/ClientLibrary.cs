using System.Diagnostics;

namespace Spotify.Client.Tests;

/// <summary>
/// The official client library (<c>@spotify/web-api-ts-sdk</c>) and <c>spotify-web-api-node</c>, installed from npm in the versions of
/// <c>package-lock.json</c>, and scripts that use them.
/// </summary>
public sealed class ClientLibrary : IAsyncLifetime
{
    /// <summary>The directory of the libraries and scripts.</summary>
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "sdk");

    // Written last, so that an interrupted installation is repeated.
    private static readonly string Installed = Path.Combine(Folder, "node_modules", ".installed");

    // Once, because test classes run at the same time.
    private static readonly Lazy<Task> Installation = new(InstallAsync);

    public Task InitializeAsync() => Installation.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Runs a script and fails the test if the script fails.</summary>
    public static Task RunScriptAsync(string name, IReadOnlyDictionary<string, string> environment) =>
        RunAsync(Fixtures.Tools.Find("node")!, [Path.Combine(Folder, name)], environment);

    private static async Task InstallAsync()
    {
        var lockFile = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        if (File.Exists(Installed) && await File.ReadAllTextAsync(Installed) == lockFile) return;
        if (Fixtures.Tools.Find("npm") is not { } npm) return;
        await RunAsync(npm, ["ci", "--no-audit", "--no-fund"], []);
        await File.WriteAllTextAsync(Installed, lockFile);
    }

    private static async Task RunAsync(
        string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var command = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        Assert.True(process.ExitCode == 0, $"{command} failed:\n{await output}{await errors}");
    }
}
