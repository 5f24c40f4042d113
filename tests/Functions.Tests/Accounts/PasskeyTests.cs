using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>Passkeys at the level of HTTP, with an authenticator in software.</summary>
public sealed class PasskeyTests(PasskeyServer server) : IClassFixture<PasskeyServer>
{
    private const string Refused = "The passkey was not accepted.";

    private static readonly TimeSpan RecentTime = TimeSpan.FromMinutes(15);

    private static readonly Dictionary<string, Action<SoftwareAuthenticator>> Faults = new()
    {
        ["another origin"] = authenticator => authenticator.Origin = "https://evil.example",
        ["the origin with another scheme"] = authenticator => authenticator.Origin = "http://music.example",
        ["the origin with another port"] = authenticator => authenticator.Origin = "https://music.example:8443",
        ["no origin"] = authenticator => authenticator.Origin = "",
        ["a frame of another site"] = authenticator => authenticator.IsCrossOrigin = true,
        ["another relying party"] = authenticator => authenticator.RelyingParty = "evil.example",
        ["no user verification"] = authenticator => authenticator.Flags = 0x01,
        ["no user presence"] = authenticator => authenticator.Flags = 0x04,
        ["another type"] = authenticator => authenticator.Type = "payment.get",
    };

    private static readonly Dictionary<string, Action<SoftwareAuthenticator>> SignInFaults = new(Faults)
    {
        ["a wrong signature"] = authenticator => authenticator.SignsWrongly = true,
        ["an unknown credential"] = authenticator => authenticator.CredentialId = new byte[16],
        ["an unknown user handle"] = authenticator => authenticator.UserHandle = Encoding.ASCII.GetBytes(new string('x', 43)),
        ["no user handle"] = authenticator => authenticator.UserHandle = null,
        ["another backup eligibility"] = authenticator => authenticator.Flags |= 0x08,
    };

    private static readonly string[] Values =
        ["null", "[]", "{}", "-1", "1e999", "\"\"", "\"%\"", "\"AA==\"", new string('[', 50) + new string(']', 50)];

    public static TheoryData<string> FaultNames => new(Faults.Keys);

    public static TheoryData<string> SignInFaultNames => new(SignInFaults.Keys);

    [Fact]
    public async Task A_listener_adds_a_passkey_and_signs_in_without_a_name()
    {
        using var phone = await server.AddPasskeyAsync();
        var options = PasskeyBrowser.OptionsOf(await phone.GetAsync("/account"));
        Assert.Equal(("required", "required"), (
            (string)options["authenticatorSelection"]!["userVerification"]!, (string)options["authenticatorSelection"]!["residentKey"]!));
        Assert.Equal(Base64Url.EncodeToString(phone.Authenticator.CredentialId), (string)options["excludeCredentials"]![0]!["id"]!);
        Assert.DoesNotContain(phone.Name, Encoding.UTF8.GetString(phone.Authenticator.UserHandle!), StringComparison.Ordinal);

        using var laptop = server.Open();
        laptop.Authenticator = phone.Authenticator;
        Assert.Equal(HttpStatusCode.SeeOther, (await laptop.SignInAsync()).Status);
        var account = await laptop.GetAsync("/account");
        Assert.Contains($"Account of {phone.Name}", account, StringComparison.Ordinal);
        Assert.Contains($"last used {server.Clock.Now:yyyy-MM-dd}", account, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SignInFaultNames))]
    public async Task A_wrong_answer_signs_nobody_in(string fault)
    {
        using var browser = await server.AddPasskeyAsync();
        using var other = server.Open();
        other.Authenticator = browser.Authenticator;
        SignInFaults[fault](other.Authenticator);
        await AssertRefusedAsync(other.SignInAsync());
        Assert.DoesNotContain("Account of", await other.GetAsync("/account"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task A_wrong_answer_adds_no_passkey(string fault)
    {
        using var browser = await server.SignInAsync();
        Faults[fault](browser.Authenticator);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.AddAsync()).Status);
        Assert.DoesNotContain("last used", await browser.GetAsync("/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_challenge_signs_in_once()
    {
        using var browser = await server.AddPasskeyAsync();
        var page = await browser.GetAsync("/login");
        var (challenge, credential) = Answer(browser, page);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync(page, challenge, credential)).Status);
        await AssertRefusedAsync(browser.SignInAsync(page, challenge, credential));
    }

    [Fact]
    public async Task A_challenge_that_is_used_twice_at_once_signs_in_once()
    {
        using var browser = await server.AddPasskeyAsync();
        var page = await browser.GetAsync("/login");
        var (challenge, credential) = Answer(browser, page);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => browser.SignInAsync(page, challenge, credential)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task A_challenge_expires()
    {
        using var browser = await server.AddPasskeyAsync();
        var page = await browser.GetAsync("/login");
        var (challenge, credential) = Answer(browser, page);
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        var (status, text) = await browser.SignInAsync(page, challenge, credential);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("open for too long", text, StringComparison.Ordinal);
        // The page has a new challenge.
        (challenge, credential) = Answer(browser, text);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync(text, challenge, credential)).Status);
    }

    [Fact]
    public async Task A_challenge_of_another_browser_or_page_is_refused()
    {
        using var browser = await server.AddPasskeyAsync();
        using var other = server.Open();
        var (page, otherPage) = (await browser.GetAsync("/login"), await other.GetAsync("/login"));
        var (challenge, credential) = Answer(browser, page);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.SignInAsync(otherPage, challenge, credential)).Status);

        var (secondChallenge, _) = Answer(browser, await browser.GetAsync("/login"));
        await AssertRefusedAsync(browser.SignInAsync(page, secondChallenge, credential));
        var account = await browser.GetAsync("/account");
        var adding = PasskeyBrowser.ChallengeOf(account);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SignInAsync(page, adding, credential)).Status);

        // Another listener signs in to the browser.
        using var authenticator = new SoftwareAuthenticator(PasskeyServer.Origin);
        var added = authenticator.Create(PasskeyBrowser.OptionsOf(account)).ToJsonString();
        using var somebody = await server.SignInAsync();
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync(somebody.Name, PasskeyServer.Password)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.AddAsync(account, added)).Status);
    }

    [Fact]
    public async Task Counters_must_grow()
    {
        using var browser = await server.AddPasskeyAsync();
        foreach (var (counter, expected) in new (uint, HttpStatusCode)[]
        {
            (0, HttpStatusCode.SeeOther), (5, HttpStatusCode.SeeOther), (5, HttpStatusCode.Forbidden), (4, HttpStatusCode.Forbidden),
            (0, HttpStatusCode.Forbidden), (uint.MaxValue, HttpStatusCode.SeeOther), (6, HttpStatusCode.Forbidden),
        })
        {
            browser.Authenticator.Counter = counter;
            Assert.Equal(expected, (await browser.SignInAsync()).Status);
        }
    }

    [Fact]
    public async Task A_counter_that_is_used_twice_at_once_signs_in_once()
    {
        using var browser = await server.AddPasskeyAsync();
        browser.Authenticator.Counter = 1;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => browser.SignInAsync()));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Passkeys_of_a_removed_account_do_not_sign_in()
    {
        using var browser = await server.AddPasskeyAsync();
        await server.Server.WriteAsync(Mutation.Delete(User.Table, new Key(browser.Name)));
        using var other = server.Open();
        other.Authenticator = browser.Authenticator;
        await AssertRefusedAsync(other.SignInAsync());
    }

    [Fact]
    public async Task A_listener_renames_and_removes_a_passkey()
    {
        using var browser = await server.AddPasskeyAsync();
        using var stranger = await server.SignInAsync();
        var id = Base64Url.EncodeToString(browser.Authenticator.CredentialId);
        Assert.Equal(HttpStatusCode.NotFound, (await ChangeAsync(stranger, "rename", id, "Mine")).Status);
        await ChangeAsync(stranger, "remove", id);
        Assert.Equal(HttpStatusCode.BadRequest, (await ChangeAsync(browser, "rename", id, new string('x', 65))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await ChangeAsync(browser, "rename", id, "Key <b>")).Status);
        Assert.Contains("value=\"Key &lt;b&gt;\"", await browser.GetAsync("/account"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await ChangeAsync(browser, "remove", id)).Status);
        Assert.DoesNotContain("last used", await browser.GetAsync("/account"), StringComparison.Ordinal);
        await AssertRefusedAsync(browser.SignInAsync());
    }

    [Fact]
    public async Task An_account_has_at_most_20_passkeys_and_each_once()
    {
        using var browser = await server.AddPasskeyAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.AddAsync()).Status);
        var page = await browser.GetAsync("/account");
        for (var i = 1; i < 20; i++)
        {
            using var authenticator = new SoftwareAuthenticator(PasskeyServer.Origin);
            var credential = authenticator.Create(PasskeyBrowser.OptionsOf(page)).ToJsonString();
            Assert.Equal(HttpStatusCode.SeeOther, (await browser.AddAsync(page, credential)).Status);
        }

        using var last = new SoftwareAuthenticator(PasskeyServer.Origin);
        var answer = await browser.AddAsync(page, last.Create(PasskeyBrowser.OptionsOf(page)).ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("20 passkeys, which is the maximum", answer.Page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-passkey", answer.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adding_a_passkey_needs_a_recent_sign_in()
    {
        using var browser = await server.SignInAsync();
        server.Clock.Advance(RecentTime - TimeSpan.FromMinutes(1));
        var page = await browser.GetAsync("/account");
        var credential = browser.Authenticator.Create(PasskeyBrowser.OptionsOf(page)).ToJsonString();
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var (status, text) = await browser.AddAsync(page, credential);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("Sign in again", text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-passkey", text, StringComparison.Ordinal);

        await browser.SignInAsync(browser.Name, PasskeyServer.Password);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.AddAsync()).Status);
    }

    [Fact]
    public async Task A_new_password_removes_the_passkeys()
    {
        using var browser = await server.AddPasskeyAsync();
        var accounts = server.Server.Services.GetRequiredService<LocalAccounts>();
        var reset = await accounts.InviteAsync(new Invitation(browser.Name, IsOwner: false, Product.Premium, "SE"), default);
        await accounts.AcceptAsync(reset, "", "another long password", default);
        await AssertRefusedAsync(browser.SignInAsync());
    }

    [Fact]
    public async Task Attempts_are_limited_per_address()
    {
        using var browser = await server.AddPasskeyAsync();
        var page = await browser.GetAsync("/login");
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 51; i++) statuses.Add((await browser.SignInAsync(page, "", "", address: "198.51.100.1")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[50]);
        Assert.All(statuses[..50], status => Assert.Equal(HttpStatusCode.Forbidden, status));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync()).Status);
    }

    [Fact]
    public async Task Malformed_answers_are_refused()
    {
        using var browser = await server.AddPasskeyAsync();
        var (page, account) = (await browser.GetAsync("/login"), await browser.GetAsync("/account"));
        var challenge = PasskeyBrowser.ChallengeOf(page);
        var assertion = browser.Authenticator.Get(PasskeyBrowser.OptionsOf(page));
        using var authenticator = new SoftwareAuthenticator(PasskeyServer.Origin);
        var attestation = authenticator.Create(PasskeyBrowser.OptionsOf(account));
        var random = new Random(12);
        for (var i = 0; i < 300; i++)
        {
            var answer = await browser.SignInAsync(page, challenge, Mutate(assertion, random));
            Assert.True(answer.Status is HttpStatusCode.Forbidden or HttpStatusCode.SeeOther, $"{i}: {answer}");
            answer = await browser.AddAsync(account, Mutate(attestation, random));
            Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.SeeOther, $"{i}: {answer}");
        }

        foreach (var wrong in new[] { "", "x", "é", "A" + challenge, challenge[..^4], new string('A', 100_000) })
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.SignInAsync(page, wrong, assertion.ToJsonString())).Status);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("[::1]", false)]
    public async Task Passkeys_are_offered_at_host_names_only(string host, bool offered)
    {
        await using var accounts = await AccountsServer.StartAsync();
        var authority = $"{host}:{accounts.Server.Http.BaseAddress!.Port}";
        accounts.Browser.DefaultRequestHeaders.Host = authority;
        foreach (var path in new[] { "/login", "/account" })
        {
            using var response = await accounts.Browser.GetAsync(path);
            var page = await response.Content.ReadAsStringAsync();
            Assert.Equal(offered, page.Contains("data-passkey", StringComparison.Ordinal));
            Assert.Equal(offered, page.Contains("<script", StringComparison.Ordinal));
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Equal(offered, policy.Contains("; script-src 'self';", StringComparison.Ordinal));
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            using var signedIn = await accounts.SignInAsync();
            Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        }

        var account = await accounts.Browser.GetStringAsync("/account");
        var other = $"http://localhost:{accounts.Server.Http.BaseAddress!.Port}/account";
        Assert.Equal(!offered, account.Contains(other, StringComparison.Ordinal));
        if (!offered) return;

        using var authenticator = new SoftwareAuthenticator($"http://{authority}");
        var credential = authenticator.Create(PasskeyBrowser.OptionsOf(account)).ToJsonString();
        using var added = await accounts.Browser.PostAsync("/account/passkeys", AccountsServer.Form(
            account, ("name", "Laptop"), ("challenge", PasskeyBrowser.ChallengeOf(account)), ("credential", credential)));
        Assert.Equal(HttpStatusCode.SeeOther, added.StatusCode);
        Assert.Contains("For localhost, added", await accounts.Browser.GetStringAsync("/account"), StringComparison.Ordinal);
    }

    private static (string Challenge, string Credential) Answer(PasskeyBrowser browser, string page) =>
        (PasskeyBrowser.ChallengeOf(page), browser.Authenticator.Get(PasskeyBrowser.OptionsOf(page)).ToJsonString());

    private static async Task<(HttpStatusCode Status, string Page)> ChangeAsync(
        PasskeyBrowser browser, string action, string id, string name = "") =>
        await browser.PostAsync(
            $"/account/passkeys/{action}", await browser.GetAsync("/account"), ("passkey", id), ("name", name));

    private static async Task AssertRefusedAsync(Task<(HttpStatusCode Status, string Page)> answer)
    {
        var (status, page) = await answer;
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains(Refused, page, StringComparison.Ordinal);
    }

    // Changes the text, a member, or the bytes of a member.
    private static string Mutate(JsonObject credential, Random random)
    {
        var text = credential.ToJsonString();
        var at = random.Next(text.Length);
        var changed = (JsonObject)credential.DeepClone();
        var holder = random.Next(3) == 0 ? changed : (JsonObject)changed["response"]!;
        var name = holder.Select(member => member.Key).ElementAt(random.Next(holder.Count));
        switch (random.Next(5))
        {
            case 0:
                return text[..at];
            case 1:
                return string.Concat(text.AsSpan(0, at), ((char)random.Next(32, 0x2FF)).ToString(), text.AsSpan(at + 1));
            case 2:
                holder.Remove(name);
                break;
            case 3:
                holder[name] = JsonNode.Parse(Values[random.Next(Values.Length)]);
                break;
            default:
                holder = (JsonObject)changed["response"]!;
                string[] fields = [.. holder.Select(member => member.Key).Where(key => holder[key] is JsonValue)];
                name = fields[random.Next(fields.Length)];
                var bytes = Base64Url.DecodeFromChars((string)holder[name]!);
                for (var i = random.Next(1, 4); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                holder[name] = Base64Url.EncodeToString(random.Next(2) == 0 ? bytes : bytes.AsSpan(0, random.Next(bytes.Length)));
                break;
        }

        return changed.ToJsonString();
    }
}
