using System.Net;
using System.Text.Json.Nodes;

namespace Spotify.Functions.Tests.Player;

/// <summary>A client that reads server-sent events.</summary>
internal sealed class EventReader : IDisposable
{
    // A test that waits this long has failed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StreamReader lines;

    private EventReader(HttpResponseMessage response, Stream body) => (Response, lines) = (response, new StreamReader(body));

    public HttpResponseMessage Response { get; }

    /// <summary>Connects.</summary>
    public static async Task<EventReader> OpenAsync(HttpClient client, string path = "/v1/me/player/events")
    {
        var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.StatusCode == HttpStatusCode.OK, response.StatusCode.ToString());
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Returns the state of the next event; null at the end of the stream. Ignores comments, as clients do.</summary>
    public async Task<JsonNode?> NextAsync()
    {
        var id = "";
        while (await LineAsync() is { } line)
        {
            if (line.Length == 0 || line[0] == ':') continue;
            var parts = line.Split(": ", 2);
            var (name, value) = (parts[0], parts[1]);
            if (name == "event") Assert.Equal("player", value);
            if (name == "id") id = value;
            if (name != "data") continue;
            var state = JsonNode.Parse(value)!;
            Assert.Equal(id, state["revision"]!.ToString());
            Assert.Equal("", await LineAsync());
            return state;
        }

        return null;
    }

    /// <summary>Returns the next line; null at the end of the stream.</summary>
    public async Task<string?> LineAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await lines.ReadLineAsync(patience.Token);
    }

    public void Dispose()
    {
        lines.Dispose();
        Response.Dispose();
    }
}
