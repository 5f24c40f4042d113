using System.Net;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Licenses.Devices;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of the registration of devices, and of their leases.</summary>
public sealed class ConnectedDeviceTests(PlayerHost host) : IClassFixture<PlayerHost>
{
    [Fact]
    public async Task A_device_is_listed_as_it_registered()
    {
        var app = new PlayerApp(host, "listed", await host.Server.SignInAsync("listed"), "kitchen_1-A");

        var registered = await app.ConnectAsync("""
            {
              "name":" Kitchen ", "type":"speaker", "volume_percent":30, "item_types":["track"], "codecs":["flac","aac"],
              "is_private_session":true
            }
            """);

        Assert.Equal(
            ("kitchen_1-A", "Kitchen", "speaker", "30", "true", "false", "true", "900000", "1"),
            (registered.At("id"), registered.At("name"), registered.At("type"), registered.At("volume_percent"),
                registered.At("supports_volume"), registered.At("is_active"), registered.At("is_private_session"),
                registered.At("lease_ms"), registered.At("revision")));
        var device = Assert.Single((await app.GetAsync("GET", "/devices"))["devices"]!.AsArray())!;
        Assert.Equal(("kitchen_1-A", "false"), (device.At("id"), device.At("is_restricted")));
        Assert.False(device.AsObject().ContainsKey("lease_ms"));
        var (state, _) = await host.StateAsync("listed");
        Assert.Equal(["track"], state.Devices[0].ItemTypes);
        Assert.Equal(["flac", "aac"], state.Devices[0].Codecs);
    }

    [Fact]
    public async Task A_device_without_a_volume_has_none()
    {
        var app = new PlayerApp(host, "mute", await host.Server.SignInAsync("mute"), "tv");

        var device = await app.ConnectAsync("""{"name":"TV","type":"tv","supports_volume":false}""");

        Assert.True(device.AsObject().ContainsKey("volume_percent"));
        Assert.Equal((null, "false"), (device.At("volume_percent"), device.At("supports_volume")));
    }

    [Fact]
    public async Task A_repeated_registration_writes_nothing_and_keeps_what_it_does_not_mention()
    {
        var app = await host.DeviceAsync("again", "phone");

        await app.ConnectAsync();
        await app.ConnectAsync("""{"name":"phone","volume_percent":50}""");
        Assert.Equal(1, await app.RevisionAsync());

        var renamed = await app.ConnectAsync("""{"name":"Mine"}""");
        Assert.Equal(("Mine", "computer", "50", "2"),
            (renamed.At("name"), renamed.At("type"), renamed.At("volume_percent"), renamed.At("revision")));
    }

    [Fact]
    public async Task A_registration_does_not_undo_a_volume_that_waits_for_the_device()
    {
        var phone = await host.DeviceAsync("louder", "phone");
        var laptop = await host.DeviceAsync("louder", "laptop");
        await laptop.DoAsync("PUT", "/volume?volume_percent=80&device_id=phone");

        Assert.Equal("80", (await phone.ConnectAsync("""{"volume_percent":50}""")).At("volume_percent"));
        Assert.Equal("40", (await laptop.ConnectAsync("""{"volume_percent":40}""")).At("volume_percent"));
        Assert.Equal("80", (await phone.ReportAsync()).At("devices", 0, "volume_percent"));

        await phone.ReportAsync($$"""{"revision":{{await phone.RevisionAsync()}}}""");
        Assert.Equal("50", (await phone.ConnectAsync("""{"volume_percent":50}""")).At("volume_percent"));
    }

    [Fact]
    public async Task A_device_that_loses_its_volume_loses_it_although_a_volume_waits()
    {
        var phone = await host.DeviceAsync("muted", "phone");
        var laptop = await host.DeviceAsync("muted", "laptop");
        await laptop.DoAsync("PUT", "/volume?volume_percent=80&device_id=phone");
        Assert.Null((await phone.ConnectAsync("""{"supports_volume":false}""")).At("volume_percent"));
    }

    [Fact]
    public async Task An_offline_device_brings_its_name_and_type()
    {
        using var http = await host.Server.SignInAsync("offline");
        await http.GetJsonAsync("/v1/me");
        var id = Spotify.Domain.SpotifyId.FromName("offline device");
        await host.Server.WriteAsync(new Device(
            "offline", id, "My Phone", "smartphone", "{}", "{}", 0, 0, 0, 0, 0, null, null, null,
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch).Insert());
        var app = new PlayerApp(host, "offline", http, id);

        var device = await app.ConnectAsync();

        Assert.Equal(("My Phone", "smartphone"), (device.At("name"), device.At("type")));
    }

    [Theory]
    [InlineData("phone", "{}", "name")]
    [InlineData("phone", """{"name":"Phone"}""", "type")]
    [InlineData("phone", """{"name":"","type":"computer"}""", "name")]
    [InlineData("phone", """{"name":"Phone","type":"toaster"}""", "type")]
    [InlineData("phone", """{"name":"Phone","type":"computer","volume_percent":101}""", "volume_percent")]
    [InlineData("phone", """{"name":"Phone","type":"computer","volume_percent":-1}""", "volume_percent")]
    [InlineData("phone", """{"name":"Phone","type":"computer","volume_percent":1,"supports_volume":false}""", "volume_percent")]
    [InlineData("phone", """{"name":"Phone","type":"computer","item_types":[]}""", "item_types")]
    [InlineData("phone", """{"name":"Phone","type":"computer","item_types":["song"]}""", "item_types")]
    [InlineData("phone", """{"name":"Phone","type":"computer","item_types":[null]}""", "item_types")]
    [InlineData("phone", """{"name":"Phone","type":"computer","codecs":["mp3"]}""", "codecs")]
    [InlineData("phone", """{"name":"Phone","type":"computer","codecs":["aac","aac"]}""", "codecs")]
    [InlineData("phone", """{"name":7}""", "name")]
    [InlineData("phone", "[]", "JSON")]
    [InlineData("phone", "{", "JSON")]
    [InlineData("my%20phone", """{"name":"Phone","type":"computer"}""", "device id")]
    [InlineData("l%C3%A5ng", """{"name":"Phone","type":"computer"}""", "device id")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", """{"name":"Phone","type":"computer"}""", "device id")]
    public async Task Bad_registrations_are_refused_and_change_nothing(string id, string body, string problem)
    {
        var app = await host.AppAsync("bad-device");

        Assert.Contains(problem, await app.FailAsync(HttpStatusCode.BadRequest, null, "PUT", $"/devices/{id}", body));

        Assert.Equal(0, await app.RevisionAsync());
    }

    [Fact]
    public async Task A_device_belongs_to_the_app_that_registered_it()
    {
        var own = await host.DeviceAsync("owned", "phone");
        var other = new PlayerApp(host, "owned", host.Server.WithScopes("owned", "user-modify-playback-state"), "phone");

        await other.FailAsync(HttpStatusCode.Forbidden, "DEVICE_NOT_CONTROLLABLE", "PUT", "/devices/phone", """{"name":"Taken"}""");
        await other.FailAsync(HttpStatusCode.Forbidden, "DEVICE_NOT_CONTROLLABLE", "DELETE", "/devices/phone");
        await other.FailAsync(HttpStatusCode.Forbidden, "DEVICE_NOT_CONTROLLABLE", "PUT", "/devices/phone/report", "{}");
        await other.FailAsync(HttpStatusCode.Forbidden, "DEVICE_NOT_CONTROLLABLE", "PUT", "/pause");

        Assert.Equal(1, await own.RevisionAsync());
    }

    [Fact]
    public async Task A_device_that_leaves_pauses_what_it_plays()
    {
        var phone = await host.DeviceAsync("leaver", "phone");
        var laptop = await host.DeviceAsync("leaver", "laptop");
        await phone.PlayAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(10));

        await phone.DoAsync("DELETE", "/devices/phone");
        await phone.DoAsync("DELETE", "/devices/phone");

        Assert.Null(await laptop.PlaybackAsync());
        await laptop.DoAsync("PUT", "/play?device_id=laptop");
        await laptop.AssertPlaysAsync(PlayerHost.Track(0), "laptop", progressMs: 10_000);
    }

    [Fact]
    public async Task A_device_is_dropped_after_its_lease_and_playback_stops_there()
    {
        var phone = await host.DeviceAsync("vanished", "phone");
        await phone.PlayAsync();
        var laptop = await host.DeviceAsync("vanished", "laptop");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await phone.DoAsync("PUT", "/seek?position_ms=0");
        host.Clock.Advance(TimeSpan.FromMinutes(9));
        await laptop.ConnectAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(2, (await laptop.GetAsync("GET", "/devices"))["devices"]!.AsArray().Count);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("laptop", Assert.Single((await laptop.GetAsync("GET", "/devices"))["devices"]!.AsArray())!.At("id"));
        Assert.Null(await laptop.PlaybackAsync());
        Assert.Contains("No active device", await laptop.FailAsync(HttpStatusCode.NotFound, "NO_ACTIVE_DEVICE", "PUT", "/pause"));
        await phone.FailAsync(HttpStatusCode.NotFound, null, "PUT", "/devices/phone/report", "{}");
        await phone.FailAsync(HttpStatusCode.NotFound, null, "PUT", "/pause");
        await laptop.DoAsync("PUT", "/play?device_id=laptop");
        // At most the duration, because nobody told that the item had ended.
        await laptop.AssertPlaysAsync(PlayerHost.Track(0), "laptop", progressMs: 200_000);
    }

    [Fact]
    public async Task Requests_of_a_device_renew_its_lease_when_half_of_it_has_gone()
    {
        var phone = await host.DeviceAsync("renewed", "phone");
        await phone.PlayAsync();
        var revision = await phone.RevisionAsync();

        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await phone.DoAsync("PUT", "/repeat?state=off");
        Assert.Equal(revision, await phone.RevisionAsync());

        for (var i = 0; i < 3; i++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(8));
            await phone.DoAsync("PUT", "/repeat?state=off");
            host.Clock.Advance(TimeSpan.FromMinutes(8));
            await phone.ReportAsync();
        }

        Assert.Equal(revision + 6, await phone.RevisionAsync());
    }

    [Fact]
    public async Task A_further_device_takes_the_place_of_the_one_seen_least_recently()
    {
        for (var i = 0; i < 21; i++)
        {
            await host.DeviceAsync("many", $"device-{i}");
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var app = await host.AppAsync("many");
        var ids = (await app.GetAsync("GET", "/devices"))["devices"]!.AsArray().Select(device => device!.At("id")).ToList();

        Assert.Equal(20, ids.Count);
        Assert.DoesNotContain("device-0", ids);
    }

    [Fact]
    public async Task A_listener_without_a_document_has_no_devices()
    {
        var app = await host.AppAsync("nobody");
        Assert.Empty((await app.GetAsync("GET", "/devices"))["devices"]!.AsArray());
    }
}
