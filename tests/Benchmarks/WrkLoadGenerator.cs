using System.Diagnostics;
using System.Text.Json;

namespace Spotify.Benchmarks;

/// <summary>A load generator that runs wrk.</summary>
/// <param name="script">A Lua script that creates the requests. Empty means a GET of the URL.</param>
/// <param name="connections">The number of connections.</param>
internal sealed class WrkLoadGenerator(string script, int connections) : IDisposable
{
    // A machine-readable result, because wrk's own summary is rounded.
    private const string Report = """

        done = function(summary, latency, requests)
          local e = summary.errors
          io.write(string.format('\nresult {"requests":%d,"bytes":%d,"microseconds":%d,"errors":%d,"p50":%g,"p99":%g}\n',
            summary.requests, summary.bytes, summary.duration, e.status + e.connect + e.read + e.write + e.timeout,
            latency:percentile(50), latency:percentile(99)))
        end
        """;

    private readonly string wrk = Tool.Find("wrk");
    private readonly string file = WriteScript(script);

    /// <summary>Sends requests for the given time.</summary>
    /// <exception cref="BenchmarkException">wrk or a request failed. A throughput that includes failed requests is meaningless.</exception>
    public async Task<WrkResult> RunAsync(string url, int seconds)
    {
        var threads = Math.Clamp(Environment.ProcessorCount / 2, 1, Math.Min(4, connections));
        var start = new ProcessStartInfo(wrk, [$"-t{threads}", $"-c{connections}", $"-d{seconds}s", "-s", file, url])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = Array.Find(output.Split('\n'), text => text.StartsWith("result ", StringComparison.Ordinal));
        if (line is null) throw new BenchmarkException($"wrk failed: {(await error).Trim()} {output.Trim()}");
        var result = JsonSerializer.Deserialize<WrkResult>(line["result ".Length..], JsonSerializerOptions.Web)!;
        if (result.Errors > 0) throw new BenchmarkException($"{result.Errors} of {result.Requests} requests to {url} failed.");
        return result;
    }

    public void Dispose() => File.Delete(file);

    private static string WriteScript(string script)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, script + Report);
        return file;
    }
}
