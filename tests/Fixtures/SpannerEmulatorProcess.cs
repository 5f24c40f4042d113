using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Spotify.Fixtures;

/// <summary>The Spanner emulator of the Google Cloud SDK and its REST gateway, on free loopback ports.</summary>
public sealed class SpannerEmulatorProcess
{
    // The gateway starts the emulator as a child process. Both would outlive killed tests, so a shell kills the process group when its
    // standard input is closed, which happens whenever the tests end.
    private const string Guard = """set -m; "$@" </dev/null & while read -r _; do :; done; kill -9 -- -$!; wait 2>/dev/null""";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Task<SpannerEmulatorProcess>> Running = new(StartAsync);

    private readonly int grpcPort;
    private readonly int restPort;
    private Process? gateway;

    private SpannerEmulatorProcess(int grpcPort, int restPort)
    {
        (this.grpcPort, this.restPort) = (grpcPort, restPort);
        Rest = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{restPort}/v1/") };
    }

    /// <summary>Why the emulator cannot be started; null if it can.</summary>
    public static string? Missing =>
        Directory is null ? "needs the Spanner emulator: gcloud components install cloud-spanner-emulator" : null;

    /// <summary>A client of the REST API.</summary>
    public HttpClient Rest { get; }

    /// <summary>The host and port of the gRPC API.</summary>
    public string Host => $"127.0.0.1:{grpcPort}";

    // Null if the emulator is not installed.
    private static string? Directory { get; } = Tools.Find("gcloud") is { } gcloud
        ? new[]
            {
                Path.Combine(Path.GetDirectoryName(gcloud)!, "..", "lib", "google-cloud-sdk"),
                Path.Combine(Path.GetDirectoryName(Resolve(gcloud))!, ".."),
            }
            .Select(root => Path.Combine(root, "bin", "cloud_spanner_emulator"))
            .FirstOrDefault(directory => File.Exists(Path.Combine(directory, "gateway_main")))
        : null;

    /// <summary>Returns the emulator shared by all tests of the run. Starts it on first use.</summary>
    public static Task<SpannerEmulatorProcess> SharedAsync() => Running.Value;

    /// <summary>Starts an emulator for a test that kills it. Ends with the test run at the latest.</summary>
    public static async Task<SpannerEmulatorProcess> StartAsync()
    {
        var (grpc, rest) = FreePorts();
        var emulator = new SpannerEmulatorProcess(grpc, rest);
        await emulator.RestartAsync();
        return emulator;
    }

    /// <summary>
    /// Restarts a killed emulator on the same ports. The restarted emulator is empty, because data is not stored on disk.
    /// </summary>
    public async Task RestartAsync()
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (!IsFree(grpcPort) || !IsFree(restPort)) timeout.Token.ThrowIfCancellationRequested();
        string[] arguments =
        [
            "-c", Guard, "guard", Path.Combine(Directory!, "gateway_main"),
            "--hostname", "127.0.0.1", "--grpc_port", $"{grpcPort}", "--http_port", $"{restPort}",
        ];
        gateway = Process.Start(new ProcessStartInfo("bash", arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        _ = gateway.StandardOutput.ReadToEndAsync();
        _ = gateway.StandardError.ReadToEndAsync();
        while (!await IsRespondingAsync(timeout.Token)) timeout.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Creates an instance. Each test class has its own, because an instance has at most 100 databases.</summary>
    /// <param name="id">The id, or null for a generated one.</param>
    /// <returns>The name: <c>projects/P/instances/I</c>.</returns>
    public async Task<string> CreateInstanceAsync(string? id = null)
    {
        id ??= "test-" + Guid.NewGuid().ToString("n")[..20];
        using var response = await Rest.PostAsJsonAsync("projects/test/instances", new JsonObject
        {
            ["instanceId"] = id,
            ["instance"] = new JsonObject
            {
                ["config"] = "projects/test/instanceConfigs/emulator-config",
                ["displayName"] = "Test instance",
                ["nodeCount"] = 1,
            },
        });
        response.EnsureSuccessStatusCode();
        return $"projects/test/instances/{id}";
    }

    /// <summary>Kills the emulator, as in a crash.</summary>
    public async Task KillAsync()
    {
        gateway!.StandardInput.Close();
        await gateway.WaitForExitAsync();
        gateway.Dispose();
        gateway = null;
    }

    private static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private async Task<bool> IsRespondingAsync(CancellationToken ct)
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
