using System.Diagnostics;
using Microsoft.AspNetCore.Builder;

namespace Spotify.Benchmarks.ColdStart;

/// <summary>
/// The time from the start of a process to its first answer: an entry point of the cloud home against a minimal API that does nothing else, in
/// turns. The entry point is one whose adapters ask nobody anything when they are opened on emulators, so that no network is measured;
/// <c>--target</c> names another, whose further settings come from the environment, such as <c>Spanner__Database</c> and <c>SPANNER_EMULATOR_HOST</c>; <c>--program</c> is that of another place, as it is published.
/// </summary>
internal static class ColdStartBenchmark
{
    /// <summary>Serves the minimal API.</summary>
    public const string BareCommand = "cold-start-bare";

    private const double RatioAim = 1.5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["STORAGE_EMULATOR_HOST"] = "http://127.0.0.1:1/storage/v1/",
        ["Buckets__deadletters"] = "benchmark",
        ["PublicUrl"] = "https://benchmark.example",
        ["AccessTokens__Issuer"] = "https://benchmark.example",
        ["AccessTokens__Audience"] = "benchmark",
        ["AccessTokens__JwksUrl"] = "http://127.0.0.1:1/",
        ["ServiceCallers__Issuer"] = "https://accounts.google.com",
        ["ServiceCallers__Audiences__0"] = "benchmark",
        ["ServiceCallers__JwksUrl"] = "http://127.0.0.1:1/",
        ["ServiceCallers__Emails__0"] = "benchmark@example.com",
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--target", "--program");
        var rounds = arguments.Number("--rounds", 10);
        var name = arguments.Text("--target", "DeadLetters");
        var program = arguments.Text("--program", Built());
        if (!File.Exists(program)) throw new BenchmarkException($"The cloud home is not built: {program} is not there.");

        var (entry, bare) = (new List<double>(), new List<double>());
        // The first round warms the disk's cache.
        for (var round = 0; round <= rounds; round++)
        {
            var bareTime = await TimeAsync(typeof(ColdStartBenchmark).Assembly.Location, port => [BareCommand, "--port", $"{port}"]);
            var entryTime = await TimeAsync(program, port => ["--target", $"Spotify.Google.{name}", "--port", $"{port}"]);
            if (round == 0) continue;
            bare.Add(bareTime);
            entry.Add(entryTime);
        }

        var ratio = Statistics.Of(entry.Zip(bare, (mine, theirs) => mine / theirs));
        Console.WriteLine(FormattableString.Invariant(
            $"{rounds} rounds: {Statistics.Of(entry).Median:0} ms to the first answer of {name}, {Statistics.Of(bare).Median:0} ms of a minimal API; ratio {ratio.Median:0.00} ({ratio.Least:0.00} to {ratio.Greatest:0.00}); aim: up to {RatioAim:0.0}{(ratio.Median <= RatioAim ? "" : ", MISSED")}"));
        return 0;
    }

    /// <summary>The cloud home as it is built beside this program, in the same configuration.</summary>
    private static string Built()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        return Path.Combine(output.Parent.Parent!.Parent!.Parent!.Parent!.FullName, "infra", "google", "bin", configuration, framework, "Spotify.Google.dll");
    }

    /// <summary>The minimal API, until it is killed.</summary>
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
                    using var answer = await client.GetAsync("/healthz");
                    return answer.IsSuccessStatusCode ? watch.Elapsed.TotalMilliseconds : throw new BenchmarkException($"{program} answers {(int)answer.StatusCode}.");
                }
                catch (HttpRequestException) when (!process.HasExited && watch.Elapsed < Patience)
                {
                    await Task.Delay(2);
                }
                catch (HttpRequestException)
                {
                    throw new BenchmarkException($"{program} does not answer: {await text}");
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
