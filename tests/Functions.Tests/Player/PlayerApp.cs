using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Player;

/// <summary>An app of a listener, on a connected device or without one.</summary>
public sealed class PlayerApp(PlayerHost host, string user, HttpClient http, string? deviceId)
{
    private const string Root = "/v1/me/player";

    /// <summary>The listener.</summary>
    public string User => user;

    /// <summary>The id of the device.</summary>
    public string Id => deviceId!;

    /// <summary>The client, whose requests do not name the device.</summary>
    public HttpClient Http => http;

    /// <summary>Sends a request to a path below <c>/v1/me/player</c>.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), Root + path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (deviceId is not null) request.Headers.Add("X-Device-Id", deviceId);
        return http.SendAsync(request);
    }

    /// <summary>Sends a command, and asserts 204.</summary>
    public async Task DoAsync(string method, string path, string? body = null)
    {
        using var response = await SendAsync(method, path, body);
        Assert.True(
            response.StatusCode == HttpStatusCode.NoContent,
            $"{method} {path} {body}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Sends a request, asserts an error with a reason, and returns its message.</summary>
    public async Task<string> FailAsync(HttpStatusCode status, string? reason, string method, string path, string? body = null)
    {
        using var response = await SendAsync(method, path, body);
        var message = await response.ErrorAsync(status);
        Assert.Equal(reason, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.At("error", "reason"));
        return message;
    }

    /// <summary>Sends a request, asserts status 200, and returns the JSON.</summary>
    public async Task<JsonNode> GetAsync(string method, string path, string? body = null)
    {
        using var response = await SendAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{method} {path} {body}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Registers the device.</summary>
    public Task<JsonNode> ConnectAsync(string body = "{}") => GetAsync("PUT", $"/devices/{deviceId}", body);

    /// <summary>Sends a report of the device, and returns the state.</summary>
    public Task<JsonNode> ReportAsync(string body = "{}") => GetAsync("PUT", $"/devices/{deviceId}/report", body);

    /// <summary>Plays the long album from a track on the device.</summary>
    public Task PlayAsync(int offset = 0) => DoAsync(
        "PUT", $"/play?device_id={deviceId}",
        $$$"""{"context_uri":"{{{PlayerHost.LongUri}}}","offset":{"position":{{{offset}}}}}""");

    /// <summary>Returns what is played; null if no device is active.</summary>
    public async Task<JsonNode?> PlaybackAsync()
    {
        using var response = await SendAsync("GET", "?additional_types=episode");
        if (response.StatusCode == HttpStatusCode.NoContent) return null;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync());
    }

    /// <summary>Asserts what is played on which device.</summary>
    public async Task AssertPlaysAsync(string uri, string device, bool isPlaying = true, long? progressMs = null)
    {
        var playback = await PlaybackAsync();
        Assert.Equal(
            (uri, device, isPlaying),
            (playback?.At("item", "uri"), playback?.At("device", "id"), playback!["is_playing"]!.GetValue<bool>()));
        if (progressMs is not null) Assert.Equal(progressMs, playback["progress_ms"]!.GetValue<long>());
    }

    /// <summary>Returns the revision of the state.</summary>
    public async Task<long> RevisionAsync() => (await host.StateAsync(user)).Revision;
}
