using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.AccountRemovals;
using Spotify.Google.EntryPoints;
using Spotify.Google.Tests.EntryPoints;
using Spotify.Local.Database;
using Spotify.Local.LiveDocuments;
using Spotify.Web.Identity.Issuing;
using Spotify.Web.PersonalData;

namespace Spotify.Google.Tests.SignIn;

/// <summary>Signing in at the function <c>accounts</c>, with a test double of Identity Platform.</summary>
public sealed partial class IdentityPlatformSignInTests : IAsyncLifetime
{
    private readonly TestIssuer issuer = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private IdentityPlatformServer platform = null!;
    private SqliteDatabase database = null!;
    private SqlitePlayerStates players = null!;

    public async Task InitializeAsync()
    {
        platform = await IdentityPlatformServer.StartAsync();
        platform.IdToken = issuer.IdToken(IdentityPlatformServer.UserId);
        database = new SqliteDatabase(Path.Combine(directory.FullName, "test.db"), Schema.Current);
        players = new SqlitePlayerStates(Path.Combine(directory.FullName, "players.db"));
    }

    public async Task DisposeAsync()
    {
        await platform.DisposeAsync();
        database.Dispose();
        players.Dispose();
        issuer.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_listener_signs_in_and_has_a_row_with_the_same_id()
    {
        await using var accounts = await StartAsync();
        accounts.NoRedirects.DefaultRequestHeaders.Add("X-Client-Region", "NO");

        for (var i = 0; i < 2; i++)
        {
            using var response = await SignInAsync(accounts);
            Assert.Equal((HttpStatusCode.SeeOther, "/account"), (response.StatusCode, response.Headers.Location?.ToString()));
            Assert.Contains(
                response.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("__Host-session=", StringComparison.Ordinal));
        }

        var user = User.FromRow((await database.ReadAsync(User.Table, new Key(IdentityPlatformServer.UserId), null, default))!);
        Assert.Equal(
            ("Ada", IdentityPlatformServer.Email, "NO", Product.Free), (user.DisplayName, user.Email, user.Country, user.Product));
        Assert.All(platform.Requests, request => Assert.Equal("/accounts:signInWithPassword?key=a-key", request));
        Assert.DoesNotContain(IdentityPlatformServer.Password, accounts.Log.Text);
    }

    [Theory]
    [InlineData("ada@music.test", "wrong password")]
    [InlineData("nobody@music.test", "wrong password")]
    [InlineData("ada@music.test", "correct horse battery", "USER_DISABLED")]
    public async Task Wrong_credentials_and_disabled_accounts_are_refused_alike(string email, string password, string? error = null)
    {
        platform.Error = error;
        await using var accounts = await StartAsync();
        using var response = await SignInAsync(accounts, email, password);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("The e-mail address or the password is wrong.", await response.Content.ReadAsStringAsync());
        Assert.Null(await database.ReadAsync(User.Table, new Key(IdentityPlatformServer.UserId), null, default));
    }

    [Fact]
    public async Task Too_many_attempts_are_429()
    {
        platform.Error = "TOO_MANY_ATTEMPTS_TRY_LATER : Try again later";
        await using var accounts = await StartAsync();
        using var response = await SignInAsync(accounts);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Contains("Try again later", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("another error")]
    [InlineData("502 in HTML")]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("no token")]
    [InlineData("too long")]
    [InlineData("broken connection")]
    [InlineData("no answer")]
    public async Task An_outage_is_a_page_with_503(string fault)
    {
        platform.Error = fault == "another error" ? "QUOTA_EXCEEDED" : null;
        platform.Fault = fault switch
        {
            "another error" => null,
            "502 in HTML" => context =>
            {
                (context.Response.StatusCode, context.Response.ContentType) = (502, "text/html");
                return context.Response.WriteAsync("<h1>Bad gateway</h1>");
            },
            "no token" => context => context.Response.WriteAsync("{}"),
            "too long" => context => context.Response.WriteAsync($"{{\"idToken\":\"{new string('x', 100_000)}\"}}"),
            "broken connection" => context =>
            {
                context.Abort();
                return Task.CompletedTask;
            },
            "no answer" => context => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted),
            _ => context => context.Response.WriteAsync(fault),
        };
        await using var accounts = await StartAsync(("SignIn:Deadline", fault == "no answer" ? "00:00:00.2" : "00:00:10"));
        using var response = await SignInAsync(accounts);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("Try again in a minute", await response.Content.ReadAsStringAsync());
        Assert.Contains(accounts.Log.Entries, entry => (string?)entry["severity"] == "ERROR");
    }

    [Fact]
    public async Task An_id_token_of_another_project_issuer_or_key_or_an_expired_one_is_refused()
    {
        using var stranger = new TestIssuer();
        await using var accounts = await StartAsync();
        string[] tokens =
        [
            issuer.IdToken(IdentityPlatformServer.UserId, project: "other"),
            issuer.IdToken(IdentityPlatformServer.UserId, audience: "other"),
            issuer.IdToken(IdentityPlatformServer.UserId, issuer: "https://session.firebase.google.com/"),
            issuer.IdToken(IdentityPlatformServer.UserId, lifetime: -600),
            issuer.IdToken(""),
            stranger.IdToken(IdentityPlatformServer.UserId),
            "eyJhbGciOiJub25lIn0.e30.",
            "x",
        ];
        foreach (var token in tokens)
        {
            platform.IdToken = token;
            using var response = await SignInAsync(accounts);
            Assert.Equal((token, HttpStatusCode.ServiceUnavailable), (token, response.StatusCode));
        }
    }

    [Fact]
    public async Task Attempts_are_limited_by_the_address_that_the_load_balancer_sends()
    {
        await using var accounts = await StartAsync();
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.Forbidden, await AttemptAsync("203.0.113.7"));
        // The client's own header precedes that of the load balancer.
        Assert.Equal(HttpStatusCode.TooManyRequests, await AttemptAsync("198.51.100.1, 203.0.113.7"));
        Assert.Equal(HttpStatusCode.Forbidden, await AttemptAsync("203.0.113.8"));

        async Task<HttpStatusCode> AttemptAsync(string address)
        {
            using var response = await SignInAsync(accounts, password: "wrong", address: address);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Nobody_can_sign_up_unless_registration_is_open()
    {
        await using var accounts = await StartAsync();
        Assert.DoesNotContain("/login/new", await accounts.Http.GetStringAsync("/login"));
        using var page = await accounts.Http.GetAsync("/login/new");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        using var response = await SignInAsync(accounts, path: "/login/new", pagePath: "/login");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(platform.Requests);
    }

    [Fact]
    public async Task Anyone_can_sign_up_if_registration_is_open_and_signs_in_once_the_address_is_confirmed()
    {
        platform.IdToken = issuer.IdToken(IdentityPlatformServer.UserId, verified: false);
        await using var accounts = await StartAsync(("SignIn:OpenRegistration", "true"));
        Assert.Contains("/login/new", await accounts.Http.GetStringAsync("/login"));

        using var response = await SignInAsync(accounts, "new@music.test", path: "/login/new");
        Assert.Contains("Look into your mail", await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.TryGetValues("Set-Cookie", out _));
        Assert.Equal(["/accounts:signUp?key=a-key"], platform.Requests);
        Assert.Equal([$"VERIFY_EMAIL {platform.IdToken}"], platform.Messages);

        using var early = await SignInAsync(accounts);
        Assert.Equal(HttpStatusCode.Forbidden, early.StatusCode);
        Assert.Null(await database.ReadAsync(User.Table, new Key(IdentityPlatformServer.UserId), null, default));
        platform.IdToken = issuer.IdToken(IdentityPlatformServer.UserId);
        using var confirmed = await SignInAsync(accounts);
        Assert.Equal(HttpStatusCode.SeeOther, confirmed.StatusCode);
    }

    [Fact]
    public async Task Signing_up_does_not_tell_whether_there_is_an_account()
    {
        await using var accounts = await StartAsync(("SignIn:OpenRegistration", "true"));
        using var first = await SignInAsync(accounts, "new@music.test", path: "/login/new");
        using var again = await SignInAsync(accounts, IdentityPlatformServer.Email, path: "/login/new");

        Assert.Equal(first.StatusCode, again.StatusCode);
        Assert.Equal(
            await first.Content.ReadAsStringAsync(),
            (await again.Content.ReadAsStringAsync()).Replace(IdentityPlatformServer.Email, "new@music.test", StringComparison.Ordinal));
        Assert.Equal([$"VERIFY_EMAIL {platform.IdToken}", $"PASSWORD_RESET {IdentityPlatformServer.Email}"], platform.Messages);
    }

    [Fact]
    public async Task A_forgotten_password_is_reset_by_mail_which_does_not_tell_whether_there_is_an_account()
    {
        await using var accounts = await StartAsync();
        Assert.Contains("/login/forgotten", await accounts.Http.GetStringAsync("/login"));
        using var known = await SignInAsync(accounts, path: "/login/forgotten");
        using var unknown = await SignInAsync(accounts, "nobody@music.test", path: "/login/forgotten");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (known.StatusCode, unknown.StatusCode));
        var (first, second) = (await known.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        Assert.Equal(first, second.Replace("nobody@music.test", IdentityPlatformServer.Email, StringComparison.Ordinal));
        Assert.Equal([$"PASSWORD_RESET {IdentityPlatformServer.Email}", "PASSWORD_RESET nobody@music.test"], platform.Messages);
    }

    [Fact]
    public async Task Messages_are_limited_without_blocking_the_sign_in()
    {
        await using var accounts = await StartAsync();
        for (var i = 0; i < 11; i++)
        {
            using var sent = await SignInAsync(accounts, path: "/login/forgotten");
            Assert.Equal(i < 10 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, sent.StatusCode);
        }

        using var response = await SignInAsync(accounts);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
    }

    [Theory]
    [InlineData("WEAK_PASSWORD : Password should be at least 6 characters", HttpStatusCode.BadRequest)]
    [InlineData("INVALID_EMAIL", HttpStatusCode.BadRequest)]
    [InlineData("ADMIN_ONLY_OPERATION", HttpStatusCode.Forbidden)]
    [InlineData("TOO_MANY_ATTEMPTS_TRY_LATER", HttpStatusCode.TooManyRequests)]
    [InlineData("INTERNAL", HttpStatusCode.ServiceUnavailable)]
    public async Task A_refused_sign_up_says_why(string error, HttpStatusCode status)
    {
        platform.Error = error;
        await using var accounts = await StartAsync(("SignIn:OpenRegistration", "true"));
        using var response = await SignInAsync(accounts, "new@music.test", path: "/login/new");
        Assert.Equal(status, response.StatusCode);
        Assert.Contains("class=\"error\"", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_first_key_signs_and_all_are_published()
    {
        var (first, second) = (TokenKey.New(), TokenKey.New());
        await using var accounts = await StartAsync(("TokenKeys:0:Pem", first), ("TokenKeys:1:Pem", second));
        var keys = (await accounts.Http.GetJsonAsync("/.well-known/jwks.json"))["keys"]!.AsArray();
        Assert.Equal(
            [TokenKey.Parse(first).PublicKey.Kid, TokenKey.Parse(second).PublicKey.Kid], keys.Select(key => key!.At("kid")));
        Assert.Equal(TokenKey.Parse(first).PublicKey.Kid, accounts.Services.GetRequiredService<ITokenKeys>().Signing.PublicKey.Kid);
        Assert.All(keys, key => Assert.Null(key!["d"]));
    }

    [Fact]
    public async Task The_cloud_has_neither_invitations_nor_passkeys_nor_development_tokens()
    {
        await using var accounts = await StartAsync();
        await accounts.Http.GetErrorAsync("/invitation", HttpStatusCode.NotFound);
        await accounts.Http.GetErrorAsync("/passkeys.js", HttpStatusCode.NotFound);
        Assert.DoesNotContain("passkey", await accounts.Http.GetStringAsync("/login"), StringComparison.OrdinalIgnoreCase);
        foreach (var path in new[] { "/login/passkey", "/account/passkeys" })
        {
            using var refused = await accounts.Http.PostAsync(path, content: null);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["user"] = "ada" });
        using var response = await accounts.Http.PostAsync("/api/token", form);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("invalid_client", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_complete_sign_in_logs_no_secret()
    {
        using var log = new LogCapture();
        await using var accounts = await StartAsync(new Accounts(), log.AddTo);
        using var browser = new HttpClient(new TestBrowser()) { BaseAddress = accounts.Http.BaseAddress };
        var walk = new AccountWalk(browser);
        await walk.PostAsync("/login/forgotten", ("name", IdentityPlatformServer.Email));
        await walk.RunAsync(IdentityPlatformServer.Email, IdentityPlatformServer.Password);

        Assert.Contains(accounts.Log.Requests, request => (string?)request["route"] == "/api/token");
        Assert.InRange(walk.Secrets.Count, 12, 100);
        var texts = log.Texts.Append(accounts.Log.Text).ToList();
        foreach (var secret in walk.Secrets.Append(platform.IdToken).Append("key=a-key"))
            Assert.DoesNotContain(texts, text => text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_removed_account_is_deleted_from_identity_platform_before_its_rows_are()
    {
        await using var accounts = await StartAsync();
        using (await SignInAsync(accounts))
        {
        }

        await using var removals = await StartAsync(new AccountRemovals(), _ => { });
        Assert.True(await players.TryWriteAsync(IdentityPlatformServer.UserId, null, new PlayerDocument(1, "{}"), default));
        await removals.Services.GetRequiredService<AccountRemovalService>().RequestAsync(IdentityPlatformServer.UserId, default);
        using (var refused = await SignInAsync(accounts)) Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        platform.Error = "INTERNAL";
        Assert.Equal(HttpStatusCode.InternalServerError, await SweepAsync());
        Assert.NotNull(await database.ReadAsync(User.Table, new Key(IdentityPlatformServer.UserId), null, default));
        Assert.DoesNotContain(IdentityPlatformServer.UserId, removals.Log.Text);

        platform.Error = null;
        for (var i = 0; i < 2; i++)
        {
            await database.CommitAsync(
                [
                    Mutation.Update(
                        RemovedAccounts.Table, ("UserId", IdentityPlatformServer.UserId), ("DueAt", DateTimeOffset.UnixEpoch)),
                ],
                default);
            Assert.Equal(HttpStatusCode.OK, await SweepAsync());
            Assert.Null(await database.ReadAsync(User.Table, new Key(IdentityPlatformServer.UserId), null, default));
            Assert.Null(await players.ReadAsync(IdentityPlatformServer.UserId, default));
        }

        Assert.Equal(3, platform.Requests.Count(request => request == $"delete {IdentityPlatformServer.UserId}"));
        using var late = await SignInAsync(accounts);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Null(await database.ReadAsync(User.Table, new Key(IdentityPlatformServer.UserId), null, default));

        async Task<HttpStatusCode> SweepAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, AccountRemovalsFunction.Path);
            request.Headers.Authorization = issuer.Service();
            using var response = await removals.Http.SendAsync(request);
            return response.StatusCode;
        }
    }

    private Task<TestFunction> StartAsync(params (string Name, string Value)[] changes) => StartAsync(new Accounts(), _ => { }, changes);

    private Task<TestFunction> StartAsync(
        FunctionEntryPoint function, Action<IServiceCollection> add, params (string Name, string Value)[] changes)
    {
        var settings = TestFunction.Settings(issuer);
        (settings["SignIn:Url"], settings["SignIn:JwksUrl"]) = (platform.Url, issuer.JwksUrl);
        foreach (var (name, value) in changes) settings[name] = value;
        return TestFunction.StartAsync(
            function,
            issuer,
            services => add(services
                .Replace(ServiceDescriptor.Singleton<IDatabase>(database))
                .Replace(ServiceDescriptor.Singleton<IPlayerStates>(players))),
            settings);
    }

    private static async Task<HttpResponseMessage> SignInAsync(
        TestFunction accounts,
        string email = IdentityPlatformServer.Email,
        string password = IdentityPlatformServer.Password,
        string path = "/login",
        string? pagePath = null,
        string address = "203.0.113.7")
    {
        using var page = await accounts.Http.GetAsync(pagePath ?? path);
        var cookie = page.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var token = FormToken().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(
                new Dictionary<string, string> { ["form_token"] = token, ["name"] = email, ["password"] = password }),
        };
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("X-Client-Address", address);
        return await accounts.NoRedirects.SendAsync(request);
    }

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
