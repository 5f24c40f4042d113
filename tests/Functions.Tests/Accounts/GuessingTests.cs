using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Web;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>Guessing of passwords through a proxy on this machine.</summary>
public sealed class GuessingTests
{
    private const string Attacker = "203.0.113.7";

    [Theory]
    [InlineData("https://music.example", HttpStatusCode.SeeOther)]
    [InlineData(null, HttpStatusCode.TooManyRequests)]
    public async Task A_guessing_client_of_a_proxy_does_not_lock_others_out(string? publicUrl, HttpStatusCode expected)
    {
        await using var server = await LocalServer.StartAsync(builder =>
            builder.Services.PostConfigure<PublicUrlOptions>(urls => urls.PublicUrl = publicUrl));
        var accounts = server.Services.GetRequiredService<LocalAccounts>();
        var invitation = await accounts.InviteAsync(new Invitation(null, IsOwner: true, Product.Premium, "SE"), default);
        await accounts.AcceptAsync(invitation, AccountsServer.Name, AccountsServer.Password, default);
        using var browser = AccountsServer.NewBrowser(server);

        var refused = HttpStatusCode.Forbidden;
        // The first address is what the client claims.
        for (var i = 0; i < 11; i++) refused = await SignInAsync(browser, "a wrong password", $"198.51.100.{i}, {Attacker}");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused);
        Assert.Equal(expected, await SignInAsync(browser, AccountsServer.Password, "192.0.2.9"));
    }

    private static async Task<HttpStatusCode> SignInAsync(HttpClient browser, string password, string forwardedFor)
    {
        var page = await browser.GetStringAsync("/login");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Content = AccountsServer.Form(page, ("name", AccountsServer.Name), ("password", password)),
            Headers = { { "X-Forwarded-For", forwardedFor } },
        };
        using var response = await browser.SendAsync(request);
        return response.StatusCode;
    }
}
