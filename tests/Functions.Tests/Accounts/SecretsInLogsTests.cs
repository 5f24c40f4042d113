using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Accounts.SignIn;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>Secrets are neither in log messages nor in spans of the one-machine home, at any level that is of use to an operator.</summary>
public sealed class SecretsInLogsTests
{
    [Fact]
    public async Task A_complete_sign_in_logs_no_secret()
    {
        using var log = new LogCapture();
        await using var server = await LocalServer.StartAsync(builder => log.AddTo(builder.Services));
        using var browser = AccountsServer.NewBrowser(server);
        var accounts = server.Services.GetRequiredService<LocalAccounts>();
        var invitation = await accounts.InviteAsync(new Invitation(null, IsOwner: true, Product.Premium, "SE"), default);
        var walk = new AccountWalk(browser);
        Assert.Contains("Create your account", (await walk.PostAsync("/invitation", ("token", invitation))).Page, StringComparison.Ordinal);
        var (status, _, _) = await walk.PostAsync(
            "/invitation", ("token", invitation), ("name", AccountsServer.Name), ("password", AccountsServer.Password));
        Assert.Equal(HttpStatusCode.SeeOther, status);
        await walk.RunAsync(AccountsServer.Name, AccountsServer.Password);

        Assert.Contains(log.Texts, text => text.Contains("/api/token", StringComparison.Ordinal));
        Assert.InRange(walk.Secrets.Count, 12, 100);
        foreach (var secret in walk.Secrets.Append(invitation))
            Assert.DoesNotContain(log.Texts, text => text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void The_token_of_an_invitation_is_in_the_fragment_which_browsers_do_not_send() =>
        Assert.Equal("#token", new Uri(InvitationEndpoints.Address("https://music.example", "token")).Fragment);
}
