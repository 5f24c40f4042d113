using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Spotify.Benchmarks.Playback;

namespace Spotify.Benchmarks.Playlists;

/// <summary>
/// A comparison of changes and reads of a short and a long playlist, over HTTP, one request at a time and in alternation, so that other
/// load on the machine affects both. A move writes the same number of rows in both; only finding the position can take longer.
/// </summary>
internal static class PlaylistBenchmark
{
    private const int Short = 100;
    // One less than the maximum, so that an item can be added.
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
            using var host = await ServerProcess.StartLocalHostAsync(directory, port);
            using var client = await SignInAsync($"http://127.0.0.1:{port}");
            var random = new Random(1);
            int[] lengths = [Short, Long];
            var playlists = new Dictionary<int, string>();
            foreach (var length in lengths) playlists[length] = await CreateAsync(client, trackIds, length);

            Console.WriteLine($"{rounds} rounds of {requests} requests of each kind, at random positions of {Short} and of {Long} items; "
                + $"a read is a page of {RequestItems}");
            var times = new Dictionary<(string, int), List<double>>();
            // The first round is a warm-up and is not counted.
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var operation in Operations)
                {
                    var samples = lengths.ToDictionary(length => length, _ => new List<double>());
                    for (var i = 0; i < requests; i++)
                    {
                        foreach (var length in lengths)
                            samples[length].Add(await TimeAsync(client, operation, playlists[length], length, trackIds, random));
                    }

                    if (round == 0) continue;
                    foreach (var length in lengths)
                    {
                        if (!times.TryGetValue((operation, length), out var medians)) times[(operation, length)] = medians = [];
                        medians.Add(Statistics.Of(samples[length]).Median);
                    }
                }
            }

            foreach (var operation in Operations)
            {
                var (few, many) = (Statistics.Of(times[(operation, Short)]), Statistics.Of(times[(operation, Long)]));
                var ratio = Statistics.Of(times[(operation, Long)].Zip(times[(operation, Short)], (longer, shorter) => longer / shorter));
                var aim = operation == "move" ? $"; aim: under {RatioAim:0}{(ratio.Median < RatioAim ? "" : ", MISSED")}" : "";
                Console.WriteLine($"{operation}: {few.Median:0.00} ms with {Short} items, {many.Median:0.00} ms with {Long}; "
                    + $"ratio {ratio.Median:0.00} ({ratio.Minimum:0.00} to {ratio.Maximum:0.00}){aim}");
            }

            return 0;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // Returns the duration of a request in milliseconds. Additions are removed afterwards, and removed items added before, so that the
    // length does not change.
    private static async Task<double> TimeAsync(
        HttpClient client, string operation, string playlist, int length, IReadOnlyList<string> trackIds, Random random)
    {
        var (position, track) = (random.Next(length), $"spotify:track:{trackIds[random.Next(Long, trackIds.Count)]}");
        var path = $"/v1/playlists/{playlist}/tracks";
        switch (operation)
        {
            case "move":
                return await SendAsync(HttpMethod.Put, path, new { range_start = position, insert_before = random.Next(length + 1) });
            case "read":
                var offset = Math.Min(position, length - RequestItems);
                return await SendAsync(HttpMethod.Get, $"{path}?limit={RequestItems}&offset={offset}", null);
            case "add":
                var added = await SendAsync(HttpMethod.Post, path, new { uris = new[] { track }, position });
                await SendAsync(HttpMethod.Delete, path, new { tracks = new[] { new { uri = track, positions = new[] { position } } } });
                return added;
            default:
                await SendAsync(HttpMethod.Post, path, new { uris = new[] { track }, position });
                return await SendAsync(HttpMethod.Delete, path, operation == "remove"
                    ? (object)new { tracks = new[] { new { uri = track, positions = new[] { position } } } }
                    : new { tracks = new[] { new { uri = track } } });
        }

        async Task<double> SendAsync(HttpMethod method, string address, object? body)
        {
            using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
            var start = Stopwatch.GetTimestamp();
            using var response = await client.SendAsync(request);
            var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (response.IsSuccessStatusCode) return took;
            var error = await response.Content.ReadAsStringAsync();
            throw new BenchmarkException($"{method} {address}: {(int)response.StatusCode} {error}");
        }
    }

    private static async Task<string> CreateAsync(HttpClient client, IReadOnlyList<string> trackIds, int length)
    {
        using var created = await client.PostAsJsonAsync("/v1/me/playlists", new { name = $"{length} items" });
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        foreach (var ids in trackIds.Take(length).Chunk(RequestItems))
        {
            var body = new { uris = ids.Select(track => $"spotify:track:{track}") };
            using var added = await client.PostAsJsonAsync($"/v1/playlists/{id}/items", body);
            if (!added.IsSuccessStatusCode) throw new BenchmarkException($"Adding items to a playlist failed: {(int)added.StatusCode}");
        }

        return id;
    }

    private static async Task<HttpClient> SignInAsync(string url)
    {
        var client = new HttpClient { BaseAddress = new Uri(url) };
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("user", "benchmark"), new("country", "SE")]);
        using var response = await client.PostAsync("/api/token", form);
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
