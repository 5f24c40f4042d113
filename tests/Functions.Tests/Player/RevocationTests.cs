using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using Spotify.Functions.AccountRemovals;
using Spotify.Functions.Tests.Accounts;

namespace Spotify.Functions.Tests.Player;

/// <summary>Requests and events of a player after a sign-out.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private AccountsServer accounts = null!;

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync();
        using var signedIn = await accounts.SignInAsync();
    }

    public async Task DisposeAsync() => await accounts.DisposeAsync();

    [Fact]
    public async Task Signing_out_of_one_browser_refuses_its_token_ends_its_stream_and_leaves_the_other_browser()
    {
        var (first, second) = (await accounts.SignPlayerInAsync(), await accounts.SignPlayerInAsync());
        using var a = ClientOf(first.At("access_token")!);
        using var b = ClientOf(second.At("access_token")!);
        using var ending = await EventReader.OpenAsync(a);
        using var staying = await EventReader.OpenAsync(b);
        await ending.NextAsync();
        await staying.NextAsync();

        using var signedOut = await accounts.SignPlayerOutAsync(first.At("refresh_token")!);

        Assert.Null(await ending.NextAsync());
        Assert.Equal("1", (await staying.NextAsync())!.At("revision"));
        foreach (var path in (string[])["/v1/me/player/devices", "/v1/me/player/events"])
        {
            using var refused = await a.GetAsync(path);
            Assert.Equal("The access token was revoked", await refused.ErrorAsync(HttpStatusCode.Unauthorized));
            Assert.Contains("invalid_token", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        using var allowed = await b.GetAsync("/v1/me/player/devices");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact]
    public async Task The_removal_of_the_account_ends_every_stream()
    {
        var listener = await accounts.InviteAsync("grace");
        using var api = await accounts.Server.SignInAsync("grace");
        using var events = await EventReader.OpenAsync(api);
        await events.NextAsync();

        var removals = accounts.Server.Services.GetRequiredService<AccountRemovalService>();
        await removals.RequestAsync("grace", default);
        Assert.Null(await events.NextAsync());
        using var refused = await api.GetAsync("/v1/me/player/events");
        await refused.ErrorAsync(HttpStatusCode.Unauthorized);

        await removals.SweepAsync(default);
        foreach (var path in (string[])["", "/currently-playing", "/queue", "/devices", "/events"])
        {
            Assert.Equal(
                "The account has been removed", await api.GetErrorAsync($"/v1/me/player{path}", HttpStatusCode.Unauthorized));
        }

        listener.Browser.Dispose();
    }

    private HttpClient ClientOf(string token) => new()
    {
        BaseAddress = accounts.Server.Http.BaseAddress,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };
}
