using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Spotify.Fixtures;

/// <summary>The Pub/Sub emulator of the Google Cloud SDK, which keeps its data in memory.</summary>
public sealed class PubSubEmulator : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Task<PubSubEmulator>> Shared = new(async () =>
    {
        var emulator = await StartAsync(FreePort());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => emulator.Dispose();
        return emulator;
    });

    private readonly Process process;

    private PubSubEmulator(Process process, int port) => (this.process, Port) = (process, port);

    /// <summary>Why the emulator cannot be started; null if it can.</summary>
    public static string? Missing =>
        Archive is null ? "needs the Pub/Sub emulator: gcloud components install pubsub-emulator"
        : Tools.Find("java") is null ? "needs Java, which the Pub/Sub emulator runs on"
        : null;

    /// <summary>The port on the loopback interface.</summary>
    public int Port { get; }

    /// <summary>The address in the format of <c>PUBSUB_EMULATOR_HOST</c>.</summary>
    public string Host => $"127.0.0.1:{Port}";

    private static string? Archive { get; } = Tools.Find("gcloud") is { } gcloud
        ? new[]
            {
                Path.Combine(Path.GetDirectoryName(gcloud)!, "..", "lib", "google-cloud-sdk"),
                Path.Combine(Path.GetDirectoryName(Resolve(gcloud))!, ".."),
            }
            .Select(root => Path.Combine(root, "platform", "pubsub-emulator", "lib")).Where(Directory.Exists)
            .SelectMany(directory => Directory.GetFiles(directory, "cloud-pubsub-emulator-*.jar")).FirstOrDefault()
        : null;

    /// <summary>Returns the emulator shared by all tests of the run. Starts it on first use.</summary>
    public static Task<PubSubEmulator> GetAsync() => Shared.Value;

    /// <summary>Starts an emulator.</summary>
    public static async Task<PubSubEmulator> StartAsync(int port)
    {
        var start = new ProcessStartInfo(Tools.Find("java")!, ["-jar", Archive!, "--host=127.0.0.1", $"--port={port}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var emulator = new PubSubEmulator(Process.Start(start)!, port);
        _ = emulator.process.StandardOutput.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(Timeout);
        while (await emulator.process.StandardError.ReadLineAsync(timeout.Token) is { } line)
        {
            if (!line.Contains("Server started", StringComparison.Ordinal)) continue;
            _ = emulator.process.StandardError.ReadToEndAsync(CancellationToken.None);
            return emulator;
        }

        emulator.Dispose();
        throw new InvalidOperationException("The Pub/Sub emulator did not start.");
    }

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
    }

    private static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
