using System.Net;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>The address to which the sign-in page leads back, which anyone can write into a link.</summary>
public sealed class SignInPageTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("https://app.example/callback", "form-action 'self' https://app.example;")]
    [InlineData("com.example.app:/callback", "form-action 'self' com.example.app:;")]
    [InlineData("https://a;sandbox;@app.example/", "form-action 'self';")]
    [InlineData("https://a,sandbox@app.example/", "form-action 'self';")]
    [InlineData("https://bücher.example/", "form-action 'self';")]
    [InlineData("javascript:alert(1)", "form-action 'self';")]
    [InlineData("http://app.example/", "form-action 'self';")]
    [InlineData("no address", "form-action 'self';")]
    public async Task The_policy_names_only_a_target_that_an_app_can_register(string redirectUri, string expected)
    {
        var next = $"/authorize?client_id=app&redirect_uri={Uri.EscapeDataString(redirectUri)}";
        using var response = await fixture.Server.Http.GetAsync($"/login?continue={Uri.EscapeDataString(next)}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains(expected, policy, StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_without_a_redirect_URI_shows_the_page()
    {
        using var response = await fixture.Server.Http.GetAsync($"/login?continue={Uri.EscapeDataString("/authorize?client_id=app")}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("/authorize.evil.example")]
    public async Task A_link_cannot_send_a_user_to_another_site_after_the_sign_in(string next)
    {
        await using var accounts = await AccountsServer.StartAsync();
        var address = $"/login?continue={Uri.EscapeDataString(next)}";
        var page = await accounts.Browser.GetStringAsync(address);

        using var response = await accounts.Browser.PostAsync(
            address, AccountsServer.Form(page, ("name", AccountsServer.Name), ("password", AccountsServer.Password)));

        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (response.StatusCode, response.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task A_name_of_any_length_is_refused_like_an_unknown_one()
    {
        await using var accounts = await AccountsServer.StartAsync();

        using var response = await accounts.SignInAsync(new string('x', 100_000), "wrong");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }
}
