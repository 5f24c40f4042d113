using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Spotify.Benchmarks.Ingest;

/// <summary>Generated reports of plays of the tracks of a catalog.</summary>
internal sealed class EventBatches(IReadOnlyList<string> trackIds)
{
    private long number;

    /// <summary>Returns the body of a request with a number of new events.</summary>
    /// <param name="count">The number of events.</param>
    /// <param name="lastId">The id of the last event.</param>
    public string Next(int count, out string lastId)
    {
        var (body, now) = (new StringBuilder("{\"events\":["), DateTime.UtcNow);
        lastId = "";
        for (var i = 0; i < count; i++)
        {
            var next = Interlocked.Increment(ref number);
            lastId = string.Create(CultureInfo.InvariantCulture, $"0197b2c4-0000-7000-8000-{next:d12}");
            var track = trackIds[(int)(next % trackIds.Count)];
            body.Append(i > 0 ? "," : "").Append(
                CultureInfo.InvariantCulture,
                $$"""
                {"id":"{{lastId}}","type":"stream_end","uri":"spotify:track:{{track}}","timestamp":"{{now.AddSeconds(-next % 3600):O}}",
                """).Append("\"played_ms\":151000,\"duration_ms\":200000,\"end_reason\":\"skipped\",\"device_id\":\"benchmark-phone\"}");
        }

        return body.Append("]}").ToString().ReplaceLineEndings("");
    }

    /// <summary>Returns a client with a token for a user.</summary>
    public static async Task<HttpClient> SignInAsync(string url, string user)
    {
        var client = new HttpClient { BaseAddress = new Uri(url) };
        using var response = await client.PostAsync("/api/token", new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("user", user), new("product", "premium"), new("country", "SE")]));
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Returns a script for wrk that posts bodies in turn, or gets an empty response if there are none.</summary>
    public static string Script(string directory, string authorization, IReadOnlyList<string> bodies)
    {
        var files = bodies.Select((body, i) =>
        {
            var file = Path.Combine(directory, $"body-{body.Length}-{i}");
            File.WriteAllText(file, body);
            return $"\"{file}\"";
        });
        return $$"""
            local requests, next = {}, 0
            init = function()
              local headers = { ["Authorization"] = "{{authorization}}", ["Content-Type"] = "application/json" }
              for _, file in ipairs({ {{string.Join(", ", files)}} }) do
                requests[#requests + 1] = wrk.format("POST", "/v1/events", headers, io.open(file):read("*a"))
              end
              if #requests == 0 then requests[1] = wrk.format("GET", "/healthz", headers) end
            end
            request = function()
              next = next % #requests + 1
              return requests[next]
            end
            """;
    }
}
