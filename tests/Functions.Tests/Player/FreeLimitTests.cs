using System.Net;
using Microsoft.AspNetCore.Builder;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;

namespace Spotify.Functions.Tests.Player;

/// <summary>Tests of the limits of listeners without Premium on mobile devices, which are options.</summary>
public sealed class FreeLimitTests(FreeLimitTests.Host host) : IClassFixture<FreeLimitTests.Host>
{
    [Fact]
    public async Task Contexts_are_shuffled_only()
    {
        var app = await host.DeviceAsync("shuffled-only", "phone", "free", "smartphone");

        await app.DoAsync("PUT", "/play?device_id=phone", $$"""{"context_uri":"{{PlayerHost.LongUri}}"}""");

        var playback = (await app.PlaybackAsync())!;
        Assert.Equal(("true", "true"), (playback.At("shuffle_state"), playback.At("actions", "disallows", "toggling_shuffle")));
        Assert.Equal("true", playback.At("actions", "toggling_shuffle"));
        await app.FailAsync(HttpStatusCode.Forbidden, "CONTEXT_DISALLOW", "PUT", "/shuffle?state=false");
        await app.FailAsync(
            HttpStatusCode.Forbidden, "CONTEXT_DISALLOW", "PUT", "/play",
            $$$"""{"context_uri":"{{{PlayerHost.LongUri}}}","offset":{"position":1}}""");
        await app.FailAsync(HttpStatusCode.Forbidden, "CONTEXT_DISALLOW", "PUT", "/play", $$"""{"uris":["{{PlayerHost.Track(0)}}"]}""");
    }

    [Fact]
    public async Task Six_skips_are_allowed_in_an_hour()
    {
        var app = await host.DeviceAsync("skipper", "phone", "free", "tablet");
        await app.DoAsync("PUT", "/play?device_id=phone", $$"""{"context_uri":"{{PlayerHost.LongUri}}"}""");
        for (var i = 0; i < 5; i++)
        {
            await app.DoAsync("POST", "/next");
            host.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await app.DoAsync("PUT", "/seek?position_ms=999999");
        await app.FailAsync(HttpStatusCode.Forbidden, "RATE_LIMITED", "PUT", "/seek?position_ms=999999");
        using (var refused = await app.SendAsync("POST", "/next"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Equal(TimeSpan.FromMinutes(55), refused.Headers.RetryAfter!.Delta);
        }

        Assert.Equal("true", (await app.PlaybackAsync())!.At("actions", "disallows", "skipping_next"));
        for (var i = 0; i < 10; i++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(5));
            await app.ReportAsync();
        }

        // The first token expires.
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        using var later = await host.Server.SignInAsync("skipper", "free");
        app = new PlayerApp(host, "skipper", later, "phone");
        await app.DoAsync("POST", "/next");
        await app.FailAsync(HttpStatusCode.Forbidden, "RATE_LIMITED", "POST", "/next");
    }

    [Theory]
    [InlineData("PUT", "", """{"device_ids":["phone"],"play":true}""")]
    [InlineData("PUT", "/play?device_id=phone", "{}")]
    public async Task Playback_that_moves_to_a_phone_is_shuffled_from_there_on(string method, string path, string body)
    {
        var user = $"mover{path.Length}";
        var laptop = await host.DeviceAsync(user, "laptop", "free");
        var phone = await host.DeviceAsync(user, "phone", "free", "smartphone");
        await laptop.PlayAsync(offset: 3);

        await phone.DoAsync(method, path, body);

        var (state, _) = await host.StateAsync(user);
        Assert.NotNull(state.ShuffleSeed);
        await phone.AssertPlaysAsync(PlayerHost.Track(3), "phone");
        Assert.NotEqual(Enumerable.Range(4, 10).Select(PlayerHost.Track), state.Next.Take(10).Select(item => item.Uri));
        Assert.InRange(state.Next.Select(item => item.Uri).Except([PlayerHost.Track(3)]).Count(), 49, 50);

        // It is shuffled already.
        await laptop.DoAsync("PUT", "", """{"device_ids":["laptop"]}""");
        await phone.DoAsync(method, path, body);
        Assert.Equal(state.ShuffleSeed, (await host.StateAsync(user)).State.ShuffleSeed);
    }

    [Fact]
    public async Task Playback_that_moves_to_a_computer_keeps_its_order()
    {
        var phone = await host.DeviceAsync("keeper", "phone", "premium", "smartphone");
        await phone.PlayAsync(offset: 3);
        var laptop = await host.DeviceAsync("keeper", "laptop", "free");
        await laptop.DoAsync("PUT", "", """{"device_ids":["laptop"]}""");
        Assert.Null((await host.StateAsync("keeper")).State.ShuffleSeed);
    }

    [Fact]
    public async Task A_start_while_an_item_plays_and_the_same_context_again_count_as_skips()
    {
        var phone = await host.DeviceAsync("restarter", "phone", "free", "smartphone");
        var start = $$"""{"context_uri":"{{PlayerHost.LongUri}}"}""";
        await phone.DoAsync("PUT", "/play?device_id=phone", start);
        for (var i = 0; i < 3; i++)
        {
            await phone.DoAsync("PUT", "/play", start);
            await phone.DoAsync("PUT", "/pause");
            await phone.DoAsync("PUT", "/play", start);
        }

        await phone.FailAsync(HttpStatusCode.Forbidden, "RATE_LIMITED", "PUT", "/play", start);
        await phone.FailAsync(HttpStatusCode.Forbidden, "RATE_LIMITED", "POST", "/next");
        await phone.FailAsync(
            HttpStatusCode.Forbidden, "RATE_LIMITED", "PUT", "/play", $$"""{"context_uri":"spotify:album:{{TestCatalog.Sunrise.Id}}"}""");
        await phone.DoAsync("PUT", "/pause");
        await phone.DoAsync("PUT", "/play", "{}");
        await phone.DoAsync("PUT", "/pause");
        await phone.DoAsync("PUT", "/play", $$"""{"context_uri":"spotify:album:{{TestCatalog.Sunrise.Id}}"}""");
    }

    [Theory]
    [InlineData("free", "computer")]
    [InlineData("premium", "smartphone")]
    public async Task Others_have_no_limits(string plan, string type)
    {
        var app = await host.DeviceAsync($"free-{plan}", "device", plan, type);
        await app.PlayAsync(offset: 3);
        for (var i = 0; i < 8; i++) await app.DoAsync("POST", "/next");
        await app.AssertPlaysAsync(PlayerHost.Track(11), "device");
    }

    /// <summary>A host with both limits.</summary>
    public sealed class Host : PlayerHost
    {
        protected override void Configure(WebApplicationBuilder builder)
        {
            builder.Configuration["Player:FreeShuffleOnMobile"] = "true";
            builder.Configuration["Player:FreeSkipsPerHour"] = "6";
        }
    }
}
