using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Spotify.Search;

namespace Spotify.Benchmarks.Search;

/// <summary>
/// The latency of search over HTTP at half of the highest sustained rate: suggestions with one typo, and full searches for all types.
/// </summary>
internal static class SearchLoad
{
    private const int Queries = 5000;
    private const int Connections = 16;
    private const int PacedConnections = 64;
    private const int Seconds = 8;

    // Until the compiler has optimized what runs often.
    private const int WarmUpSeconds = 10;

    private const string AllTypes = "track,artist,album,playlist,show,episode,audiobook";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    private static readonly TimeSpan BuildTimeout = TimeSpan.FromMinutes(15);

    /// <summary>Measures a host with an existing data directory.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="tracks">The entities to search for.</param>
    public static async Task RunAsync(string directory, IReadOnlyList<SearchEntry> tracks)
    {
        var port = ServerProcess.FreePort();
        await BuildDictionaryAsync(directory, port);
        using var host = await ServerProcess.StartLocalHostAsync(directory, port);
        var url = $"http://127.0.0.1:{port}";
        var token = await TokenAsync(url);
        var random = new Random(3);
        await MeasureAsync("suggest with a typo", "/v1/search/suggest?q=", aimMs: 5, () => WithTypo(Word(tracks, random), random));
        await MeasureAsync("search", $"/v1/search?type={AllTypes}&q=", aimMs: 15, () =>
            tracks[random.Next(tracks.Count)] is var track ? $"{track.Artists[0].Name} {track.Name}" : "");
        var memory = host.Memory;
        Console.WriteLine(Text($"memory of the host {memory.Total / 1e6:0} MB, of which {memory.Mapped / 1e6:0} MB are mapped files, ")
            + "which the system can drop");

        async Task MeasureAsync(string name, string path, int aimMs, Func<string> query)
        {
            var file = Path.Combine(directory, "queries");
            await File.WriteAllLinesAsync(file, Enumerable.Range(0, Queries).Select(_ => Uri.EscapeDataString(query())));
            using var load = new WrkLoadGenerator(Script(file, path, token, pauseMs: 0), Connections);
            await load.RunAsync(url, WarmUpSeconds);
            var highest = (await load.RunAsync(url, Seconds)).RequestsPerSecond;
            using var paced = new WrkLoadGenerator(Script(file, path, token, 2000 * PacedConnections / highest), PacedConnections);
            var result = await paced.RunAsync(url, Seconds);
            var p99 = result.P99 / 1000;
            Console.WriteLine(Text(
                $"{name}: at most {highest:0} requests/s; at {result.RequestsPerSecond:0} p50 {result.P50 / 1000:0.00} ms, ")
                + Text($"p99 {p99:0.00} ms; aim: p99 under {aimMs} ms{(p99 < aimMs ? "" : ", MISSED")}"));
        }
    }

    // The host builds the term dictionary after its first start, and opens it when it starts again.
    private static async Task BuildDictionaryAsync(string directory, int port)
    {
        const string pointer = "current.json";
        if (Exists()) return;
        using var host = await ServerProcess.StartLocalHostAsync(directory, port);
        using var watcher = new FileSystemWatcher(directory, pointer) { IncludeSubdirectories = true };
        var written = new TaskCompletionSource();
        watcher.Created += (_, _) => written.TrySetResult();
        watcher.Renamed += (_, _) => written.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (!Exists()) await written.Task.WaitAsync(BuildTimeout);

        bool Exists() => Directory.GetFiles(directory, pointer, SearchOption.AllDirectories).Length > 0;
    }

    private static string Word(IReadOnlyList<SearchEntry> tracks, Random random)
    {
        while (true)
        {
            var words = SearchText.Words(tracks[random.Next(tracks.Count)].Name);
            if (words[random.Next(words.Count)].Text is { Length: >= 4 } word) return word;
        }
    }

    private static string WithTypo(string word, Random random)
    {
        var i = random.Next(1, word.Length - 1);
        return random.Next(4) switch
        {
            0 => word.Remove(i, 1),
            1 => word.Insert(i, $"{Letters[random.Next(Letters.Length)]}"),
            2 => $"{word[..i]}{Letters[random.Next(Letters.Length)]}{word[(i + 1)..]}",
            _ => $"{word[..i]}{word[i + 1]}{word[i]}{word[(i + 2)..]}",
        };
    }

    private static async Task<string> TokenAsync(string url)
    {
        using var client = new HttpClient();
        using var response = await client.PostAsync($"{url}/api/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("user", "benchmark"), new("product", "premium"), new("country", "SE")]));
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private static string Script(string file, string path, string token, double pauseMs)
    {
        var pause = pauseMs == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"delay = function() return math.random(0, {2 * pauseMs:0}) end");
        return $$"""
            local queries = {}
            for query in io.lines("{{file}}") do queries[#queries + 1] = query end
            local headers = { ["Authorization"] = "Bearer {{token}}" }
            math.randomseed(1)
            request = function()
              return wrk.format("GET", "{{path}}" .. queries[math.random(#queries)], headers)
            end
            {{pause}}
            """;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
