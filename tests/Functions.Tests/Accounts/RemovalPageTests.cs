using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Tests.AccountRemovals;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>The pages that download data and remove accounts, and the owner's list of accounts.</summary>
public sealed class RemovalPageTests : IAsyncLifetime
{
    private const string Name = "grace.hopper.1906";
    private const string Other = "edsger.dijkstra.1930";

    private AccountsServer accounts = null!;
    private Listener listener = null!;

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync();
        await accounts.Server.WriteAsync(TestCatalog.Mutations);
        listener = await Listener.StartAsync(accounts, Name);
        using var owner = await accounts.SignInAsync();
    }

    public async Task DisposeAsync()
    {
        listener.Dispose();
        await accounts.DisposeAsync();
    }

    [Fact]
    public async Task A_listener_removes_the_own_account_with_the_password()
    {
        Assert.Contains("href=\"/account/remove\"", await listener.Browser.GetStringAsync("/account"), StringComparison.Ordinal);
        var page = await listener.Browser.GetStringAsync("/account/remove");
        Assert.Contains("cannot be undone", page, StringComparison.Ordinal);

        using var response = await RemoveAsync(listener.Browser, Name);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("is removed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(await IsRemovedAsync(Name));
        await AssertSignedOutAsync(listener.Browser);
    }

    [Theory]
    [InlineData(Name, "a wrong password", HttpStatusCode.Forbidden)]
    [InlineData("nobody", AccountsServer.Password, HttpStatusCode.Forbidden)]
    [InlineData("ada", AccountsServer.Password, HttpStatusCode.Forbidden)]
    [InlineData("", "", HttpStatusCode.Forbidden)]
    public async Task The_password_must_be_that_of_the_account(string name, string password, HttpStatusCode expected)
    {
        using var response = await RemoveAsync(listener.Browser, name, password);

        Assert.Equal(expected, response.StatusCode);
        Assert.Contains("class=\"error\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(await IsRemovedAsync(Name));
    }

    [Fact]
    public async Task Guessing_the_password_is_limited_as_for_signing_in()
    {
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            using var response = await RemoveAsync(listener.Browser, Name, $"a wrong password {i}");
            statuses.Add(response.StatusCode);
        }

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.TooManyRequests), (statuses[0], statuses[^1]));
        using var refused = await RemoveAsync(listener.Browser, Name);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.False(await IsRemovedAsync(Name));
    }

    [Theory]
    [InlineData("/account/remove")]
    [InlineData("/account/data")]
    [InlineData("/account/listeners/password")]
    public async Task A_form_of_another_site_is_refused(string path)
    {
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["name"] = Name, ["password"] = AccountsServer.Password, ["user"] = Name });
        using var response = await listener.Browser.PostAsync(path, form);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(await IsRemovedAsync(Name));
    }

    [Theory]
    [InlineData("/account/remove")]
    [InlineData("/account/listeners")]
    public async Task Pages_lead_to_the_sign_in(string path)
    {
        using var browser = AccountsServer.NewBrowser(accounts.Server);
        using var response = await browser.GetAsync(path);
        Assert.StartsWith("/login", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_downloads_the_own_data_without_secrets()
    {
        using var other = await Listener.StartAsync(accounts, Other);
        await listener.FillAsync();
        await other.FillAsync();
        await listener.JoinAsync(other);
        await other.JoinAsync(listener);
        var page = await listener.Browser.GetStringAsync("/account");

        using var response = await listener.Browser.PostAsync("/account/data", AccountsServer.Form(page));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        Assert.True(response.Headers.CacheControl!.NoStore);
        var text = await response.Content.ReadAsStringAsync();
        var data = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(FunctionDefinitions.PersonalData.Count + FunctionDefinitions.PersonalDocuments.Count, data.Count);
        Assert.All(
            FunctionDefinitions.PersonalDocuments,
            documents => Assert.True(data[documents.Name] is JsonObject, $"{documents.Name} is empty."));
        Assert.Equal(("1", "0"), (data["player"]!.At("revision"), data["player"]!.At("state", "progress_ms")));
        Assert.All(
            data.Where(rows => rows.Value is not JsonObject),
            rows => Assert.True(rows.Value!.AsArray().Count > 0, $"{rows.Key} is empty."));
        Assert.Equal([Name], data["users"]!.AsArray().Select(user => user!.At("user_id")));
        // An open one, a collaborative one and the blend.
        Assert.Equal(3, data["playlists"]!.AsArray().Count);
        Assert.Equal(
            [TestCatalog.Dawn.Id, TestCatalog.Duet.Id],
            data["library_items"]!.AsArray().Where(item => item!.At("type") == "track").Select(item => item!.At("item_id")).Order());
        Assert.Equal([other.Collaborative], data["playlist_items_of_others"]!.AsArray().Select(item => item!.At("playlist_id")).Distinct());
        foreach (var secret in (string[])["hash", "salt", listener.App.Secret, listener.RefreshToken])
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_data_require_a_recent_sign_in()
    {
        var page = await listener.Browser.GetStringAsync("/account");
        accounts.Clock.Advance(TimeSpan.FromMinutes(16));

        using var refused = await listener.Browser.PostAsync("/account/data", AccountsServer.Form(page));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("Sign in again</a> to download it", await listener.Browser.GetStringAsync("/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_owner_removes_another_account_with_the_own_password()
    {
        var list = await accounts.Browser.GetStringAsync("/account/listeners");
        Assert.Contains($"/account/remove?user={Name}\"", list, StringComparison.Ordinal);

        using var wrong = await RemoveAsync(accounts.Browser, Name, user: Name);
        Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);
        using var response = await RemoveAsync(accounts.Browser, AccountsServer.Name, user: Name);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(await IsRemovedAsync(Name));
        await AssertSignedOutAsync(listener.Browser);
        Assert.DoesNotContain(Name, await accounts.Browser.GetStringAsync("/account/listeners"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_only_owner_cannot_leave()
    {
        using var refused = await RemoveAsync(accounts.Browser, AccountsServer.Name);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("only owner", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var second = await Listener.StartAsync(accounts, Other, isOwner: true);
        using var accepted = await RemoveAsync(accounts.Browser, AccountsServer.Name);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        using var last = await RemoveAsync(second.Browser, Other);
        Assert.Equal(HttpStatusCode.BadRequest, last.StatusCode);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData(AccountsServer.Name)]
    [InlineData("a\nb")]
    public async Task Others_cannot_remove_accounts(string user)
    {
        using var asked = await listener.Browser.GetAsync($"/account/remove?user={Uri.EscapeDataString(user)}");
        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
        using var response = await RemoveAsync(listener.Browser, Name, user: user);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(await IsRemovedAsync(Name));
        Assert.False(await IsRemovedAsync(user));
        using var unknown = await RemoveAsync(accounts.Browser, AccountsServer.Name, user: "nobody");
        Assert.Equal(HttpStatusCode.Forbidden, unknown.StatusCode);
    }

    [Fact]
    public async Task The_owner_makes_a_link_for_a_new_password()
    {
        var list = await accounts.Browser.GetStringAsync("/account/listeners");
        using var response = await accounts.Browser.PostAsync(
            "/account/listeners/password", AccountsServer.Form(list, ("user", Name)));
        using var accepted = await ChoosePasswordAsync(await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.SeeOther, accepted.StatusCode);
        await AssertSignedOutAsync(listener.Browser);

        using var unknown = await accounts.Browser.PostAsync(
            "/account/listeners/password", AccountsServer.Form(list, ("user", "nobody")));
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task A_link_of_a_removed_account_is_refused()
    {
        var list = await accounts.Browser.GetStringAsync("/account/listeners");
        using var response = await accounts.Browser.PostAsync(
            "/account/listeners/password", AccountsServer.Form(list, ("user", Name)));
        using var removed = await RemoveAsync(accounts.Browser, AccountsServer.Name, user: Name);

        using var refused = await ChoosePasswordAsync(await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Only_the_owner_sees_the_accounts_and_resets_passwords()
    {
        using var seen = await listener.Browser.GetAsync("/account/listeners");
        Assert.Equal(HttpStatusCode.Forbidden, seen.StatusCode);
        var page = await listener.Browser.GetStringAsync("/account");
        using var reset = await listener.Browser.PostAsync(
            "/account/listeners/password", AccountsServer.Form(page, ("user", AccountsServer.Name)));
        Assert.Equal(HttpStatusCode.Forbidden, reset.StatusCode);
        Assert.DoesNotContain("/invitation#", await reset.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_has_pages()
    {
        await accounts.Server.WriteAsync(Enumerable.Range(0, 60).SelectMany(i => new[]
        {
            new Domain.Users.User(
                $"listener&{i:00}", "A", null, "SE", Domain.Users.Product.Free, false, false, null, DateTimeOffset.UnixEpoch).Insert(),
            Mutation.Insert(Schema.Current.Table("LocalAccounts"), ("UserId", $"listener&{i:00}"), ("IsOwner", false)),
        }));
        var first = await accounts.Browser.GetStringAsync("/account/listeners");
        var next = WebUtility.HtmlDecode(
            Regex.Match(first, "/account/listeners\\?after=[^\"]+").Value);
        var second = await accounts.Browser.GetStringAsync(next);

        Assert.Equal(50, Count(first));
        Assert.Equal(12, Count(second));
        Assert.DoesNotContain("?after=", second, StringComparison.Ordinal);

        static int Count(string page) => Regex.Count(page, "<li>");
    }

    private static async Task<HttpResponseMessage> RemoveAsync(
        HttpClient browser, string name, string password = AccountsServer.Password, string? user = null)
    {
        var page = await browser.GetStringAsync("/account");
        (string, string)[] fields = [("name", name), ("password", password)];
        return await browser.PostAsync(
            "/account/remove", AccountsServer.Form(page, user is null ? fields : [.. fields, ("user", user)]));
    }

    private async Task<HttpResponseMessage> ChoosePasswordAsync(string pageWithLink)
    {
        using var browser = AccountsServer.NewBrowser(accounts.Server);
        var page = await browser.GetStringAsync("/invitation");
        var token = Regex.Match(pageWithLink, "/invitation#([^<]+)").Groups[1].Value;
        return await browser.PostAsync("/invitation", AccountsServer.Form(page, ("token", token), ("password", "another good password")));
    }

    private static async Task AssertSignedOutAsync(HttpClient browser)
    {
        using var response = await browser.GetAsync("/account");
        Assert.StartsWith("/login", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    private Task<bool> IsRemovedAsync(string user) => accounts.Server.Database.IsRemovedAsync(user, default);
}
