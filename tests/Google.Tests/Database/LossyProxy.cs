using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Spotify.Google.Tests.Database;

/// <summary>Stands between a client and a gRPC server, and does what networks do.</summary>
internal sealed class LossyProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpMessageInvoker forward = new(new SocketsHttpHandler { UseCookies = false, EnableMultipleHttp2Connections = true });

    private LossyProxy(string server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Run(context => HandleAsync(context, server));
    }

    /// <summary>Host and port that clients are given.</summary>
    public string Host => new Uri(app.Urls.Single()).Authority;

    /// <summary>What is done to a call, by the name of its method: forwarded, unless it says otherwise.</summary>
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

        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server}{context.Request.Path}") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, value) in context.Request.Headers)
            if (!name.StartsWith(':') && !name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, value.AsEnumerable()))
                request.Content.Headers.TryAddWithoutValidation(name, value.AsEnumerable());
        using var answer = await forward.SendAsync(request, context.RequestAborted);
        var bytes = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (fault == Fault.LoseAnswer)
        {
            Unavailable(context);
            return;
        }

        foreach (var (name, value) in answer.Headers.Concat(answer.Content.Headers)) context.Response.Headers[name] = value.ToArray();
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        foreach (var (name, value) in answer.TrailingHeaders) context.Response.AppendTrailer(name, value.ToArray());
    }

    private static void Unavailable(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.AppendTrailer("grpc-status", "14");
        context.Response.AppendTrailer("grpc-message", "The connection was reset.");
    }
}

/// <summary>What happens to a call.</summary>
internal enum Fault
{
    None,

    /// <summary>The server never sees it.</summary>
    LoseRequest,

    /// <summary>The server does it and the client never hears of it.</summary>
    LoseAnswer,

    /// <summary>Nobody answers.</summary>
    Hang,
}
