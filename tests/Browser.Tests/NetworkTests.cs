using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Accounts.SignIn;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

/// <summary>Another device of the network: this machine's browser, at an address that is not loopback.</summary>
[Collection(PlayerTests.Name)]
public sealed class NetworkTests(PlayerFixture fixture)
{
    private const string Password = "correct horse battery";

    [NetworkFact]
    public async Task A_listener_signs_in_over_https_with_the_self_signed_certificate_and_plays()
    {
        await using var server = await StartAsync("https");
        await using var player = await fixture.OpenAsync("/search?q=harbour", server);
        await Expect(player.Page.Locator(".demo-user")).ToHaveCountAsync(0);
        await player.Button("Sign in with your account").ClickAsync();
        await player.Page.GetByLabel("Name").FillAsync("nina");
        await player.Page.GetByLabel("Password").FillAsync(Password);
        await player.Button("Sign in").ClickAsync();
        await Expect(player.Page.Locator(".account")).ToContainTextAsync("nina");
        await player.PlayAlbumAsync();
        await player.Page.ReloadAsync();
        await Expect(player.Page.Locator(".account")).ToContainTextAsync("nina");
    }

    [NetworkFact]
    public async Task Without_https_the_player_says_what_to_do()
    {
        await using var server = await StartAsync("http");
        await using var player = await fixture.OpenAsync("/", server);
        await Expect(player.Page.Locator("main")).ToContainTextAsync("--self-signed");
        await Expect(player.Page.Locator(".demo-user")).ToHaveCountAsync(0);
        await Expect(player.Button("Sign in with your account")).ToHaveCountAsync(0);
    }

    private static async Task<LocalServer> StartAsync(string scheme)
    {
        var server = await LocalServer.StartAsync(change: options => options with
        {
            Urls = $"{scheme}://{NetworkFactAttribute.Address}:0", SelfSigned = scheme == "https",
        });
        await PlayerCatalog.WriteAsync(server);
        var accounts = server.Services.GetRequiredService<LocalAccounts>();
        var invitation = await accounts.InviteAsync(new Invitation(null, IsOwner: true, Product.Premium, "SE"), default);
        await accounts.AcceptAsync(invitation, "nina", Password, default);
        return server;
    }
}

/// <summary>A browser test that needs an address of this machine that is not loopback. Skipped with the reason if there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NetworkFactAttribute : FactAttribute
{
    /// <summary>The address; null if there is none.</summary>
    public static IPAddress? Address { get; } = NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

    public NetworkFactAttribute() =>
        Skip = new BrowserFactAttribute().Skip ?? (Address is null ? "needs a network interface besides loopback" : null);
}
