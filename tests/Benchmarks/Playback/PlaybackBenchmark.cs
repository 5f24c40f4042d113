using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Spotify.Benchmarks.Playback;

/// <summary>
/// A comparison of the throughput of playback authorization and of an empty endpoint of the same host, in alternating runs, so that other
/// load on the machine affects both. Then measures the latency at half of the maximum throughput.
/// </summary>
internal static class PlaybackBenchmark
{
    private const double RatioAim = 0.6;
    private const double LatencyAimMs = 5;
    private const string PlaybackPath = "/v1/playback/tracks/";

    // Many connections with pauses approximate an open loop, in which a slow response does not delay other requests.
    private const int PacedConnections = 256;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--seconds", "--connections");
        var (rounds, seconds) = (arguments.Number("--rounds", 7), arguments.Number("--seconds", 4));
        var connections = arguments.Number("--connections", 32);
        var directory = Directory.CreateTempSubdirectory("spotify-playback-benchmark-").FullName;
        try
        {
            var trackIds = await BenchmarkCatalog.WriteAsync(directory);
            var port = ServerProcess.FreePort();
            using var host = await ServerProcess.StartLocalHostAsync(directory, port);
            var url = $"http://127.0.0.1:{port}";
            var token = await TokenAsync(url);

            Console.WriteLine($"{trackIds.Count} tracks, very_high of the whole ladder, two CDNs; "
                + $"{connections} connections, {rounds} rounds of {seconds} s each");
            // Both scripts create requests of the same size, so that the work of wrk is the same.
            using var empty = new WrkLoadGenerator(Script(directory, trackIds, token, "/healthz?track=", pauseMs: 0), connections);
            using var playback = new WrkLoadGenerator(Script(directory, trackIds, token, PlaybackPath, pauseMs: 0), connections);
            await empty.RunAsync(url, Math.Min(seconds, 2));
            await playback.RunAsync(url, seconds);

            var (empties, playbacks) = (new List<WrkResult>(), new List<WrkResult>());
            var (emptyCosts, playbackCosts) = (new List<double>(), new List<double>());
            for (var round = 1; round <= rounds; round++)
            {
                await MeasureAsync(empty, empties, emptyCosts);
                await MeasureAsync(playback, playbacks, playbackCosts);
                Console.WriteLine($"  round {round}: empty {empties[^1].RequestsPerSecond:0} requests/s, "
                    + $"playback {playbacks[^1].RequestsPerSecond:0} requests/s, ratio {Ratio(round - 1):0.00}");
            }

            var ratios = Statistics.Of(Enumerable.Range(0, rounds).Select(Ratio));
            Console.WriteLine($"playback/empty, requests/s: {ratios.Median:0.00} (median of {rounds} rounds, {ratios.Minimum:0.00} to "
                + $"{ratios.Maximum:0.00}); aim: {RatioAim:0.00} or more{(ratios.Median >= RatioAim ? "" : ", MISSED")}");

            // Other load on the machine affects the processor time of a request less than the number of requests.
            Console.WriteLine($"processor time of a request: playback {Statistics.Of(playbackCosts).Median:0.0} µs, empty "
                + $"{Statistics.Of(emptyCosts).Median:0.0} µs");

            var half = Statistics.Of(playbacks.Select(result => result.RequestsPerSecond)).Median / 2;
            var pauseMs = PacedConnections / half * 1000;
            using var paced = new WrkLoadGenerator(Script(directory, trackIds, token, PlaybackPath, pauseMs), PacedConnections);
            await LatencyAsync(paced, url, rounds, seconds);
            return 0;

            double Ratio(int round) => playbacks[round].RequestsPerSecond / empties[round].RequestsPerSecond;

            async Task MeasureAsync(WrkLoadGenerator load, List<WrkResult> results, List<double> costs)
            {
                var before = host.ProcessorTime;
                results.Add(await load.RunAsync(url, seconds));
                costs.Add((host.ProcessorTime - before).TotalMicroseconds / results[^1].Requests);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task LatencyAsync(WrkLoadGenerator paced, string url, int rounds, int seconds)
    {
        var results = new List<WrkResult>();
        for (var round = 0; round < rounds; round++) results.Add(await paced.RunAsync(url, seconds));
        var rate = Statistics.Of(results.Select(result => result.RequestsPerSecond));
        var p50 = Statistics.Of(results.Select(result => result.P50 / 1000));
        var p99 = Statistics.Of(results.Select(result => result.P99 / 1000));
        Console.WriteLine($"at {rate.Median:0} requests/s: p50 {p50.Median:0.00} ms, p99 {p99.Median:0.00} ms ({p99.Minimum:0.00} to "
            + $"{p99.Maximum:0.00}); aim: p99 under {LatencyAimMs:0} ms{(p99.Median < LatencyAimMs ? "" : ", MISSED")}");
    }

    private static async Task<string> TokenAsync(string url)
    {
        using var client = new HttpClient();
        using var response = await client.PostAsync($"{url}/api/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("user", "benchmark"), new("product", "premium"), new("country", "SE")]));
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private static string Script(string directory, IReadOnlyList<string> trackIds, string token, string path, double pauseMs)
    {
        var file = Path.Combine(directory, "ids");
        File.WriteAllLines(file, trackIds);
        var longestPauseMs = (int)Math.Round(2 * pauseMs);
        var pause = longestPauseMs == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"delay = function() return math.random(0, {longestPauseMs}) end");
        return $$"""
            local ids = {}
            for id in io.lines("{{file}}") do ids[#ids + 1] = id end
            local headers = { ["Authorization"] = "Bearer {{token}}" }
            math.randomseed(1)
            request = function()
              return wrk.format("GET", "{{path}}" .. ids[math.random(#ids)] .. "?quality=very_high", headers)
            end
            {{pause}}
            """;
    }
}
