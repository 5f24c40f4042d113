using System.Net;
using Spotify.Domain;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of commands that are refused: each error is the contract's, and nothing changes.</summary>
public sealed class CommandErrorTests(PlayerHost host) : IClassFixture<PlayerHost>
{
    public static TheoryData<string, string, string?> Commands => new()
    {
        { "PUT", "/play", null },
        { "POST", "/play", null },
        { "PUT", "/pause", null },
        { "POST", "/next", null },
        { "POST", "/previous", null },
        { "PUT", "/seek?position_ms=0", null },
        { "PUT", "/repeat?state=track", null },
        { "PUT", "/volume?volume_percent=1", null },
        { "PUT", "/shuffle?state=true", null },
        { "POST", "/queue?uri=spotify:track:0000000000000000000000", null },
        { "PUT", "/queue", """{"uris":[]}""" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_without_an_active_device(string method, string path, string? body)
    {
        var app = await host.AppAsync("inactive");
        Assert.Equal(
            "Player command failed: No active device found",
            await app.FailAsync(HttpStatusCode.NotFound, "NO_ACTIVE_DEVICE", method, path, body));

        await host.DeviceAsync("idle", "phone");
        var idle = await host.AppAsync("idle");
        await idle.FailAsync(HttpStatusCode.NotFound, "NO_ACTIVE_DEVICE", method, path, body);
        Assert.Equal(1, await idle.RevisionAsync());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_for_an_unknown_device(string method, string path, string? body)
    {
        await host.DeviceAsync("unknown", "phone");
        var app = await host.AppAsync("unknown");
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';

        foreach (var id in (string[])["nothing", "../phone", "phone%20"])
        {
            Assert.Equal(
                "Device not found", await app.FailAsync(HttpStatusCode.NotFound, null, method, $"{path}{separator}device_id={id}", body));
        }

        Assert.Equal(1, await app.RevisionAsync());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_of_an_unknown_or_invalid_sender(string method, string path, string? body)
    {
        var device = await host.DeviceAsync("sender", "phone");
        await device.PlayAsync();
        var revision = await device.RevisionAsync();
        await new PlayerApp(host, "sender", device.Http, "vanished").FailAsync(HttpStatusCode.NotFound, null, method, path, body);
        await new PlayerApp(host, "sender", device.Http, "my phone").FailAsync(HttpStatusCode.BadRequest, null, method, path, body);
        Assert.Equal(revision, await device.RevisionAsync());
    }

    [Theory]
    [InlineData("PUT", "/seek", null, "position_ms")]
    [InlineData("PUT", "/seek?position_ms=", null, "position_ms")]
    [InlineData("PUT", "/seek?position_ms=-1", null, "position_ms")]
    [InlineData("PUT", "/seek?position_ms=1.5", null, "position_ms")]
    [InlineData("PUT", "/seek?position_ms=99999999999", null, "position_ms")]
    [InlineData("PUT", "/seek?position_ms=1&position_ms=2", null, "position_ms")]
    [InlineData("PUT", "/volume", null, "volume_percent")]
    [InlineData("PUT", "/volume?volume_percent=101", null, "volume_percent")]
    [InlineData("PUT", "/volume?volume_percent=-1", null, "volume_percent")]
    [InlineData("PUT", "/volume?volume_percent=loud", null, "volume_percent")]
    [InlineData("PUT", "/repeat", null, "state")]
    [InlineData("PUT", "/repeat?state=all", null, "state")]
    [InlineData("PUT", "/repeat?state=Track", null, "state")]
    [InlineData("PUT", "/shuffle", null, "state")]
    [InlineData("PUT", "/shuffle?state=on", null, "state")]
    [InlineData("POST", "/queue", null, "uri")]
    [InlineData("POST", "/queue?uri=spotify:album:0000000000000000000000", null, "uri")]
    [InlineData("POST", "/queue?uri=spotify:track:short", null, "uri")]
    [InlineData("POST", "/queue?uri=nonsense", null, "uri")]
    [InlineData("PUT", "/queue", null, "uris")]
    [InlineData("PUT", "/queue", "{}", "uris")]
    [InlineData("PUT", "/queue", """{"uris":["nonsense"]}""", "uris")]
    [InlineData("PUT", "/queue", """{"uris":[null]}""", "uris")]
    [InlineData("PUT", "", null, "device_ids")]
    [InlineData("PUT", "", "{}", "device_ids")]
    [InlineData("PUT", "", """{"device_ids":[]}""", "device_ids")]
    [InlineData("PUT", "", """{"device_ids":["phone","laptop"]}""", "device_ids")]
    [InlineData("PUT", "", """{"device_ids":[null]}""", "device_ids")]
    [InlineData("PUT", "", """{"device_ids":"phone"}""", "device_ids")]
    [InlineData("PUT", "", """{"device_ids":["phone"],"play":"yes"}""", "play")]
    [InlineData("PUT", "/play", "{", "JSON")]
    [InlineData("PUT", "/play", "[]", "JSON")]
    [InlineData("PUT", "/play", """{"context_uri":"x"}""", "context_uri")]
    [InlineData("PUT", "/play", """{"context_uri":7}""", "context_uri")]
    [InlineData("PUT", "/play", """{"context_uri":"spotify:track:0000000000000000000000"}""", "context_uri")]
    [InlineData("PUT", "/play", """{"context_uri":"spotify:user:other:collection"}""", "context_uri")]
    [InlineData("PUT", "/play", """{"uris":[]}""", "uris")]
    [InlineData("PUT", "/play", """{"uris":["spotify:album:0000000000000000000000"]}""", "uris")]
    [InlineData("PUT", "/play", """{"uris":"spotify:track:0000000000000000000000"}""", "uris")]
    [InlineData("PUT", "/play", """{"uris":["spotify:track:0000000000000000000000"],"context_uri":"spotify:collection"}""", "both")]
    [InlineData("PUT", "/play", """{"offset":{"position":1}}""", "offset")]
    [InlineData("PUT", "/play", """{"context_uri":"spotify:collection","offset":{"position":-1}}""", "offset.position")]
    [InlineData("PUT", "/play", """{"context_uri":"spotify:collection","offset":{"position":100001}}""", "offset.position")]
    [InlineData("PUT", "/play", """{"context_uri":"spotify:collection","offset":{"uri":"x"}}""", "offset.uri")]
    [InlineData(
        "PUT", "/play", """{"context_uri":"spotify:collection","offset":{"position":0,"uri":"spotify:track:0000000000000000000000"}}""",
        "offset")]
    [InlineData("PUT", "/play", """{"position_ms":-1}""", "position_ms")]
    [InlineData("PUT", "/devices/phone/report", """{"revision":-1}""", "revision")]
    [InlineData("PUT", "/devices/phone/report", """{"position_ms":-1}""", "position_ms")]
    [InlineData("PUT", "/devices/phone/report", """{"volume_percent":101}""", "volume_percent")]
    [InlineData("PUT", "/devices/phone/report", """{"uid":7}""", "uid")]
    [InlineData("PUT", "/devices/phone/report", """{"uid":"123456789012345678901"}""", "uid")]
    public async Task Bad_input_is_named(string method, string path, string? body, string problem)
    {
        var app = await host.DeviceAsync("bad", "phone");
        await app.PlayAsync();
        var revision = await app.RevisionAsync();

        Assert.Contains(problem, await app.FailAsync(HttpStatusCode.BadRequest, null, method, path, body));

        Assert.Equal(revision, await app.RevisionAsync());
    }

    [Fact]
    public async Task Too_many_uris_are_refused()
    {
        var app = await host.DeviceAsync("too-many", "phone");
        var uris = string.Join(',', Enumerable.Repeat($"\"{PlayerHost.Track(0)}\"", 501));
        Assert.Contains("500", await app.FailAsync(
            HttpStatusCode.BadRequest, null, "PUT", "/play?device_id=phone", $$"""{"uris":[{{uris}}]}"""));
        Assert.Contains("200", await app.FailAsync(
            HttpStatusCode.BadRequest, null, "PUT", "/queue?device_id=phone", $$"""{"uris":[{{uris}}]}"""));
    }

    [Fact]
    public async Task Too_large_bodies_are_refused()
    {
        var app = await host.DeviceAsync("large", "phone");
        using var response = await app.SendAsync("PUT", "/play", $$"""{"x":"{{new string('x', 70_000)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Unknown_and_empty_contexts_and_items_are_not_found()
    {
        var app = await host.DeviceAsync("missing", "phone");
        var id = SpotifyId.FromName("nothing");
        foreach (var type in (string[])["album", "artist", "audiobook", "playlist", "show"])
        {
            await app.FailAsync(
                HttpStatusCode.NotFound, null, "PUT", "/play?device_id=phone", $$"""{"context_uri":"spotify:{{type}}:{{id}}"}""");
        }

        await app.FailAsync(HttpStatusCode.NotFound, null, "PUT", "/play?device_id=phone", """{"context_uri":"spotify:collection"}""");
        await app.FailAsync(HttpStatusCode.NotFound, null, "PUT", "/play?device_id=phone", $$"""{"uris":["spotify:track:{{id}}"]}""");
        await app.FailAsync(HttpStatusCode.NotFound, null, "POST", $"/queue?device_id=phone&uri=spotify:track:{id}");
        await app.FailAsync(HttpStatusCode.NotFound, null, "POST", $"/queue?device_id=phone&uri=spotify:episode:{TestCatalog.Dawn.Id}");
        Assert.Contains("offset", await app.FailAsync(
            HttpStatusCode.NotFound, null, "PUT", "/play?device_id=phone",
            $$$"""{"context_uri":"{{{PlayerHost.LongUri}}}","offset":{"position":70}}"""));
        Assert.Contains("Nothing to resume", await app.FailAsync(HttpStatusCode.NotFound, null, "PUT", "/play?device_id=phone"));
        Assert.Equal(1, await app.RevisionAsync());
    }

    [Fact]
    public async Task Items_that_the_listener_may_not_play_are_forbidden()
    {
        var app = await host.DeviceAsync("forbidden", "phone");
        await app.FailAsync(
            HttpStatusCode.Forbidden, "ITEM_NOT_AVAILABLE", "PUT", "/play?device_id=phone",
            $$"""{"uris":["{{TestCatalog.Future.Uri()}}"]}""");
        await app.FailAsync(
            HttpStatusCode.Forbidden, "ITEM_NOT_AVAILABLE", "POST", $"/queue?device_id=phone&uri={TestCatalog.Future.Uri()}");
    }

    [Fact]
    public async Task There_is_nothing_next_or_previous_or_to_seek_before_the_start()
    {
        var app = await host.DeviceAsync("nothing", "phone");
        await app.DoAsync("PUT", "", """{"device_ids":["phone"],"play":true}""");

        await app.FailAsync(HttpStatusCode.Forbidden, "NO_NEXT_TRACK", "POST", "/next");
        await app.FailAsync(HttpStatusCode.Forbidden, "NO_PREV_TRACK", "POST", "/previous");
        await app.FailAsync(HttpStatusCode.Forbidden, "NOT_PLAYING_TRACK", "PUT", "/seek?position_ms=1");
        await app.DoAsync("PUT", "/pause");
    }

    [Fact]
    public async Task A_device_whose_volume_is_fixed()
    {
        var app = new PlayerApp(host, "fixed", await host.Server.SignInAsync("fixed"), "tv");
        await app.ConnectAsync("""{"name":"TV","type":"tv"}""");
        await app.FailAsync(
            HttpStatusCode.Forbidden, "VOLUME_CONTROL_DISALLOW", "PUT", "/volume?volume_percent=1&device_id=tv");
    }

    [Fact]
    public async Task A_restricted_device_takes_commands_of_its_own_app_only()
    {
        var speaker = await host.DeviceAsync("restricted", "speaker");
        await speaker.ConnectAsync("""{"is_restricted":true}""");
        await speaker.PlayAsync();
        var other = new PlayerApp(host, "restricted", host.Server.WithScopes("restricted", "user-modify-playback-state"), null);

        await other.FailAsync(HttpStatusCode.Forbidden, "DEVICE_NOT_CONTROLLABLE", "PUT", "/pause");
        await other.FailAsync(HttpStatusCode.Forbidden, "DEVICE_NOT_CONTROLLABLE", "PUT", "", """{"device_ids":["speaker"]}""");
        await speaker.DoAsync("PUT", "/pause");
    }

    [Fact]
    public async Task A_device_does_not_get_items_of_types_that_it_does_not_play()
    {
        var app = await host.DeviceAsync("music-only", "phone");
        await app.ConnectAsync("""{"item_types":["track"]}""");
        await app.FailAsync(
            HttpStatusCode.Forbidden, "CONTEXT_DISALLOW", "PUT", "/play?device_id=phone", $$"""{"uris":["{{TestCatalog.Pilot.Uri()}}"]}""");
    }

    [Fact]
    public async Task Playback_is_not_transferred_to_a_device_that_does_not_play_the_item()
    {
        var speaker = await host.DeviceAsync("talk", "speaker");
        await speaker.ConnectAsync("""{"item_types":["track"]}""");
        var phone = await host.DeviceAsync("talk", "phone");
        await phone.DoAsync("PUT", "/play?device_id=phone", $$"""{"uris":["{{TestCatalog.Pilot.Uri()}}"]}""");

        await phone.FailAsync(HttpStatusCode.Forbidden, "CONTEXT_DISALLOW", "PUT", "", """{"device_ids":["speaker"]}""");
        await phone.AssertPlaysAsync(TestCatalog.Pilot.Uri(), "phone");

        await phone.PlayAsync();
        await phone.DoAsync("PUT", "", """{"device_ids":["speaker"]}""");
        await phone.AssertPlaysAsync(PlayerHost.Track(0), "speaker");
    }

    [Theory]
    [InlineData("""{"position":2}""")]
    [InlineData("""{"position":100000}""")]
    [InlineData("""{"uri":"spotify:track:0000000000000000000001"}""")]
    public async Task An_offset_outside_the_list_plays_nothing(string offset)
    {
        var app = await host.DeviceAsync("outside", "phone");
        var revision = await app.RevisionAsync();
        Assert.Contains("at the offset", await app.FailAsync(
            HttpStatusCode.NotFound, null, "PUT", "/play?device_id=phone",
            $$$"""{"uris":["{{{PlayerHost.Track(0)}}}","{{{PlayerHost.Track(1)}}}"],"offset":{{{offset}}}}"""));
        Assert.Equal(revision, await app.RevisionAsync());
    }

    [Fact]
    public async Task A_full_queue_takes_no_more()
    {
        var app = await host.DeviceAsync("full", "phone");
        await app.PlayAsync();
        var uris = string.Join(',', Enumerable.Repeat($"\"{PlayerHost.Track(0)}\"", 200));
        await app.DoAsync("PUT", "/queue", $$"""{"uris":[{{uris}}]}""");
        var revision = await app.RevisionAsync();

        Assert.Contains("200", await app.FailAsync(HttpStatusCode.BadRequest, null, "POST", $"/queue?uri={PlayerHost.Track(1)}"));
        Assert.Equal(revision, await app.RevisionAsync());
    }

    [Fact]
    public async Task An_inactive_device_cannot_skip()
    {
        var phone = await host.DeviceAsync("other", "phone");
        await host.DeviceAsync("other", "laptop");
        await phone.PlayAsync();
        foreach (var (method, path) in (IEnumerable<(string, string)>)
            [("PUT", "/pause"), ("POST", "/next"), ("POST", "/previous"), ("PUT", "/repeat"), ("PUT", "/shuffle"), ("PUT", "/seek")])
        {
            var query = path switch { "/seek" => "&position_ms=1", "/repeat" => "&state=track", "/shuffle" => "&state=true", _ => "" };
            await phone.FailAsync(HttpStatusCode.NotFound, "NO_ACTIVE_DEVICE", method, $"{path}?device_id=laptop{query}");
        }
    }
}
