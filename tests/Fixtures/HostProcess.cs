using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Spotify.Local;

namespace Spotify.Fixtures;

/// <summary>The one-machine home in a separate process, for tests that kill it.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Process process;

    private HostProcess(Process process) => this.process = process;

    /// <summary>A client without a token.</summary>
    public HttpClient Http { get; } = new();

    /// <summary>Runs a command and waits for its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        RunAsync(new Dictionary<string, string?>(), arguments);

    /// <summary>Runs a command with other environment variables and waits for its end. Null removes a variable.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = StartInfo(typeof(LocalHost).Assembly.Location, arguments);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Timeout);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a command.</summary>
    public static Process StartCommand(params string[] arguments) =>
        Process.Start(StartInfo(typeof(LocalHost).Assembly.Location, arguments))!;

    /// <summary>
    /// The program that starts others with the default action of SIGINT; null if there is none. Processes ignore the signal if the shell of
    /// the tests has started them in the background, and so do those that they start.
    /// </summary>
    public static string? Interruptible { get; } =
        new[] { "/usr/bin/env", "/bin/env" }.FirstOrDefault(path => OperatingSystem.IsLinux() && File.Exists(path));

    /// <summary>Starts a command that <see cref="Interrupt"/> ends. Requires <see cref="Interruptible"/>.</summary>
    public static Process StartInterruptible(params string[] arguments)
    {
        var start = StartInfo(typeof(LocalHost).Assembly.Location, arguments);
        start.ArgumentList.Insert(0, start.FileName);
        start.ArgumentList.Insert(0, "--default-signal=INT");
        start.FileName = Interruptible!;
        return Process.Start(start)!;
    }

    /// <summary>Sends SIGINT to a process, as Ctrl-C does.</summary>
    public static void Interrupt(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Starts serving a data directory on a free port, without rate limits. Does not wait for the host to listen.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="arguments">Additional arguments of <c>serve</c>.</param>
    public static HostProcess Start(string data, params string[] arguments) => Start(typeof(LocalHost).Assembly.Location, data, arguments);

    /// <summary>Starts serving a data directory on a free port, without rate limits, and waits for the host to listen.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="arguments">Additional arguments of <c>serve</c>.</param>
    public static Task<HostProcess> ServeAsync(string data, params string[] arguments) =>
        ServeBuildAsync(typeof(LocalHost).Assembly.Location, data, arguments);

    /// <summary>Starts another build of the host like <see cref="ServeAsync"/>.</summary>
    /// <param name="assembly">The path of the host's assembly.</param>
    /// <param name="data">The data directory.</param>
    /// <param name="arguments">Additional arguments of <c>serve</c>.</param>
    public static async Task<HostProcess> ServeBuildAsync(string assembly, string data, params string[] arguments)
    {
        var host = Start(assembly, data, arguments);
        var errors = host.process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(Timeout);
        while (await host.process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (!line.StartsWith("Listening on ", StringComparison.Ordinal)) continue;
            _ = host.process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            host.Http.BaseAddress = new Uri(line["Listening on ".Length..]);
            return host;
        }

        throw new InvalidOperationException($"The host did not start: {await errors}");
    }

    /// <summary>Waits until the process has created a file or directory.</summary>
    public async Task WaitForFileAsync(string path)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (!Path.Exists(path) && !process.HasExited)
        {
            timeout.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Kills the process (SIGKILL), as in a crash.</summary>
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

    private static HostProcess Start(string assembly, string data, string[] arguments)
    {
        string[] serve = ["serve", "--urls", "http://127.0.0.1:0", "--data", data, "--no-rate-limit", "--dev-tokens"];
        return new(Process.Start(StartInfo(assembly, [.. serve, .. arguments]))!);
    }

    private static ProcessStartInfo StartInfo(string assembly, IEnumerable<string> arguments)
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return new ProcessStartInfo(dotnet, [assembly, .. arguments])
        {
            // Collecting a profile is not worthwhile for a process that runs for a few seconds.
            Environment = { ["DOTNET_TieredPGO"] = "0", ["DefaultCountry"] = "SE" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
