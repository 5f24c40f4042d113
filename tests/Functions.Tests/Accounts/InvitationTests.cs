using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>One-time links, in a browser without JavaScript. It does not send the fragment of a link, so that people paste it.</summary>
public sealed class InvitationTests : IAsyncLifetime
{
    private const string Name = "grace.hopper.1906";
    private const string NewPassword = "another good password";

    private AccountsServer accounts = null!;

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync();
        using var owner = await accounts.SignInAsync();
    }

    public async Task DisposeAsync() => await accounts.DisposeAsync();

    [Theory]
    [InlineData("{0}")]
    [InlineData(" {0}\n")]
    [InlineData("{1}")]
    public async Task The_link_or_its_secret_can_be_pasted(string format)
    {
        var token = await InviteAsync();
        using var browser = AccountsServer.NewBrowser(accounts.Server);
        var empty = await browser.GetStringAsync("/invitation");
        Assert.Matches("<input name=\"token\" [^>]*required", empty);
        var pasted = string.Format(null, format, InvitationEndpoints.Address("http://localhost:8080", token), token);
        using var asked = await browser.PostAsync("/invitation", AccountsServer.Form(empty, ("token", pasted)));
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);

        var page = await asked.Content.ReadAsStringAsync();
        var secret = Regex.Match(page, "name=\"token\" value=\"([^\"]+)\"").Groups[1].Value;
        using var accepted = await browser.PostAsync(
            "/invitation", AccountsServer.Form(page, ("token", secret), ("name", Name), ("password", NewPassword)));
        Assert.Equal(HttpStatusCode.SeeOther, accepted.StatusCode);
        Assert.Contains(Name, await browser.GetStringAsync("/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_for_the_owner_ends_the_earlier_ones()
    {
        var local = accounts.Server.Services.GetRequiredService<LocalAccounts>();
        var owner = new Invitation(UserId: null, IsOwner: true, Product.Premium, "SE");
        var (printed, printedAgain) = (await local.InviteAsync(owner, default), await local.InviteAsync(owner, default));

        Assert.Null(await local.FindInvitationAsync(printed, default));
        Assert.NotNull(await local.FindInvitationAsync(printedAgain, default));
    }

    [Fact]
    public async Task A_new_password_ends_the_other_links_of_the_account()
    {
        using var browser = (await accounts.InviteAsync(Name)).Browser;
        var (intercepted, used, other) = (await InviteAsync(Name), await InviteAsync(Name), await InviteAsync());
        Assert.Equal(HttpStatusCode.SeeOther, await ChoosePasswordAsync(used));

        Assert.Equal(HttpStatusCode.NotFound, await ChoosePasswordAsync(intercepted));
        Assert.Equal(HttpStatusCode.BadRequest, await ChoosePasswordAsync(other));
    }

    [Fact]
    public async Task A_new_password_ends_the_access_of_apps_which_somebody_else_may_have_allowed()
    {
        var listener = await accounts.InviteAsync(Name);
        using var browser = listener.Browser;
        var app = await listener.RegisterAsync();
        var code = (await listener.AuthorizeAsync(app.Id))["code"]!;
        var (_, tokens) = await listener.TokenAsync(
            app, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", AccountsServer.RedirectUri));
        Assert.Equal(HttpStatusCode.OK, await RenewAsync());

        Assert.Equal(HttpStatusCode.SeeOther, await ChoosePasswordAsync(await InviteAsync(Name)));
        Assert.Equal(HttpStatusCode.BadRequest, await RenewAsync());

        async Task<HttpStatusCode> RenewAsync() => (await listener.TokenAsync(
            app, ("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"]!.GetValue<string>()))).Status;
    }

    [Theory]
    [InlineData("/account/listeners/password")]
    [InlineData("/account/invite")]
    public async Task A_stolen_session_of_the_owner_makes_no_links(string path)
    {
        accounts.Clock.Advance(TimeSpan.FromMinutes(16));
        foreach (var address in new[] { "/account", "/account/listeners" })
        {
            var shown = await accounts.Browser.GetStringAsync(address);
            Assert.Contains($"href=\"/login?continue={Uri.EscapeDataString(address)}\"", shown, StringComparison.Ordinal);
            Assert.DoesNotContain($"action=\"{path}\"", shown, StringComparison.Ordinal);
        }

        var (refused, problem) = await LinkAsync();
        Assert.Equal(HttpStatusCode.Forbidden, refused);
        Assert.DoesNotContain("/invitation#", problem, StringComparison.Ordinal);

        using var again = await accounts.SignInAsync();
        var (status, page) = await LinkAsync();
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("/invitation#", page, StringComparison.Ordinal);

        async Task<(HttpStatusCode, string)> LinkAsync()
        {
            var form = AccountsServer.Form(
                await accounts.Browser.GetStringAsync("/account"),
                ("user", AccountsServer.Name), ("product", "free"), ("country", "SE"));
            using var response = await accounts.Browser.PostAsync(path, form);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    private Task<string> InviteAsync(string? user = null) => accounts.Server.Services.GetRequiredService<LocalAccounts>()
        .InviteAsync(new Invitation(user, IsOwner: false, Product.Premium, "SE"), default);

    private async Task<HttpStatusCode> ChoosePasswordAsync(string token)
    {
        using var browser = AccountsServer.NewBrowser(accounts.Server);
        var page = await browser.GetStringAsync("/invitation");
        using var response = await browser.PostAsync(
            "/invitation", AccountsServer.Form(page, ("token", token), ("password", NewPassword)));
        return response.StatusCode;
    }
}
