using System.Diagnostics;
using Microsoft.AspNetCore.Builder;

namespace Spotify.Benchmarks.ColdStart;

/// <summary>
/// A comparison of the time from the start of a process to its first response between an entry point of the cloud home and a minimal API,
/// in alternating runs. The default entry point makes no network calls at its start. <c>--target</c> names another one, whose additional
/// settings come from the environment, such as <c>Spanner__Database</c> and <c>SPANNER_EMULATOR_HOST</c>. <c>--program</c> is the path of a
/// published cloud home.
/// </summary>
internal static class ColdStartBenchmark
{
    /// <summary>The command that serves the minimal API.</summary>
    public const string BareCommand = "cold-start-bare";

    private const double RatioAim = 1.5;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["STORAGE_EMULATOR_HOST"] = "http://127.0.0.1:1/storage/v1/",
        ["Buckets__deadletters"] = "benchmark",
        ["PublicUrl"] = "https://benchmark.example",
        ["AccessTokens__Issuer"] = "https://benchmark.example",
        ["AccessTokens__Audience"] = "benchmark",
        ["AccessTokens__JwksUrl"] = "http://127.0.0.1:1/",
        ["ServiceCallers__Issuer"] = "https://accounts.google.com",
        ["ServiceCallers__Audience"] = "benchmark",
        ["ServiceCallers__JwksUrl"] = "http://127.0.0.1:1/",
        ["ServiceCallers__Emails__0"] = "benchmark@example.com",
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--target", "--program");
        var rounds = arguments.Number("--rounds", 10);
        var name = arguments.Text("--target", "DeadLetters");
        var program = arguments.Text("--program", Built());
        if (!File.Exists(program)) throw new BenchmarkException($"The cloud home is not built: {program} does not exist.");

        var (entry, bare) = (new List<double>(), new List<double>());
        // The first round fills the disk cache and is not counted.
        for (var round = 0; round <= rounds; round++)
        {
            var bareTime = await TimeAsync(typeof(ColdStartBenchmark).Assembly.Location, port => [BareCommand, "--port", $"{port}"]);
            var entryTime = await TimeAsync(program, port => ["--target", $"Spotify.Google.{name}", "--port", $"{port}"]);
            if (round == 0) continue;
            bare.Add(bareTime);
            entry.Add(entryTime);
        }

        var ratio = Statistics.Of(entry.Zip(bare, (mine, theirs) => mine / theirs));
        var (entryMs, bareMs) = (Statistics.Of(entry).Median, Statistics.Of(bare).Median);
        Console.WriteLine($"{rounds} rounds: first response of {name} after {entryMs:0} ms, of a minimal API after {bareMs:0} ms; "
            + $"ratio {ratio.Median:0.00} ({ratio.Minimum:0.00} to {ratio.Maximum:0.00}); "
            + $"aim: up to {RatioAim:0.0}{(ratio.Median <= RatioAim ? "" : ", MISSED")}");
        return 0;
    }

    // The cloud home as built in the configuration of this program.
    private static string Built()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        var repository = output.Parent.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(repository, "infra", "google", "bin", configuration, framework, "Spotify.Google.dll");
    }

    /// <summary>Serves the minimal API until the process is killed.</summary>
    public static async Task<int> ServeAsync(string[] args)
    {
        var app = WebApplication.CreateBuilder().Build();
        app.MapGet("/healthz", () => "");
        await app.RunAsync($"http://127.0.0.1:{new Arguments(args, "--port").Text("--port")}");
        return 0;
    }

    private static async Task<double> TimeAsync(string program, Func<int, string[]> arguments)
    {
        var port = ServerProcess.FreePort();
        var start = new ProcessStartInfo("dotnet", [program, .. arguments(port)]) { RedirectStandardOutput = true };
        foreach (var (name, value) in Settings) start.Environment[name] = value;
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new BenchmarkException($"{program} did not start.");
        var text = process.StandardOutput.ReadToEndAsync();
        try
        {
            while (true)
            {
                try
                {
                    using var response = await client.GetAsync("/healthz");
                    return response.IsSuccessStatusCode
                        ? watch.Elapsed.TotalMilliseconds
                        : throw new BenchmarkException($"{program} returned {(int)response.StatusCode}.");
                }
                catch (HttpRequestException) when (!process.HasExited && watch.Elapsed < Timeout)
                {
                    await Task.Delay(2);
                }
                catch (HttpRequestException)
                {
                    throw new BenchmarkException($"{program} does not respond: {await text}");
                }
            }
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
