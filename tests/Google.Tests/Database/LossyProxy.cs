using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Spotify.Google.Tests.Database;

/// <summary>A proxy between a client and a gRPC server that injects network faults.</summary>
internal sealed class LossyProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpMessageInvoker forward = new(new SocketsHttpHandler { UseCookies = false, EnableMultipleHttp2Connections = true });

    private LossyProxy(string server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Run(context => HandleAsync(context, server));
    }

    /// <summary>The host and port that clients connect to.</summary>
    public string Host => new Uri(app.Urls.Single()).Authority;

    /// <summary>Returns the fault for a call, by the name of its method.</summary>
    public Func<string, Fault> Decide { get; set; } = _ => Fault.None;

    public static async Task<LossyProxy> StartAsync(string server)
    {
        var proxy = new LossyProxy(server);
        await proxy.app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        forward.Dispose();
    }

    private async Task HandleAsync(HttpContext context, string server)
    {
        var fault = Decide(context.Request.Path.Value!.Split('/')[^1]);
        if (fault == Fault.Hang)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        if (fault == Fault.LoseRequest)
        {
            Unavailable(context);
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server}{context.Request.Path}")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, value) in context.Request.Headers)
        {
            if (name.StartsWith(':') || name.Equals("Host", StringComparison.OrdinalIgnoreCase)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, value.AsEnumerable()))
                request.Content.Headers.TryAddWithoutValidation(name, value.AsEnumerable());
        }

        using var response = await forward.SendAsync(request, context.RequestAborted);
        var bytes = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (fault == Fault.LoseResponse)
        {
            Unavailable(context);
            return;
        }

        foreach (var (name, value) in response.Headers.Concat(response.Content.Headers)) context.Response.Headers[name] = value.ToArray();
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        foreach (var (name, value) in response.TrailingHeaders) context.Response.AppendTrailer(name, value.ToArray());
    }

    private static void Unavailable(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "14");
        context.Response.AppendTrailer("grpc-message", "The connection was reset.");
    }
}

/// <summary>A fault of a call.</summary>
internal enum Fault
{
    /// <summary>The call is forwarded.</summary>
    None,

    /// <summary>The server does not get the request.</summary>
    LoseRequest,

    /// <summary>The server handles the request, but the client does not get the response.</summary>
    LoseResponse,

    /// <summary>There is no response.</summary>
    Hang,
}
