using System.Net.Http.Json;
using System.Text.Json;
using Spotify.Local;

namespace Spotify.Benchmarks.Playback;

/// <summary>
/// Playback authorisation against an empty endpoint of the same host: the same connections, in turns, so that what else the machine
/// does hits both. Then the latency at half of the load it can take.
/// </summary>
internal static class PlaybackBenchmark
{
    private const double RatioAim = 0.4;
    private const double LatencyAimMs = 10;
    private const string PlaybackPath = "/v1/playback/tracks/";

    // Many connections that pause between requests come close to an open loop: a slow answer does not hold back the others.
    private const int PacedConnections = 256;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--seconds", "--connections");
        var (rounds, seconds, connections) = (arguments.Number("--rounds", 7), arguments.Number("--seconds", 4), arguments.Number("--connections", 32));
        var directory = Directory.CreateTempSubdirectory("spotify-playback-benchmark-").FullName;
        try
        {
            var trackIds = await BenchmarkCatalog.WriteAsync(directory);
            var port = ServerProcess.FreePort();
            using var host = await ServerProcess.StartAsync(
                "dotnet", [typeof(LocalHost).Assembly.Location, "serve", "--urls", $"http://127.0.0.1:{port}", "--data", directory, "--no-demo", "--no-rate-limit"], port);
            var url = $"http://127.0.0.1:{port}";
            var token = await TokenAsync(url);

            Console.WriteLine($"{trackIds.Count} tracks, very_high of the whole ladder, two CDNs; {connections} connections, {rounds} rounds of {seconds} s each");
            // Both make and send requests of the same size, so that wrk's own work is the same.
            using var empty = new WrkLoadGenerator(Script(directory, trackIds, token, "/healthz?track=", pauseMs: 0), connections);
            using var playback = new WrkLoadGenerator(Script(directory, trackIds, token, PlaybackPath, pauseMs: 0), connections);
            await empty.RunAsync(url, Math.Min(seconds, 2));
            await playback.RunAsync(url, seconds);

            var (empties, playbacks) = (new List<WrkResult>(), new List<WrkResult>());
            for (var round = 1; round <= rounds; round++)
            {
                empties.Add(await empty.RunAsync(url, seconds));
                playbacks.Add(await playback.RunAsync(url, seconds));
                Console.WriteLine($"  round {round}: empty {empties[^1].RequestsPerSecond:0} requests/s, playback {playbacks[^1].RequestsPerSecond:0} requests/s, ratio {Ratio(round - 1):0.00}");
            }

            var ratios = Statistics.Of(Enumerable.Range(0, rounds).Select(Ratio));
            Console.WriteLine(
                $"playback/empty, requests/s: {ratios.Median:0.00} (median of {rounds} rounds, {ratios.Least:0.00} to {ratios.Greatest:0.00}); aim: {RatioAim:0.00} or more{(ratios.Median >= RatioAim ? "" : ", MISSED")}");

            await LatencyAsync(directory, trackIds, token, url, Statistics.Of(playbacks.Select(result => result.RequestsPerSecond)).Median / 2, rounds, seconds);
            return 0;

            double Ratio(int round) => playbacks[round].RequestsPerSecond / empties[round].RequestsPerSecond;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task LatencyAsync(string directory, IReadOnlyList<string> trackIds, string token, string url, double perSecond, int rounds, int seconds)
    {
        using var paced = new WrkLoadGenerator(Script(directory, trackIds, token, PlaybackPath, pauseMs: PacedConnections / perSecond * 1000), PacedConnections);
        var results = new List<WrkResult>();
        for (var round = 0; round < rounds; round++) results.Add(await paced.RunAsync(url, seconds));
        var (p50, p99) = (Statistics.Of(results.Select(result => result.P50 / 1000)), Statistics.Of(results.Select(result => result.P99 / 1000)));
        Console.WriteLine(
            $"at {Statistics.Of(results.Select(result => result.RequestsPerSecond)).Median:0} requests/s: p50 {p50.Median:0.00} ms, p99 {p99.Median:0.00} ms ({p99.Least:0.00} to {p99.Greatest:0.00}); aim: p99 under {LatencyAimMs:0} ms{(p99.Median < LatencyAimMs ? "" : ", MISSED")}");
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
        var pause = pauseMs == 0 ? "" : FormattableString.Invariant($"delay = function() return math.random(0, {(int)Math.Round(2 * pauseMs)}) end");
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
