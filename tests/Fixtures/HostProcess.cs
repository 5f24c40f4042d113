using System.Diagnostics;
using System.Runtime.InteropServices;
using Spotify.Local;

namespace Spotify.Fixtures;

/// <summary>The one-machine home as a process of its own, for tests that kill it.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private HostProcess(Process process) => this.process = process;

    /// <summary>A client without a token.</summary>
    public HttpClient Http { get; } = new();

    /// <summary>Runs a command line to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments))!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts to serve a data directory on a free port, without rate limits, and does not wait until it does.</summary>
    /// <param name="arguments">Further arguments of <c>serve</c>.</param>
    public static HostProcess Start(string data, params string[] arguments) =>
        new(Process.Start(StartInfo(["serve", "--urls", "http://127.0.0.1:0", "--data", data, "--no-rate-limit", .. arguments]))!);

    /// <summary>Serves a data directory on a free port, without rate limits.</summary>
    /// <param name="arguments">Further arguments of <c>serve</c>.</param>
    public static async Task<HostProcess> ServeAsync(string data, params string[] arguments)
    {
        var host = Start(data, arguments);
        var errors = host.process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        while (await host.process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (!line.StartsWith("Listening on ", StringComparison.Ordinal)) continue;
            _ = host.process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            host.Http.BaseAddress = new Uri(line["Listening on ".Length..]);
            return host;
        }

        throw new InvalidOperationException($"The host did not start: {await errors}");
    }

    /// <summary>Completes when the process has made a file or directory.</summary>
    public async Task WaitForFileAsync(string path)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!Path.Exists(path) && !process.HasExited)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Ends the process at once, as a crash does (SIGKILL).</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!process.HasExited) await KillAsync();
        process.Dispose();
    }

    private static ProcessStartInfo StartInfo(IEnumerable<string> arguments)
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory();
        var dotnet = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return new ProcessStartInfo(dotnet, [typeof(LocalHost).Assembly.Location, .. arguments])
        {
            // A process of a few seconds does not live long enough to profit from a profile.
            Environment = { ["DOTNET_TieredPGO"] = "0" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
