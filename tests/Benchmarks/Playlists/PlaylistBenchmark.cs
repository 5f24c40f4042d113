using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Spotify.Benchmarks.Playback;
using Spotify.Local;

namespace Spotify.Benchmarks.Playlists;

/// <summary>
/// Adds, moves and reads on a short and a long playlist, over HTTP to a host of its own, one request at a time and in turns, so that what
/// else the machine does hits both. A move writes the same rows whatever the length; what is left to grow is finding the place.
/// </summary>
internal static class PlaylistBenchmark
{
    private const int Short = 100;
    // One less than a playlist can have, so that there is room to add.
    private const int Long = 9_999;
    private const int RequestItems = 100;
    private const double RatioAim = 2;

    private static readonly string[] Operations = ["move", "add", "remove", "remove by uri", "read"];

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--rounds", "--requests");
        var (rounds, requests) = (arguments.Number("--rounds", 7), arguments.Number("--requests", 100));
        var directory = Directory.CreateTempSubdirectory("spotify-playlists-benchmark-").FullName;
        try
        {
            var trackIds = await BenchmarkCatalog.WriteAsync(directory);
            var port = ServerProcess.FreePort();
            using var host = await ServerProcess.StartAsync(
                "dotnet", [typeof(LocalHost).Assembly.Location, "serve", "--urls", $"http://127.0.0.1:{port}", "--data", directory, "--no-demo", "--no-rate-limit"], port);
            using var client = await SignInAsync($"http://127.0.0.1:{port}");
            var random = new Random(1);
            int[] lengths = [Short, Long];
            var playlists = new Dictionary<int, string>();
            foreach (var length in lengths) playlists[length] = await MakeAsync(client, trackIds, length);

            Console.WriteLine($"{rounds} rounds of {requests} requests of each kind, at random places of {Short} and of {Long} items; a read is a page of {RequestItems}");
            var times = new Dictionary<(string, int), List<double>>();
            // The first round warms up.
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var operation in Operations)
                {
                    var samples = lengths.ToDictionary(length => length, _ => new List<double>());
                    for (var i = 0; i < requests; i++)
                        foreach (var length in lengths) samples[length].Add(await TimeAsync(client, operation, playlists[length], length, trackIds, random));
                    if (round == 0) continue;
                    foreach (var length in lengths) (times.TryGetValue((operation, length), out var medians) ? medians : times[(operation, length)] = []).Add(Statistics.Of(samples[length]).Median);
                }
            }

            foreach (var operation in Operations)
            {
                var (few, many) = (Statistics.Of(times[(operation, Short)]), Statistics.Of(times[(operation, Long)]));
                var ratio = Statistics.Of(times[(operation, Long)].Zip(times[(operation, Short)], (longer, shorter) => longer / shorter));
                Console.WriteLine(FormattableString.Invariant(
                    $"{operation}: {few.Median:0.00} ms of {Short} items, {many.Median:0.00} ms of {Long}; ratio {ratio.Median:0.00} ({ratio.Least:0.00} to {ratio.Greatest:0.00})")
                    + (operation == "move" ? FormattableString.Invariant($"; aim: under {RatioAim:0}{(ratio.Median < RatioAim ? "" : ", MISSED")}") : ""));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The milliseconds that a request takes. What it adds is removed again, and what it removes added, so that lengths stay.</summary>
    private static async Task<double> TimeAsync(HttpClient client, string operation, string playlist, int length, IReadOnlyList<string> trackIds, Random random)
    {
        var (position, track) = (random.Next(length), $"spotify:track:{trackIds[random.Next(Long, trackIds.Count)]}");
        var path = $"/v1/playlists/{playlist}/tracks";
        switch (operation)
        {
            case "move":
                return await SendAsync(HttpMethod.Put, path, new { range_start = position, insert_before = random.Next(length + 1) });
            case "read":
                return await SendAsync(HttpMethod.Get, $"{path}?limit={RequestItems}&offset={Math.Min(position, length - RequestItems)}", null);
            case "add":
                var added = await SendAsync(HttpMethod.Post, path, new { uris = new[] { track }, position });
                await SendAsync(HttpMethod.Delete, path, new { tracks = new[] { new { uri = track, positions = new[] { position } } } });
                return added;
            default:
                await SendAsync(HttpMethod.Post, path, new { uris = new[] { track }, position });
                return await SendAsync(
                    HttpMethod.Delete, path, operation == "remove" ? (object)new { tracks = new[] { new { uri = track, positions = new[] { position } } } } : new { tracks = new[] { new { uri = track } } });
        }

        async Task<double> SendAsync(HttpMethod method, string address, object? body)
        {
            using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
            var start = Stopwatch.GetTimestamp();
            using var response = await client.SendAsync(request);
            var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            return response.IsSuccessStatusCode ? took : throw new BenchmarkException($"{method} {address}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }

    private static async Task<string> MakeAsync(HttpClient client, IReadOnlyList<string> trackIds, int length)
    {
        using var made = await client.PostAsJsonAsync("/v1/me/playlists", new { name = $"{length} items" });
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        foreach (var ids in trackIds.Take(length).Chunk(RequestItems))
        {
            using var added = await client.PostAsJsonAsync($"/v1/playlists/{id}/items", new { uris = ids.Select(track => $"spotify:track:{track}") });
            if (!added.IsSuccessStatusCode) throw new BenchmarkException($"The items of a playlist cannot be added: {(int)added.StatusCode}");
        }

        return id;
    }

    private static async Task<HttpClient> SignInAsync(string url)
    {
        var client = new HttpClient { BaseAddress = new Uri(url) };
        using var response = await client.PostAsync("/api/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", "benchmark"), new("country", "SE")]));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString());
        return client;
    }
}
