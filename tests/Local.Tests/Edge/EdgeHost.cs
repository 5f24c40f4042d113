using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Domain.Signing;
using Spotify.Functions.Images;
using Spotify.Local.Objects;
using Spotify.Web;
using Spotify.Fixtures;
using Spotify.Local.Edge;

namespace Spotify.Local.Tests.Edge;

/// <summary>A server with the edge and the images, on a free port and a temporary directory.</summary>
public sealed class EdgeHost : IAsyncLifetime
{
    public const string AudioPath = "/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg";
    public const string SeekIndexPath = AudioPath + ".seek.json";
    public const string ImagePath = "/images/4cOdK2wGLETKBW3PvgPWqT/640.jpg";

    public static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string root = Path.Combine(Path.GetTempPath(), "spotify-edge-" + Guid.NewGuid().ToString("n"));
    private readonly LogCollector log = new();
    private WebApplication? app;

    public byte[] Audio { get; } = Bytes(300_001);

    public byte[] Image { get; } = Bytes(5_000);

    public byte[] Index { get; } = "{\"interval_ms\":500}"u8.ToArray();

    public SigningKeyRing Ring { get; } = new("now", new SigningKey("now", Bytes(16)), new SigningKey("before", Bytes(17)));

    public HttpClient Client { get; private set; } = null!;

    public string BaseUrl { get; private set; } = "";

    public int Port { get; private set; }

    public IReadOnlyCollection<string> Warnings => log.Warnings;

    internal ManualTimeProvider Clock { get; } = new(Start);

    internal DirectoryObjectStore Store { get; private set; } = null!;

    internal SigningKeys Keys { get; private set; } = null!;

    public string? PublicUrl { get; init; }

    public async Task InitializeAsync()
    {
        Store = new DirectoryObjectStore(root);
        Keys = new SigningKeys(Ring);
        await PutAsync(AudioPath, Audio);
        await PutAsync(AudioPath.Replace("/tracks/", "/episodes/", StringComparison.Ordinal), Audio);
        await PutAsync(AudioPath.Replace("/tracks/", "/chapters/", StringComparison.Ordinal), Audio);
        await PutAsync(SeekIndexPath, Index);
        await PutAsync(ImagePath, Image);
        await PutAsync("/models/secret.bin", Index);
        await PutAsync("/tracks/empty.ogg", []);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(Store).AddSingleton(Keys).AddSingleton<TimeProvider>(Clock);
        builder.Services.AddImages().AddSingleton<IObjectStore>(Store);
        builder.Services.AddSingleton(Options.Create(new PublicUrlOptions { PublicUrl = PublicUrl }));
        app = builder.Build();
        app.MapEdge();
        app.MapImages();
        await app.StartAsync();

        BaseUrl = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Port = new Uri(BaseUrl).Port;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None };
        Client = new HttpClient(handler) { BaseAddress = new Uri(BaseUrl) };
    }

    public async Task DisposeAsync()
    {
        Client?.Dispose();
        if (app is not null) await app.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    /// <summary>Returns a signed request target. By default it expires in an hour.</summary>
    public string Signed(string pathAndQuery = AudioPath, string key = "now", DateTimeOffset? expires = null, string? baseUrl = null)
    {
        Assert.True(Ring.TryFind(key, out var found));
        baseUrl ??= BaseUrl;
        return new CloudCdnSigner().Sign(baseUrl + pathAndQuery, expires ?? Clock.Now.AddHours(1), null, found)[baseUrl.Length..];
    }

    /// <summary>Sends a request with HttpClient.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, target);
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await Client.SendAsync(request);
    }

    /// <summary>Sends a GET with HttpClient.</summary>
    public Task<HttpResponseMessage> GetAsync(string target, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, target, headers);

    /// <summary>Sends a request line unchanged, because HttpClient would normalize the target. Returns the status.</summary>
    public async Task<int> RawAsync(string target, string method = "GET")
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        var request = $"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nConnection: close\r\n\r\n";
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var status = await reader.ReadLineAsync();
        return int.Parse(status!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    internal Task PutAsync(string path, byte[] content) =>
        Store.WriteAsync(path[1..], new MemoryStream(content), new("application/octet-stream"), default);

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
