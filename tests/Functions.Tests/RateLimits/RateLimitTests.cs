using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Web.RateLimits;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.RateLimits;

public sealed class RateLimitTests : IAsyncLifetime
{
    private readonly ManualTimeProvider time = new(DateTimeOffset.UtcNow);
    private LocalServer server = null!;
    private HttpClient ada = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(time), rateLimit: true);
        ada = await server.SignInAsync("ada");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("/v1/me", 100)]
    [InlineData("/v1/nowhere", 100)]
    [InlineData("/v1/search?q=a&type=track", 30)]
    [InlineData("/v1/playback/tracks/0000000000000000000000", 50)]
    [InlineData("/v1/me/player/devices", 150)]
    public async Task Requests_beyond_the_limit_are_rejected_until_the_window_has_passed(string path, int limit)
    {
        for (var i = 0; i < limit; i++) Assert.NotEqual(HttpStatusCode.TooManyRequests, await StatusAsync(ada, path));
        time.Advance(TimeSpan.FromSeconds(10.5));
        using var refusal = await ada.GetAsync(path);
        Assert.Equal("""{"error":{"status":429,"message":"API rate limit exceeded"}}""", await refusal.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.TooManyRequests, "20"), (refusal.StatusCode, refusal.Headers.RetryAfter?.ToString()));
        Assert.Equal("application/json", refusal.Content.Headers.ContentType?.MediaType);

        // No other callers and no other requests are counted.
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await StatusAsync(await server.SignInAsync("bob"), path));
        Assert.NotEqual(
            HttpStatusCode.TooManyRequests,
            await StatusAsync(ada, path.StartsWith("/v1/search", StringComparison.Ordinal) ? "/v1/me" : "/v1/search"));

        time.Advance(TimeSpan.FromSeconds(20));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await StatusAsync(ada, path));
    }

    [Fact]
    public async Task Commands_reads_and_audio_of_players_do_not_limit_each_other()
    {
        await SendUntilRefusedAsync(() => ada.PutAsync("/v1/me/player/volume?volume_percent=1", null), 50);
        await SendUntilRefusedAsync(() => ada.PutAsync("/v1/me/player/devices/phone/report", null), 150);
        await SendUntilRefusedAsync(() => ada.GetAsync("/v1/playback/tracks/0000000000000000000000"), 50);
        foreach (var path in (string[])["", "/currently-playing", "/queue", "/devices"])
            Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(ada, "/v1/me/player" + path));

        static async Task SendUntilRefusedAsync(Func<Task<HttpResponseMessage>> send, int limit)
        {
            for (var i = 0; i <= limit; i++)
            {
                using var response = await send();
                Assert.Equal(i == limit, response.StatusCode == HttpStatusCode.TooManyRequests);
            }
        }
    }

    [Fact]
    public async Task The_window_slides()
    {
        for (var i = 0; i < 15; i++) await StatusAsync(ada, "/v1/search");
        time.Advance(TimeSpan.FromSeconds(20));
        for (var i = 0; i < 15; i++) await StatusAsync(ada, "/v1/search");
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(ada, "/v1/search"));
        time.Advance(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 15; i++) Assert.NotEqual(HttpStatusCode.TooManyRequests, await StatusAsync(ada, "/v1/search"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(ada, "/v1/search"));
    }

    [Fact]
    public async Task An_app_is_limited_over_all_of_its_users()
    {
        await using var strict = await StartAsync(limits => (limits.Standard, limits.AppFactor) = (10, 2));
        var clients = new[] { await strict.SignInAsync("ada"), await strict.SignInAsync("bob"), await strict.SignInAsync("eve") };
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.OK, await StatusAsync(clients[i % 2], "/v1/me"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(clients[2], "/v1/me"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(strict.SignInApp("another"), "/v1/markets"));
    }

    [Fact]
    public async Task An_app_without_a_user_has_the_limit_of_the_app()
    {
        await using var strict = await StartAsync(limits => (limits.Standard, limits.AppFactor) = (10, 2));
        var app = strict.SignInApp("one");
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/v1/markets"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(app, "/v1/markets"));
    }

    [Fact]
    public async Task Only_requests_to_the_Web_API_are_counted()
    {
        await server.WriteAsync(Mutations);
        for (var i = 0; i < 150; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server.Http, "/v1/me"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(ada, "/healthz"));
            Assert.NotEqual(HttpStatusCode.TooManyRequests, await StatusAsync(ada, $"/tracks/{Dawn.Id}/r/high.ogg"));
        }

        for (var i = 0; i < 150; i++) await server.SignInAsync("ada");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(ada, "/v1/me"));
    }

    [Fact]
    public async Task No_request_is_rejected_when_limits_are_disabled()
    {
        await using var open = await LocalServer.StartAsync();
        var bob = await open.SignInAsync("bob");
        for (var i = 0; i < 120; i++) Assert.Equal(HttpStatusCode.OK, await StatusAsync(bob, "/v1/me"));
    }

    [Theory]
    [InlineData("Search", "0")]
    [InlineData("WindowSeconds", "-1")]
    [InlineData("AppFactor", "0")]
    public async Task Invalid_limits_are_rejected_at_startup(string name, string value)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => LocalServer.StartAsync(builder => builder.Configuration[$"RateLimits:{name}"] = value));
        Assert.Contains(name, failure.Message);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return response.StatusCode;
    }

    private static Task<LocalServer> StartAsync(Action<RateLimitOptions> configure) =>
        LocalServer.StartAsync(builder => builder.Services.Configure(configure), rateLimit: true);
}
