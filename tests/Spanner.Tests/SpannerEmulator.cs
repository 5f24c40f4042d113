using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Spotify.Fixtures;

namespace Spotify.Spanner.Tests;

/// <summary>Google's Spanner emulator, as the Cloud SDK ships it, with its REST gateway, started once for all tests of the run.</summary>
internal sealed class SpannerEmulator
{
    private const string Instance = "projects/test/instances/test-instance";

    private static readonly Lazy<Task<SpannerEmulator>> Running = new(StartAsync);

    private readonly HttpClient http;

    private SpannerEmulator(HttpClient http) => this.http = http;

    /// <summary>The emulator's directory; null if it is not installed.</summary>
    public static string? Directory { get; } = Tools.Find("gcloud") is { } gcloud
        ? new[] { Path.Combine(Path.GetDirectoryName(gcloud)!, "..", "lib", "google-cloud-sdk"), Path.Combine(Path.GetDirectoryName(Resolve(gcloud))!, "..") }
            .Select(root => Path.Combine(root, "bin", "cloud_spanner_emulator")).FirstOrDefault(directory => File.Exists(Path.Combine(directory, "gateway_main")))
        : null;

    /// <summary>Why it cannot be started; null if it can.</summary>
    public static string? Missing => Directory is null ? "needs the Spanner emulator: gcloud components install cloud-spanner-emulator" : null;

    /// <summary>The emulator, started when it is first asked for.</summary>
    public static Task<SpannerEmulator> GetAsync() => Running.Value;

    /// <summary>A database of its own, with the given schema.</summary>
    public async Task<RestSpannerDatabase> CreateDatabaseAsync(Domain.Data.Schema schema)
    {
        var name = "db-" + Guid.NewGuid().ToString("n")[..20];
        await RestSpannerDatabase.PostAsync(http, $"{Instance}/databases", new JsonObject { ["createStatement"] = $"CREATE DATABASE `{name}`" }, default);
        // File by file, in order, as a deployment applies them.
        foreach (var file in schema.Files)
            await RestSpannerDatabase.SendAsync(
                http, HttpMethod.Patch, $"{Instance}/databases/{name}/ddl", new JsonObject { ["statements"] = new JsonArray([.. file.Statements.Select(statement => (JsonNode)statement.Sql)]) }, default);
        return new RestSpannerDatabase(http, $"{Instance}/databases/{name}");
    }

    private static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static async Task<SpannerEmulator> StartAsync()
    {
        var (grpc, rest) = (FreePort(), FreePort());
        var start = new ProcessStartInfo(
            Path.Combine(Directory!, "gateway_main"), ["--hostname", "127.0.0.1", "--grpc_port", $"{grpc}", "--http_port", $"{rest}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var gateway = Process.Start(start)!;
        _ = gateway.StandardOutput.ReadToEndAsync();
        _ = gateway.StandardError.ReadToEndAsync();
        // The gateway starts the emulator as a child, which would outlive it.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => gateway.Kill(entireProcessTree: true);

        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{rest}/v1/") };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await AnswersAsync(http, patience.Token)) patience.Token.ThrowIfCancellationRequested();
        await RestSpannerDatabase.PostAsync(http, "projects/test/instances", new JsonObject
        {
            ["instanceId"] = "test-instance",
            ["instance"] = new JsonObject { ["config"] = "projects/test/instanceConfigs/emulator-config", ["displayName"] = "Test instance", ["nodeCount"] = 1 },
        }, default);
        return new SpannerEmulator(http);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var response = await http.GetAsync("projects/test/instanceConfigs", ct);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
