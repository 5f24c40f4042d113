using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Spotify.Benchmarks.Generate;
using Spotify.Domain;

namespace Spotify.Benchmarks.Surfaces;

/// <summary>
/// The latency of the recommendations that listeners wait for, over HTTP, at a rate that leaves the machine mostly idle: each request is
/// sent at its time, whether the ones before are done or not. The kinds take turns with a read of a track, so that other load on the
/// machine affects all of them. Shelves are kept for a minute, so the home page of a listener is planned again by some of the requests.
/// </summary>
internal static class SurfacesBenchmark
{
    private const double AimMs = 50;
    private const int WarmUpRequests = 150;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, "--tracks", "--listeners", "--rate", "--seconds", "--data");
        var (tracks, listeners) = (arguments.Number("--tracks", 100_000), arguments.Number("--listeners", 200));
        var (rate, seconds) = (arguments.Number("--rate", 20), arguments.Number("--seconds", 60));
        using var data = await SurfaceData.OpenAsync(arguments.Text("--data", ""), tracks, listeners);
        var port = ServerProcess.FreePort();
        using var host = await ServerProcess.StartLocalHostAsync(data.Directory, port);
        var clients = new List<HttpClient>();
        for (var i = 0; i < listeners; i++) clients.Add(await SignInAsync($"http://127.0.0.1:{port}", SurfaceData.Listener(i)));
        var (kinds, random) = (Kinds(tracks), new Random(1));
        await WaitForModelAsync(clients, tracks);
        foreach (var kind in kinds)
            for (var i = 0; i < WarmUpRequests; i++) await SendAsync(clients[i % listeners], kind, random.Next());

        Console.WriteLine(Text($"{tracks:N0} tracks, {listeners} listeners, {rate} requests/s for {seconds} s, in turn of each kind"));
        var times = await MeasureAsync(clients, kinds, rate, seconds, random);
        var baseline = times[kinds[0].Name];
        foreach (var (name, hasAim, _) in kinds)
        {
            var (p50, p99) = (Percentile(times[name], 0.5), Percentile(times[name], 0.99));
            var aim = !hasAim ? "" : $"; aim: p99 under {AimMs:0} ms{(p99 < AimMs ? "" : ", MISSED")}";
            Console.WriteLine(
                Text($"{name}: p50 {p50:0.0} ms, p99 {p99:0.0} ms, ")
                + Text($"p50 {p50 / Percentile(baseline, 0.5):0.0} and p99 {p99 / Percentile(baseline, 0.99):0.0} times a track{aim}"));
        }

        foreach (var client in clients) client.Dispose();
        return 0;
    }

    private static Kind[] Kinds(int tracks)
    {
        return
        [
            new("track", false, seed => Get($"/v1/tracks/{Track(seed)}")),
            new("recommendations of a track", true, seed => Get($"/v1/recommendations?seed_tracks={Track(seed)}&limit=20")),
            new("recommendations with targets", true, seed =>
                Get($"/v1/recommendations?seed_tracks={Track(seed)},{Track(seed + 1)}&limit=20&target_energy=0.8&max_tempo=140")),
            new("related artists", true, seed => Get($"/v1/artists/{Artist(seed)}/related-artists")),
            new("radio", true, seed => new HttpRequestMessage(HttpMethod.Post, "/v1/me/radio")
            {
                Content = JsonContent.Create(new { seed = $"spotify:track:{Track(seed)}" }),
            }),
            new("home", true, seed => Get("/v1/views/home")),
            new("prompt, which creates a playlist", false, seed => new HttpRequestMessage(HttpMethod.Post, "/v1/me/playlists/prompted")
            {
                Content = JsonContent.Create(new { prompt = $"energetic genre {seed % 100} from the {(seed % 4 * 10) + 1980}s" }),
            }),
        ];

        // Popular tracks are asked for more often.
        string Track(int seed) => SpotifyId.Format(GeneratedModel.Id((int)(Math.Pow(seed % 1000 / 1000.0, 2) * tracks)));

        string Artist(int seed) =>
            SpotifyId.Format(GeneratedModel.ArtistId(seed % Math.Max(1, tracks / GeneratedModel.TracksPerCluster), seed));

        static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);
    }

    private static async Task<Dictionary<string, List<double>>> MeasureAsync(
        List<HttpClient> clients, Kind[] kinds, int rate, int seconds, Random random)
    {
        var times = kinds.ToDictionary(kind => kind.Name, _ => new List<double>());
        var pending = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / rate));
        for (var i = 0; i < rate * seconds; i++)
        {
            await timer.WaitForNextTickAsync();
            pending.Add(MeasureOneAsync(clients[random.Next(clients.Count)], kinds[i % kinds.Length], random.Next()));
        }

        await Task.WhenAll(pending);
        return times;

        async Task MeasureOneAsync(HttpClient client, Kind kind, int seed)
        {
            var took = await SendAsync(client, kind, seed);
            lock (times) times[kind.Name].Add(took);
        }
    }

    // Returns the duration in milliseconds.
    private static async Task<double> SendAsync(HttpClient client, Kind kind, int seed)
    {
        using var request = kind.Request(seed);
        var start = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request);
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (response.IsSuccessStatusCode) return took;
        var error = await response.Content.ReadAsStringAsync();
        throw new BenchmarkException($"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {error}");
    }

    // The host opens the model at the first request that needs it. Each request waits a moment for the model, and is that of another
    // listener, because plans of home pages are cached.
    private static async Task WaitForModelAsync(List<HttpClient> clients, int tracks)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; watch.Elapsed < StartTimeout; i++)
        {
            var home = await clients[i % clients.Count].GetFromJsonAsync<JsonElement>("/v1/views/home");
            var shelves = home.GetProperty("items").EnumerateArray().Select(shelf => shelf.GetProperty("id").GetString()!);
            if (shelves.Any(id => id.StartsWith("because-", StringComparison.Ordinal))) return;
        }

        throw new BenchmarkException($"The host has no model of {tracks} tracks.");
    }

    private static double Percentile(List<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)(share * (sorted.Count - 1))];
    }

    private static async Task<HttpClient> SignInAsync(string url, string user)
    {
        var client = new HttpClient { BaseAddress = new Uri(url) };
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", user), new("country", "SE")]);
        using var response = await client.PostAsync("/api/token", form);
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A kind of request.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="HasAim">Whether a listener waits for the response as for a page.</param>
    /// <param name="Request">Returns a request for a random number.</param>
    private sealed record Kind(string Name, bool HasAim, Func<int, HttpRequestMessage> Request);
}
