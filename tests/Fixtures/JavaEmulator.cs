using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Spotify.Fixtures;

/// <summary>An emulator of the Google Cloud SDK that runs on Java and keeps its data in memory.</summary>
public abstract class JavaEmulator : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly Process process;

    /// <summary>Creates the emulator of a process on a port.</summary>
    protected JavaEmulator(Process process, int port) => (this.process, Port) = (process, port);

    /// <summary>The port on the loopback interface.</summary>
    public int Port { get; }

    /// <summary>The address in the format of the environment variables <c>…_EMULATOR_HOST</c>.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>Returns a port that is currently free.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Kills the emulator.</summary>
    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns the Java archive of an emulator; null if it is not installed.</summary>
    /// <param name="directory">The directory below the SDK's <c>platform</c>.</param>
    /// <param name="pattern">The name of the archive, with wildcards.</param>
    protected static string? FindArchive(string directory, string pattern) => Tools.Find("gcloud") is { } gcloud
        ? new[]
            {
                Path.Combine(Path.GetDirectoryName(gcloud)!, "..", "lib", "google-cloud-sdk"),
                Path.Combine(Path.GetDirectoryName(Resolve(gcloud))!, ".."),
            }
            .Select(root => Path.Combine(root, "platform", directory)).Where(Directory.Exists)
            .SelectMany(found => Directory.GetFiles(found, pattern)).FirstOrDefault()
        : null;

    /// <summary>Returns why an emulator cannot be started; null if it can.</summary>
    /// <param name="archive">The archive; null if it is not installed.</param>
    /// <param name="name">The name of the emulator.</param>
    /// <param name="component">The component of the SDK.</param>
    protected static string? MissingFrom(string? archive, string name, string component) =>
        archive is null ? $"needs the {name} emulator: gcloud components install {component}"
        : Tools.Find("java") is null ? $"needs Java, which the {name} emulator runs on"
        : null;

    /// <summary>Starts an emulator.</summary>
    /// <param name="arguments">The arguments of Java.</param>
    /// <param name="ready">A part of the line that the emulator writes when it serves.</param>
    /// <exception cref="InvalidOperationException">The emulator ended.</exception>
    /// <exception cref="TimeoutException">The emulator did not serve in time.</exception>
    protected static async Task<Process> StartAsync(IEnumerable<string> arguments, string ready)
    {
        var start = new ProcessStartInfo(Tools.Find("java")!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        var serves = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        try
        {
            if (await Task.WhenAny(serves.Task, ended).WaitAsync(Timeout) == serves.Task) return process;
            throw new InvalidOperationException($"The emulator did not start: java {string.Join(' ', start.ArgumentList)}");
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }

        // Reads to the end, because the process would wait for a full pipe.
        async Task ReadAsync(StreamReader output)
        {
            while (await output.ReadLineAsync() is { } line)
                if (line.Contains(ready, StringComparison.Ordinal)) serves.TrySetResult();
        }
    }

    private static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
