using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Signing;
using Spotify.Local;
using Spotify.Local.Edge;
using Spotify.Local.Objects;

namespace Spotify.Benchmarks.Edge;

/// <summary>
/// A server of the edge only, in a process that the benchmark starts. The process ends with its standard input, so that it does not outlive
/// the benchmark.
/// </summary>
internal static class EdgeServer
{
    public const string Command = "serve-edge";

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--data", "--key-file", "--port");
        var key = SigningKey.Parse("benchmark", await File.ReadAllTextAsync(arguments.Text("--key-file")));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, arguments.Number("--port", 0)));
        builder.Services
            .AddSingleton(new DirectoryObjectStore(arguments.Text("--data")))
            .AddSingleton(new SigningKeys(new SigningKeyRing(key.Name, key)))
            .AddSingleton(TimeProvider.System);
        await using var app = builder.Build();
        app.MapEdge();
        await app.StartAsync();
        await Console.OpenStandardInput().CopyToAsync(Stream.Null);
        await app.StopAsync();
        return 0;
    }
}
