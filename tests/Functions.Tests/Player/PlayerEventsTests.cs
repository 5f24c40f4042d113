using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Player;
using Spotify.Web.Identity;

namespace Spotify.Functions.Tests.Player;

/// <summary>The events of a player, over HTTP, on the clock of the test.</summary>
public sealed class PlayerEventsTests : IAsyncLifetime
{
    private const string Events = "/v1/me/player/events";

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider clock = new();
    private LocalServer server = null!;
    private HttpClient ada = null!;

    private IPlayerStates States => server.Services.GetRequiredService<IPlayerStates>();

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(Configure);
        ada = await server.SignInAsync("ada");
    }

    public async Task DisposeAsync()
    {
        ada.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_change_by_one_client_arrives_at_the_others_of_the_listener_only()
    {
        using var phone = await server.SignInAsync("ada");
        using var stranger = await server.SignInAsync("grace");
        using var events = await EventReader.OpenAsync(phone);
        using var strange = await EventReader.OpenAsync(stranger);
        var empty = (await events.NextAsync())!;
        Assert.Equal(("0", 0), (empty.At("revision"), empty["devices"]!.AsArray().Count));
        await strange.NextAsync();

        await ConnectAsync(ada, "desk");
        var state = (await events.NextAsync())!;
        Assert.Equal(("1", "desk"), (state.At("revision"), state.At("devices", 0, "id")));
        await ConnectAsync(ada, "desk2");
        Assert.Equal("2", (await events.NextAsync())!.At("revision"));
        await ConnectAsync(stranger, "other");
        Assert.Equal(("1", "other"), Ids((await strange.NextAsync())!));

        static (string?, string?) Ids(JsonNode state) => (state.At("revision"), state.At("devices", 0, "id"));
    }

    [Fact]
    public async Task The_response_is_not_stored_buffered_or_compressed()
    {
        ada.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip, br");
        using var events = await EventReader.OpenAsync(ada);
        var headers = events.Response.Headers;
        Assert.Equal("text/event-stream", events.Response.Content.Headers.ContentType!.MediaType);
        Assert.Empty(events.Response.Content.Headers.ContentEncoding);
        Assert.True(headers.CacheControl!.NoStore);
        Assert.Equal("no", headers.GetValues("X-Accel-Buffering").Single());
    }

    [Fact]
    public async Task A_client_that_connects_again_gets_the_newest_state_once_with_the_commands_that_wait()
    {
        await ConnectAsync(ada, "desk");
        using (var first = await EventReader.OpenAsync(ada)) await first.NextAsync();
        foreach (var (revision, type) in (IEnumerable<(long, string)>)[(2, "pause"), (3, "seek"), (4, "volume")])
            await ChangeAsync(state => state.With(new DeviceCommand(revision, "desk", type, clock.Now)));

        using var events = await EventReader.OpenAsync(ada);
        var newest = (await events.NextAsync())!;
        Assert.Equal(("4", 3), (newest.At("revision"), newest["commands"]!.AsArray().Count));
        await ChangeAsync(state => state.Acknowledge("desk", 3));
        var acknowledged = (await events.NextAsync())!;
        Assert.Equal(("5", "4"), (acknowledged.At("revision"), acknowledged.At("commands", 0, "revision")));
    }

    [Fact]
    public async Task A_client_that_reads_slowly_gets_only_the_newest_state()
    {
        const int Changes = 200;
        await using var host = await LocalServer.StartAsync(builder =>
        {
            Configure(builder);
            // A machine that is busy may need longer than a slow client is given.
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        });
        using var client = await host.SignInAsync("ada");
        using var narrow = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = client.BaseAddress };
        narrow.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;
        using var events = await EventReader.OpenAsync(narrow);

        var states = host.Services.GetRequiredService<IPlayerStates>();
        var padding = new string('x', 200 << 10);
        PlayerDocument? document = null;
        for (var revision = 1; revision <= Changes; revision++)
        {
            var next = new PlayerDocument(revision, $$"""{"revision":{{revision}},"devices":[],"padding":"{{padding}}"}""");
            Assert.True(await states.TryWriteAsync("ada", document, next, default));
            document = await states.ReadAsync("ada", default);
        }

        var (received, last) = (0, 0);
        for (; last < Changes; received++)
        {
            var revision = int.Parse((await events.NextAsync())!.At("revision")!, CultureInfo.InvariantCulture);
            Assert.True(received == 0 || revision > last);
            last = revision;
        }

        Assert.InRange(received, 1, Changes / 2);

        static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            await socket.ConnectAsync(context.DnsEndPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    [Fact]
    public async Task Bytes_are_sent_every_20_seconds_and_the_stream_ends_with_the_token()
    {
        using var events = await EventReader.OpenAsync(ada);
        await events.NextAsync();
        clock.Advance(Heartbeat - TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(": ", await events.LineAsync());

        clock.Advance(TimeSpan.FromHours(1) - Heartbeat);
        Assert.Null(await events.NextAsync());
        await ada.GetErrorAsync(Events, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_device_whose_lease_ends_leaves_the_state()
    {
        await ConnectAsync(ada, "desk");
        using var events = await EventReader.OpenAsync(ada);
        Assert.Single((await events.NextAsync())!["devices"]!.AsArray());
        clock.Advance(TimeSpan.FromMinutes(15));
        var state = (await events.NextAsync())!;
        Assert.Equal(("2", 0), (state.At("revision"), state["devices"]!.AsArray().Count));

        await ConnectAsync(ada, "desk");
        await events.NextAsync();
        events.Dispose();
        clock.Advance(TimeSpan.FromMinutes(15));
        using var later = await EventReader.OpenAsync(ada);
        Assert.Empty((await later.NextAsync())!["devices"]!.AsArray());
    }

    [Fact]
    public async Task A_lost_connection_shortens_the_lease_of_its_device_and_the_next_one_restores_it()
    {
        await ConnectAsync(ada, "desk");
        using var watching = await EventReader.OpenAsync(ada);
        Assert.Equal(clock.Now.AddMinutes(15), LeaseEnd((await watching.NextAsync())!), TimeSpan.FromMilliseconds(1));

        using (var lost = await EventReader.OpenAsync(ada, $"{Events}?device_id=desk")) await lost.NextAsync();
        Assert.Equal(clock.Now.AddSeconds(30), LeaseEnd((await watching.NextAsync())!), TimeSpan.FromMilliseconds(1));

        clock.Advance(TimeSpan.FromSeconds(29));
        using (var again = await EventReader.OpenAsync(ada, $"{Events}?device_id=desk"))
        {
            await again.NextAsync();
            Assert.Equal(clock.Now.AddMinutes(15), LeaseEnd((await watching.NextAsync())!), TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(clock.Now.AddSeconds(30), LeaseEnd((await watching.NextAsync())!), TimeSpan.FromMilliseconds(1));
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Empty((await watching.NextAsync())!["devices"]!.AsArray());
        await ada.GetErrorAsync($"{Events}?device_id=desk", HttpStatusCode.NotFound);

        static DateTimeOffset LeaseEnd(JsonNode state) =>
            DateTimeOffset.FromUnixTimeMilliseconds(state["devices"]![0]!["lease_ends_at"]!.GetValue<long>());
    }

    [Fact]
    public async Task Only_a_connected_device_of_the_same_app_is_accepted()
    {
        foreach (var invalid in (string[])["", "a b", new string('x', 65)])
        {
            var error = await ada.GetErrorAsync($"{Events}?device_id={Uri.EscapeDataString(invalid)}", HttpStatusCode.BadRequest);
            Assert.Contains("Invalid device id", error, StringComparison.Ordinal);
        }

        Assert.Equal("Device not found", await ada.GetErrorAsync($"{Events}?device_id=desk", HttpStatusCode.NotFound));
        await ConnectAsync(ada, "desk");
        using var other = server.WithScopes("ada", Scopes.All.Format());
        await other.GetErrorAsync($"{Events}?device_id=desk", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_listener_has_20_connections_and_a_device_replaces_its_own_beyond_them()
    {
        await ConnectAsync(ada, "desk");
        using var oldest = await EventReader.OpenAsync(ada, $"{Events}?device_id=desk");
        await oldest.NextAsync();
        var others = new List<EventReader>();
        for (var i = 1; i < 20; i++)
        {
            others.Add(await EventReader.OpenAsync(ada));
            await others[^1].NextAsync();
        }

        using var refused = await ada.GetAsync(Events);
        await refused.ErrorAsync(HttpStatusCode.TooManyRequests);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var grace = await server.SignInAsync("grace");
        using var elsewhere = await EventReader.OpenAsync(grace);

        using var replacing = await EventReader.OpenAsync(ada, $"{Events}?device_id=desk");
        Assert.NotNull(await replacing.NextAsync());
        Assert.Null(await oldest.NextAsync());
        others.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public async Task An_instance_has_a_maximum_of_connections()
    {
        await using var host = await LocalServer.StartAsync(builder =>
        {
            Configure(builder);
            builder.Configuration["Player:MaxConnections"] = "1";
        });
        using var client = await host.SignInAsync("ada");
        using var grace = await host.SignInAsync("grace");
        using var events = await EventReader.OpenAsync(client);
        await events.NextAsync();
        await grace.GetErrorAsync(Events, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_its_streams()
    {
        using var events = await EventReader.OpenAsync(ada);
        await events.NextAsync();
        // Twice as long would be the timeout of the host, after which it closes the connections.
        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(15));
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task A_home_without_connections_names_the_live_token_and_one_with_them_the_events()
    {
        using var post = await ada.PostAsync("/v1/me/player/live-token", null);
        Assert.Contains("/v1/me/player/events", await post.ErrorAsync(HttpStatusCode.NotFound), StringComparison.Ordinal);

        await using var cloud = await LocalServer.StartAsync(builder =>
        {
            Configure(builder);
            WithoutFeed(builder).AddSingleton<ILiveTokens>(new FakeLiveTokens());
        });
        using var client = await cloud.SignInAsync("ada");
        Assert.Contains(
            "/v1/me/player/live-token", await client.GetErrorAsync(Events, HttpStatusCode.NotFound), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_live_token_is_for_a_document_that_exists()
    {
        await using var cloud = await LocalServer.StartAsync(
            builder => WithoutFeed(builder).AddSingleton<ILiveTokens>(new FakeLiveTokens()));
        using var client = cloud.SignInWith("web-player", "ada");
        for (var i = 0; i < 2; i++)
        {
            using var response = await client.PostAsync("/v1/me/player/live-token", null);
            Assert.True(response.Headers.CacheControl!.NoStore);
            Assert.Equal(
                """
                {"token":"token","expires_at":"1970-01-01T00:00:00Z","api_key":"key","project":"project","document":"players/ada"}
                """,
                await response.Content.ReadAsStringAsync());
            Assert.Equal(1, (await cloud.Services.GetRequiredService<IPlayerStates>().ReadAsync("ada", default))!.Revision);
        }
    }

    [Fact]
    public async Task Apps_of_others_get_no_live_token_because_it_signs_in_to_the_account()
    {
        await using var cloud = await LocalServer.StartAsync(builder =>
        {
            WithoutFeed(builder).AddSingleton<ILiveTokens>(new FakeLiveTokens());
            builder.Configuration["Player:LiveTokenApps:0"] = "tv-app";
        });
        using var other = cloud.SignInWith("other-app", "ada");
        using var refused = await other.PostAsync("/v1/me/player/live-token", null);
        Assert.Contains("poll GET /v1/me/player", await refused.ErrorAsync(HttpStatusCode.Forbidden), StringComparison.Ordinal);
        Assert.Equal(
            "LIVE_TOKENS_DISALLOWED", JsonNode.Parse(await refused.Content.ReadAsStringAsync())!.At("error", "reason"));
        Assert.Null(await cloud.Services.GetRequiredService<IPlayerStates>().ReadAsync("ada", default));

        foreach (var app in new[] { "web-player", "tv-app" })
        {
            using var own = cloud.SignInWith(app, "ada");
            using var issued = await own.PostAsync("/v1/me/player/live-token", null);
            Assert.Equal(HttpStatusCode.OK, issued.StatusCode);
        }
    }

    [Fact]
    public async Task A_live_token_that_cannot_be_signed_is_tried_again()
    {
        await using var cloud = await LocalServer.StartAsync(
            builder => WithoutFeed(builder).AddSingleton<ILiveTokens>(new FakeLiveTokens(isDown: true)));
        using var client = cloud.SignInWith("web-player", "ada");
        using var response = await client.PostAsync("/v1/me/player/live-token", null);
        await response.ErrorAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    private static IServiceCollection WithoutFeed(WebApplicationBuilder builder)
    {
        builder.Services.Remove(builder.Services.Single(service => service.ServiceType == typeof(IPlayerStateFeed)));
        return builder.Services;
    }

    private static async Task ConnectAsync(HttpClient client, string id)
    {
        using var response = await client.PutAsJsonAsync($"/v1/me/player/devices/{id}", new { name = id, type = "computer" });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private void Configure(WebApplicationBuilder builder) => builder.UseClock(clock);

    private async Task ChangeAsync(Func<PlayerState, PlayerState> change)
    {
        var document = (await States.ReadAsync("ada", default))!;
        var state = change(PlayerStateJson.Parse(document.State));
        var next = new PlayerDocument(document.Revision + 1, PlayerStateJson.Serialize(state, document.Revision + 1));
        Assert.True(await States.TryWriteAsync("ada", document, next, default));
    }
}
