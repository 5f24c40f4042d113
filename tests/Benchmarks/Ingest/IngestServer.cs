using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Local;

namespace Spotify.Benchmarks.Ingest;

/// <summary>
/// The one-machine home without the delivery of messages, in a process that the benchmark starts: the cost of accepting events alone, as in
/// the cloud, where other instances record them. The process ends with its standard input.
/// </summary>
internal static class IngestServer
{
    public const string Command = "serve-ingest";

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--data", "--port");
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{arguments.Number("--port", 0)}");
        var options = new ServeOptions(url, arguments.Text("--data"), Demo: false, RateLimit: false, DevelopmentTokens: true);
        await using var app = LocalHost.Build(options, WithoutDelivery);
        await app.StartAsync();
        await Console.OpenStandardInput().CopyToAsync(Stream.Null);
        await app.StopAsync();
        return 0;
    }

    private static void WithoutDelivery(WebApplicationBuilder builder)
    {
        var pump = builder.Services.Single(service => service.ImplementationType?.Name == "MessagePump");
        builder.Services.Remove(pump);
    }
}
