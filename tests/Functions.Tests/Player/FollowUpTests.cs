using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog.ResumePoints;
using Spotify.Fixtures;
using Spotify.Functions.PlayerAutoplay;
using Spotify.Functions.Tests.Playlists;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of the work after a change: resume points and the request for a radio.</summary>
public sealed class FollowUpTests(FollowUpTests.Host host) : IClassFixture<FollowUpTests.Host>, IDisposable
{
    private static readonly string PlayPilot = $$"""{"uris":["{{TestCatalog.Pilot.Uri()}}"]}""";

    public void Dispose()
    {
        host.States.AfterWrite = null;
        host.Tasks.Failure = null;
    }

    [Fact]
    public async Task The_position_of_a_paused_episode_does_not_replace_a_newer_resume_point()
    {
        var app = await host.DeviceAsync("stale", "phone");
        await app.DoAsync("PUT", "/play?device_id=phone", PlayPilot);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await app.DoAsync("PUT", "/pause");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await MarkPlayedAsync(app);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        await app.PlayAsync();

        Assert.True((await PointAsync("stale"))!.FullyPlayed);
    }

    [Fact]
    public async Task The_position_of_an_episode_whose_device_has_gone_is_as_old_as_the_end_of_its_lease()
    {
        var app = await host.DeviceAsync("gone", "phone");
        await app.DoAsync("PUT", "/play?device_id=phone", PlayPilot);
        host.Clock.Advance(TimeSpan.FromMinutes(16));
        await MarkPlayedAsync(app);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        await app.ConnectAsync("""{"name":"phone","type":"computer"}""");
        await app.PlayAsync();

        Assert.True((await PointAsync("gone"))!.FullyPlayed);
    }

    [Fact]
    public async Task The_position_of_an_episode_that_plays_is_as_new_as_the_command()
    {
        var app = await host.DeviceAsync("fresh", "phone");
        await app.DoAsync("PUT", "/play?device_id=phone", PlayPilot);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await MarkPlayedAsync(app);
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        await app.PlayAsync();

        Assert.Equal(new ResumePoint(TestCatalog.Pilot.Id, 301_000, false, host.Clock.GetUtcNow()), await PointAsync("fresh"));
    }

    [Theory]
    [InlineData("PUT", "/play", true)]
    [InlineData("DELETE", "/devices/phone", false)]
    public async Task An_episode_that_has_ended_stays_fully_played_when_the_listener_goes_on(string method, string path, bool starts)
    {
        var user = "ended" + method;
        var app = await host.DeviceAsync(user, "phone");
        await app.DoAsync("PUT", "/play?device_id=phone", PlayPilot);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        var uid = (await host.StateAsync(user)).State.Item!.Uid;
        await app.ReportAsync($$"""{"uid":"{{uid}}","ended":true}""");
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        await app.DoAsync(method, path, starts ? $$"""{"context_uri":"{{PlayerHost.LongUri}}"}""" : null);

        Assert.True((await PointAsync(user))!.FullyPlayed);
    }

    [Fact]
    public async Task An_episode_that_is_skipped_keeps_its_resume_point()
    {
        var app = await host.DeviceAsync("skipper", "phone");
        await app.DoAsync("PUT", "/play?device_id=phone", PlayPilot);
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await app.PlayAsync();
        await app.DoAsync("POST", $"/queue?uri={TestCatalog.Pilot.Uri()}");
        await app.DoAsync("POST", "/next");
        host.Clock.Advance(TimeSpan.FromSeconds(9));

        await app.DoAsync("POST", "/next");

        Assert.Equal(300_000, (await PointAsync("skipper"))!.PositionMs);
    }

    [Fact]
    public async Task An_episode_that_plays_goes_on_when_it_is_started_again()
    {
        var app = await host.DeviceAsync("again", "phone");
        await app.DoAsync("PUT", "/play?device_id=phone", PlayPilot);
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        await app.DoAsync("PUT", "/play", PlayPilot);

        await app.AssertPlaysAsync(TestCatalog.Pilot.Uri(), "phone", progressMs: 300_000);
    }

    [Fact]
    public async Task A_listener_without_a_row_gets_resume_points()
    {
        using var http = host.Server.WithScopes("rowless", "user-modify-playback-state");
        var app = new PlayerApp(host, "rowless", http, "phone");
        await app.ConnectAsync("""{"name":"phone","type":"computer"}""");
        await app.DoAsync("PUT", "/play?device_id=phone", PlayPilot);
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        await app.DoAsync("PUT", "/pause");

        Assert.Equal(300_000, (await PointAsync("rowless"))?.PositionMs);
    }

    [Fact]
    public async Task A_client_that_closes_the_connection_after_the_write_loses_neither_its_resume_point_nor_the_radio()
    {
        var app = await host.DeviceAsync("closer", "phone");
        await app.Http.GetJsonAsync("/v1/me");
        await app.DoAsync("PUT", "/play?device_id=phone", $$"""{"uris":["{{TestCatalog.Pilot.Uri()}}","{{PlayerHost.Track(1)}}"]}""");
        host.Clock.Advance(TimeSpan.FromMinutes(5));

        await CloseAfterWriteAsync(app, HttpMethod.Post, "/next", null);

        Assert.Equal(300_000, (await PointAsync("closer"))?.PositionMs);
        Assert.Single(host.Tasks.Of("closer"));
    }

    [Theory]
    [InlineData("DELETE", "", null)]
    [InlineData("PUT", "/report", """{"uid":"1","position_ms":200000,"is_playing":false}""")]
    public async Task A_device_that_closes_the_connection_after_the_write_keeps_its_resume_point(string method, string path, string? body)
    {
        var app = await host.DeviceAsync("closing" + method, "phone");
        await app.Http.GetJsonAsync("/v1/me");
        await app.DoAsync("PUT", "/play?device_id=phone", PlayPilot);
        host.Clock.Advance(TimeSpan.FromSeconds(200));

        await CloseAfterWriteAsync(app, new HttpMethod(method), "/devices/phone" + path, body);

        Assert.Equal(200_000, (await PointAsync("closing" + method))?.PositionMs);
    }

    [Fact]
    public async Task The_end_of_a_context_requests_a_radio_once_per_item_until_it_is_answered()
    {
        var app = await host.DeviceAsync("radio", "phone");
        await app.PlayAsync(offset: 63);
        Assert.Empty(host.Tasks.Of("radio"));
        await app.DoAsync("POST", "/next");
        await app.DoAsync("PUT", "/pause");
        var first = Assert.Single(host.Tasks.Of("radio"));
        Assert.Contains(host.Tasks.All, one => one.Queue == PlayerAutoplayFunction.Tasks);

        await app.DoAsync("POST", "/next");

        Assert.Equal([first, first], host.Tasks.Of("radio"));
    }

    [Fact]
    public async Task A_radio_whose_request_was_lost_is_requested_with_the_next_item()
    {
        var app = await host.DeviceAsync("lost", "phone");
        await app.PlayAsync(offset: 63);
        host.Tasks.Failure = new IOException("The queue is down.");
        await app.DoAsync("POST", "/next");
        host.Tasks.Failure = null;
        Assert.Empty(host.Tasks.Of("lost"));

        await app.DoAsync("POST", "/next");

        Assert.Single(host.Tasks.Of("lost"));
    }

    // The client goes when the state is written, and the server knows it before it goes on.
    private async Task CloseAfterWriteAsync(PlayerApp app, HttpMethod method, string path, string? body)
    {
        using var close = new CancellationTokenSource();
        var handled = host.Handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.States.AfterWrite = async ct =>
        {
            host.States.AfterWrite = null;
            var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = ct.Register(closed.SetResult);
            await close.CancelAsync();
            await closed.Task;
        };
        using var request = new HttpRequestMessage(method, "/v1/me/player" + path);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        request.Headers.Add("X-Device-Id", app.Id);
        request.Headers.Add(Host.Marker, "1");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.Http.SendAsync(request, close.Token));
        await handled.Task;
    }

    private async Task MarkPlayedAsync(PlayerApp app)
    {
        using var response = await app.Http.PutAsync("/v1/me/resume-points", new StringContent(
            $$"""{"resume_points":[{"uri":"{{TestCatalog.Pilot.Uri()}}","fully_played":true}]}""",
            System.Text.Encoding.UTF8, "application/json"));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<ResumePoint?> PointAsync(string user) => (await host.Server.Services.GetRequiredService<ResumePointStore>()
        .ReadAsync(user, [TestCatalog.Pilot.Id], default)).GetValueOrDefault(TestCatalog.Pilot.Id);

    /// <summary>A host that tells when it has handled a request.</summary>
    public sealed class Host : PlayerHost, IStartupFilter
    {
        /// <summary>The header of the request.</summary>
        public const string Marker = "X-Test-Marker";

        /// <summary>Completed after the request.</summary>
        public TaskCompletionSource? Handled { get; set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (HttpContext context, RequestDelegate handle) =>
            {
                try
                {
                    await handle(context);
                }
                finally
                {
                    if (context.Request.Headers.ContainsKey(Marker)) Handled!.TrySetResult();
                }
            });
            next(app);
        };

        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<IStartupFilter>(this);
    }
}
