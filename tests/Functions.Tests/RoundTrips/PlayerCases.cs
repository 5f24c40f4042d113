namespace Spotify.Functions.Tests.RoundTrips;

/// <summary>A request to each route of the player. Each command changes the state.</summary>
internal static class PlayerCases
{
    private const string Root = "/v1/me/player";
    private const string Device = "living-room";

    /// <summary>All cases, in the order in which they are sent.</summary>
    /// <param name="albumId">An album with many tracks.</param>
    /// <param name="uris">The URIs of 100 tracks.</param>
    public static IEnumerable<RoundTripCase> All(string albumId, IReadOnlyList<string> uris) =>
    [
        One("PUT", "/devices/{}", $"/devices/{Device}", """{"name":"Living room","type":"speaker","volume_percent":50}"""),
        new($"PUT {Root}/play", 10, 100, _ => $"{Root}/play?device_id={Device}", n => Uris(uris, n)),
        One("POST", "/play", "/play", $$"""{"context_uri":"spotify:album:{{albumId}}"}"""),
        One("GET", "", ""),
        One("GET", "/currently-playing", "/currently-playing"),
        One("GET", "/devices", "/devices"),
        One("PUT", "/seek", "/seek?position_ms=5000"),
        One("PUT", "/pause", "/pause"),
        One("PUT", "", "", $$"""{"device_ids":["{{Device}}"],"play":true}"""),
        One("POST", "/next", "/next"),
        One("POST", "/previous", "/previous"),
        One("PUT", "/repeat", "/repeat?state=context"),
        One("PUT", "/volume", "/volume?volume_percent=7"),
        One("PUT", "/shuffle", "/shuffle?state=true"),
        One("POST", "/queue", $"/queue?uri={uris[0]}"),
        new($"PUT {Root}/queue", 2, 100, _ => $"{Root}/queue", n => Uris(uris, n)),
        One("GET", "/queue", "/queue"),
        One("PUT", "/devices/{}/report", $"/devices/{Device}/report", """{"revision":1000,"volume_percent":9}"""),
        One("DELETE", "/devices/{}", $"/devices/{Device}"),
    ];

    private static RoundTripCase One(string method, string route, string path, string? body = null) =>
        new($"{method} {Root}{route}", 1, 1, _ => Root + path, body is null ? null : _ => body);

    private static string Uris(IReadOnlyList<string> uris, int count) =>
        $$"""{"uris":[{{string.Join(',', uris.Take(count).Select(uri => $"\"{uri}\""))}}]}""";
}
