using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Spotify.Audio;
using Spotify.Demo.Flac;
using Spotify.Fixtures;
using Spotify.Functions.AudioIngest;
using Spotify.Google.Tests.Database;
using Spotify.Google.Tests.EntryPoints;
using Spotify.Google.Tests.Objects;
using Spotify.Google.Tests.Tasks;

namespace Spotify.Google.Tests.Import;

/// <summary>The function as in its container: a process with ffmpeg, Spanner's emulator and a test double of Cloud Storage.</summary>
public sealed class UploadProcessTests : IDisposable
{
    private const string Bucket = "test-uploads";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly TestIssuer issuer = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<string?> log = new();

    public void Dispose()
    {
        issuer.Dispose();
        directory.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task A_task_becomes_a_track_once()
    {
        Skip.If(SpannerEmulatorProcess.Missing is not null, SpannerEmulatorProcess.Missing);
        Skip.If(Tools.Find("ffmpeg") is null || Tools.Find("ffprobe") is null, "needs ffmpeg, which is not installed");

        await using var storage = await StorageServer.StartAsync();
        var upload = new Upload(Bucket, "Künstler/Album/01 Title.flac", 1772133235749957);
        var first = UploadTask.Of(upload).Body;
        storage.Put(Bucket, upload.Name, Noise());
        await using var queue = await TaskServer.StartAsync();
        await using var keys = await ServeKeysAsync();
        var emulator = await SpannerEmulatorProcess.SharedAsync();
        var options = await SpannerDatabases.CreateAsync(emulator);
        var port = FreePort();
        using var process = Start(new()
        {
            ["FUNCTION_TARGET"] = typeof(AudioIngest).FullName!,
            ["PORT"] = $"{port}",
            ["GOOGLE_CLOUD_PROJECT"] = "test",
            ["SPANNER_EMULATOR_HOST"] = emulator.Host,
            ["STORAGE_EMULATOR_HOST"] = $"{storage.Address}storage/v1/",
            ["Spanner__Database"] = options.Database!,
            ["Buckets__tracks"] = "test-audio",
            ["Buckets__images"] = "test-audio",
            ["Ingest__UploadBucket"] = Bucket,
            ["Ingest__Root"] = Path.Combine(directory.FullName, "uploads"),
            ["PubSub__Project"] = "test",
            ["PUBSUB_EMULATOR_HOST"] = "127.0.0.1:1",
            ["Tasks__Project"] = "test",
            ["Tasks__Location"] = "europe-west1",
            ["Tasks__ServiceAccount"] = TestIssuer.ServiceAccount,
            ["Tasks__BaseUrl"] = "https://tasks.test",
            ["Tasks__Endpoint"] = queue.Address,
            ["ServiceCallers__Issuer"] = TestIssuer.Issuer,
            ["ServiceCallers__Audience"] = TestIssuer.Audience,
            ["ServiceCallers__JwksUrl"] = keys.Urls.Single() + "/keys.json",
            ["ServiceCallers__Emails__0"] = TestIssuer.ServiceAccount,
        });
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await StartedAsync(http, process);
            await SendAsync(http, first);
            Assert.Equal(QualityLadder.Rungs.Count - 1, queue.Requests.Count);
            foreach (var request in queue.Requests) await SendAsync(http, request.Task.HttpRequest.Body.Memory);
            var made = storage.Of(StorageOperation.StartUpload).Count;
            Assert.Equal((2 * QualityLadder.Rungs.Count) + 2, made);
            await SendAsync(http, first);
            Assert.Equal(made, storage.Of(StorageOperation.StartUpload).Count);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        var database = SpannerDatabases.Open(options);
        var source = Assert.Single(await Source.AllAsync(database, default).ToListAsync());
        Assert.EndsWith($"/uploads/{Bucket}/Künstler/Album/01 Title.flac", source.File.Path, StringComparison.Ordinal);
    }

    private static byte[] Noise()
    {
        var random = new Random(1);
        var flac = new MemoryStream();
        short[] samples = [.. Enumerable.Range(0, 44_100).Select(_ => (short)random.Next(short.MinValue, short.MaxValue))];
        FlacEncoder.Encode(flac, samples, channels: 1);
        return flac.ToArray();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start(Dictionary<string, string> settings)
    {
        var root = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..");
        var dotnet = Path.GetFullPath(Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet, [typeof(AudioIngest).Assembly.Location])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private async Task StartedAsync(HttpClient http, Process process)
    {
        process.OutputDataReceived += (_, line) => log.Enqueue(line.Data);
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var response = await http.GetAsync("/healthz", timeout.Token);
                if (response.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                if (process.HasExited) Assert.Fail(string.Join('\n', log));
            }
        }
    }

    private async Task SendAsync(HttpClient http, ReadOnlyMemory<byte> task)
    {
        var path = AudioIngestFunction.Definition.Queue!.Path;
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(task) };
        request.Headers.Authorization = issuer.Service();
        using var response = await http.SendAsync(request);
        Assert.True(response.StatusCode == HttpStatusCode.NoContent, $"{response.StatusCode}: {string.Join('\n', log)}");
    }

    private async Task<WebApplication> ServeKeysAsync()
    {
        var keys = await issuer.DownloadAsync(issuer.JwksUrl, default);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/keys.json", () => keys);
        await app.StartAsync();
        return app;
    }
}
