using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Spotify.Fixtures;

/// <summary>Google's Spanner emulator, as the Cloud SDK ships it, with its REST gateway, on free loopback ports.</summary>
public sealed class SpannerEmulatorProcess
{
    /// <summary>The instance that it has.</summary>
    public const string Instance = "projects/test/instances/test-instance";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Task<SpannerEmulatorProcess>> Running = new(StartAsync);

    private readonly int grpcPort;
    private readonly int restPort;
    private Process? gateway;

    private SpannerEmulatorProcess(int grpcPort, int restPort)
    {
        (this.grpcPort, this.restPort) = (grpcPort, restPort);
        Rest = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{restPort}/v1/") };
        // The gateway starts the emulator as a child, which would outlive it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => gateway?.Kill(entireProcessTree: true);
    }

    /// <summary>Why it cannot be started; null if it can.</summary>
    public static string? Missing => Directory is null ? "needs the Spanner emulator: gcloud components install cloud-spanner-emulator" : null;

    /// <summary>A client of its REST API.</summary>
    public HttpClient Rest { get; }

    /// <summary>Host and port of its gRPC API.</summary>
    public string Host => $"127.0.0.1:{grpcPort}";

    // Its directory; null if it is not installed.
    private static string? Directory { get; } = Tools.Find("gcloud") is { } gcloud
        ? new[] { Path.Combine(Path.GetDirectoryName(gcloud)!, "..", "lib", "google-cloud-sdk"), Path.Combine(Path.GetDirectoryName(Resolve(gcloud))!, "..") }
            .Select(root => Path.Combine(root, "bin", "cloud_spanner_emulator")).FirstOrDefault(directory => File.Exists(Path.Combine(directory, "gateway_main")))
        : null;

    /// <summary>The emulator that all tests of the run share, started when it is first asked for.</summary>
    public static Task<SpannerEmulatorProcess> SharedAsync() => Running.Value;

    /// <summary>Starts an emulator for a test that kills it. It is gone with the test run, if not before.</summary>
    public static async Task<SpannerEmulatorProcess> StartAsync()
    {
        var (grpc, rest) = FreePorts();
        var emulator = new SpannerEmulatorProcess(grpc, rest);
        await emulator.RestartAsync();
        return emulator;
    }

    /// <summary>Starts it again on its ports, after it was killed, with an empty instance: it keeps nothing on disk.</summary>
    public async Task RestartAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!IsFree(grpcPort) || !IsFree(restPort)) patience.Token.ThrowIfCancellationRequested();
        gateway = Process.Start(new ProcessStartInfo(
            Path.Combine(Directory!, "gateway_main"), ["--hostname", "127.0.0.1", "--grpc_port", $"{grpcPort}", "--http_port", $"{restPort}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        _ = gateway.StandardOutput.ReadToEndAsync();
        _ = gateway.StandardError.ReadToEndAsync();
        while (!await AnswersAsync(patience.Token)) patience.Token.ThrowIfCancellationRequested();
        using var made = await Rest.PostAsJsonAsync("projects/test/instances", new JsonObject
        {
            ["instanceId"] = "test-instance",
            ["instance"] = new JsonObject { ["config"] = "projects/test/instanceConfigs/emulator-config", ["displayName"] = "Test instance", ["nodeCount"] = 1 },
        }, patience.Token);
        made.EnsureSuccessStatusCode();
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        gateway!.Kill(entireProcessTree: true);
        await gateway.WaitForExitAsync();
        gateway.Dispose();
        gateway = null;
    }

    private static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            using var response = await Rest.GetAsync("projects/test/instanceConfigs", ct);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static (int, int) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
