using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.Tests.EntryPoints;
using Spotify.Local.Database;

namespace Spotify.Google.Tests.SignIn;

/// <summary>Listeners whom the operator disables or deletes in Identity Platform, or who choose a new password there.</summary>
public sealed class AccountStateTests : IAsyncLifetime
{
    private const string Always = "00:00:00.0000001";

    private readonly TestIssuer issuer = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private IdentityPlatformServer platform = null!;
    private SqliteDatabase database = null!;
    private TestFunction accounts = null!;
    private HttpClient browser = null!;
    private AccountWalk walk = null!;

    public async Task InitializeAsync()
    {
        platform = await IdentityPlatformServer.StartAsync();
        platform.IdToken = issuer.IdToken(IdentityPlatformServer.UserId);
        database = new SqliteDatabase(Path.Combine(directory.FullName, "test.db"), Schema.Current);
    }

    public async Task DisposeAsync()
    {
        browser.Dispose();
        await accounts.DisposeAsync();
        await platform.DisposeAsync();
        database.Dispose();
        issuer.Dispose();
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("""{"disabled":true,"validSince":"1700000000"}""")]
    [InlineData(null)]
    public async Task A_disabled_or_deleted_listener_is_signed_out_and_gets_no_more_tokens(string? state)
    {
        var (app, secret, token) = await SignInAsync(Always);
        Assert.Equal(HttpStatusCode.OK, await AccountAsync());

        platform.State = state;
        Assert.Equal("invalid_grant", (await RenewAsync(app, secret, token)).At("error"));
        Assert.Equal(HttpStatusCode.SeeOther, await AccountAsync());

        platform.State = "{}";
        Assert.Equal("invalid_grant", (await RenewAsync(app, secret, token)).At("error"));
        Assert.Equal(HttpStatusCode.SeeOther, await AccountAsync());
    }

    [Fact]
    public async Task The_session_alone_ends_too()
    {
        await SignInAsync(Always);
        platform.State = null;
        Assert.Equal(HttpStatusCode.SeeOther, await AccountAsync());
        platform.State = "{}";
        Assert.Equal(HttpStatusCode.SeeOther, await AccountAsync());
    }

    [Fact]
    public async Task A_new_password_ends_earlier_sessions_and_not_the_one_that_it_began()
    {
        await SignInAsync("01:00:00");
        platform.State = """{"validSince":"1800000000"}""";
        using var other = new HttpClient(new TestBrowser()) { BaseAddress = accounts.Http.BaseAddress };
        await new AccountWalk(other).PostAsync(
            "/login", ("name", IdentityPlatformServer.Email), ("password", IdentityPlatformServer.Password));

        Assert.Equal(HttpStatusCode.SeeOther, await AccountAsync());
        using var own = await other.GetAsync("/account");
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task A_new_password_ends_the_access_of_every_app()
    {
        var (app, secret, token) = await SignInAsync("01:00:00");
        var (otherApp, otherSecret) = await walk.RegisterAsync();
        var code = await walk.AuthorizeAsync(otherApp, "");
        var otherToken = (await walk.RedeemAsync(otherApp, otherSecret, code)).At("refresh_token")!;
        platform.State = """{"validSince":"1800000000"}""";
        using var other = new HttpClient(new TestBrowser()) { BaseAddress = accounts.Http.BaseAddress };
        await new AccountWalk(other).PostAsync(
            "/login", ("name", IdentityPlatformServer.Email), ("password", IdentityPlatformServer.Password));

        Assert.Equal("invalid_grant", (await RenewAsync(app, secret, token)).At("error"));
        Assert.Equal("invalid_grant", (await RenewAsync(otherApp, otherSecret, otherToken)).At("error"));
    }

    [Fact]
    public async Task A_state_is_looked_up_once_per_interval()
    {
        var (app, secret, token) = await SignInAsync("01:00:00");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await AccountAsync());
            Assert.NotNull((await RenewAsync(app, secret, token)).At("access_token"));
        }

        Assert.Equal(1, platform.LookUps);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"error":{"code":503}}""")]
    public async Task An_outage_signs_nobody_out(string body)
    {
        var (app, secret, token) = await SignInAsync(Always);
        platform.Fault = context =>
        {
            context.Response.StatusCode = 503;
            return context.Response.WriteAsync(body);
        };
        Assert.Equal(HttpStatusCode.OK, await AccountAsync());
        Assert.NotNull((await RenewAsync(app, secret, token)).At("access_token"));
        Assert.Contains(accounts.Log.Entries, entry => (string?)entry["severity"] == "ERROR");
    }

    private async Task<(string App, string Secret, string RefreshToken)> SignInAsync(string interval)
    {
        var settings = TestFunction.Settings(issuer);
        (settings["SignIn:Url"], settings["SignIn:JwksUrl"]) = (platform.Url, issuer.JwksUrl);
        settings["SignIn:CheckInterval"] = interval;
        accounts = await TestFunction.StartAsync(
            new Accounts(), issuer, services => services.Replace(ServiceDescriptor.Singleton<IDatabase>(database)), settings);
        browser = new HttpClient(new TestBrowser()) { BaseAddress = accounts.Http.BaseAddress };
        walk = new AccountWalk(browser);
        await walk.PostAsync("/login", ("name", IdentityPlatformServer.Email), ("password", IdentityPlatformServer.Password));
        var (id, secret) = await walk.RegisterAsync();
        return (id, secret, (await walk.RedeemAsync(id, secret, await walk.AuthorizeAsync(id, ""))).At("refresh_token")!);
    }

    private Task<System.Text.Json.Nodes.JsonNode> RenewAsync(string app, string secret, string token) =>
        walk.TokenAsync(app, secret, ("grant_type", "refresh_token"), ("refresh_token", token));

    private async Task<HttpStatusCode> AccountAsync()
    {
        using var response = await browser.GetAsync("/account");
        return response.StatusCode;
    }
}
