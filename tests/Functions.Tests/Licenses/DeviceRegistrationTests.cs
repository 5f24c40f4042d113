using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.AccountRemovals;
using Spotify.Functions.Tests.Playlists;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Functions.Tests.Licenses;

/// <summary>The registration of devices over HTTP. Each test has a user of its own.</summary>
public sealed class DeviceRegistrationTests(OfflineServer offline) : IClassFixture<OfflineServer>, IAsyncLifetime
{
    private readonly string name = $"ada-{Guid.NewGuid():n}";
    private HttpClient user = null!;

    private LocalServer Server => offline.Server;

    public async Task InitializeAsync() => user = await Server.SignInAsync(name);

    public Task DisposeAsync()
    {
        user.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Bodies that are refused, and a part of the message.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { """{"signing_key":null}""", "Missing required field: signing_key" },
        { """{"agreement_key":null}""", "Missing required field: agreement_key" },
        { """{"signing_key":"key"}""", "Invalid signing_key" },
        { """{"signing_key":[]}""", "Invalid signing_key" },
        { """{"signing_key":{"kty":"RSA"}}""", "Invalid signing_key" },
        { """{"signing_key":{"kty":"oct","k":"AAAA"}}""", "Invalid signing_key" },
        { """{"signing_key":{"kty":"EC","crv":"P-384"}}""", "Invalid signing_key" },
        { $$"""{"signing_key":{{Jwk(Zeros, Zeros)}}}""", "Invalid signing_key" },
        { $$"""{"agreement_key":{{Jwk(Zeros, Zeros)}}}""", "Invalid agreement_key" },
        { $$"""{"agreement_key":{{Jwk(Zeros + "AAAA", Zeros)}}}""", "Invalid agreement_key" },
        { $$"""{"agreement_key":{{Jwk(Zeros, "")}}}""", "Invalid agreement_key" },
        { $$"""{"agreement_key":{{Jwk(Zeros + "=", Zeros)}}}""", "Invalid agreement_key" },
        { """{"proof":null}""", "Missing required field: proof" },
        { """{"proof":""}""", "Invalid proof" },
        { """{"proof":"a.b.c"}""", "Invalid proof" },
        { """{"proof":"e30.e30."}""", "Invalid proof" },
        { """{"name":null}""", "Missing required field: name" },
        { """{"name":""}""", "Invalid name" },
        { """{"name":" \u2003 "}""", "Invalid name" },
        { """{"name":"\u200d\u200c"}""", "Invalid name" },
        { """{"name":"Phone\nof Bob"}""", "Invalid name" },
        { """{"name":"Phone\u2028of Bob"}""", "Invalid name" },
        { """{"name":"\u202egnp.exe"}""", "Invalid name" },
        { """{"name":"\u0000"}""", "Invalid name" },
        { $$"""{"name":"{{new string('x', 65)}}"}""", "Invalid name" },
        { """{"name":{}}""", "Error parsing JSON" },
        { """{"type":"toaster"}""", "Invalid type: toaster" },
        { """{"type":"Smartphone"}""", "Invalid type: Smartphone" },
    };

    private static string Zeros => new('A', 43);

    [Fact]
    public async Task A_device_registers_once_and_the_answer_to_a_repetition_is_the_device_as_it_is()
    {
        using var device = new OfflineDevice();
        var challenge = await OfflineDevice.ChallengeAsync(user);
        using var first = await device.TryRegisterAsync(user, " Phone ", body => body["proof"] = device.Prove(challenge));
        var created = await first.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(
            (device.Id, "Phone", "smartphone", "false", "0"),
            (created.At("id"), created.At("name"), created.At("type"), created.At("is_suspended"), created.At("tracks")));

        using var renamed = await user.PutAsJsonAsync($"{OfflineDevice.Path}/{device.Id}", new { name = "Mine" });
        Assert.Equal("Mine", (await renamed.JsonAsync()).At("name"));
        offline.Clock.Now += TimeSpan.FromMinutes(1);
        using var repeated = await device.TryRegisterAsync(user, "Phone", body => body["proof"] = device.Prove(challenge));
        var known = await repeated.JsonAsync();
        Assert.Equal(
            ("Mine", created.At("registered_at")), (known.At("name"), known.At("registered_at")));
        Assert.NotEqual(created.At("seen_at"), known.At("seen_at"));

        var list = await ListAsync();
        Assert.Equal(known.ToJsonString(), Assert.Single(list)!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task An_invalid_registration_is_refused_with_the_reason(string changes, string message)
    {
        using var device = new OfflineDevice();
        using var refused = await device.TryRegisterAsync(user, change: body =>
        {
            foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject()) body[name] = value?.DeepClone();
        });
        Assert.Contains(message, await refused.ErrorAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("""{"name":"Phone","signing_key":{"kty":"EC","crv":"P-256","x":"\ud800","y":"\udfff"}}""")]
    [InlineData("""{"name":"Phone","signing_key":{"kty":"\ud800"}}""")]
    [InlineData("""{"name":"\ud800"}""")]
    public async Task A_body_that_is_no_registration_is_refused(string body)
    {
        using var refused = await user.PostAsync(OfflineDevice.Path, new StringContent(body, Encoding.UTF8, "application/json"));
        await refused.ErrorAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_large_body_is_refused()
    {
        using var refused = await user.PostAsJsonAsync(OfflineDevice.Path, new { proof = new string('x', 20_000) });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        using var rename = await user.PutAsJsonAsync($"{OfflineDevice.Path}/{new string('a', 22)}", new { name = new string('x', 20_000) });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, rename.StatusCode);
    }

    [Fact]
    public async Task A_proof_is_refused_unless_the_device_signed_it_for_this_user_with_both_keys()
    {
        using var bob = await Server.SignInAsync($"bob of {name}");
        using var device = new OfflineDevice();
        using var other = new OfflineDevice();
        var (challenge, foreign) = (await OfflineDevice.ChallengeAsync(user), await OfflineDevice.ChallengeAsync(bob));
        var key = JwsKey.Of(device.SigningKey);
        var payload = $$"""{"challenge":"{{challenge}}","agreement_jkt":"{{P256PublicKey.Of(device.AgreementKey).Thumbprint}}"}""";
        string[] proofs =
        [
            other.Prove(challenge),
            DeviceProof.Sign(challenge, P256PublicKey.Of(other.AgreementKey), key),
            device.Prove(foreign),
            device.Prove("challenge"),
            device.Prove(""),
            device.Prove(user.DefaultRequestHeaders.Authorization!.Parameter!),
            device.Prove(device.Prove(challenge)),
            CompactJws.Sign("JWT", Encoding.UTF8.GetBytes(payload), key),
            CompactJws.Sign("device-challenge+jwt", Encoding.UTF8.GetBytes(payload), key),
            CompactJws.Sign(DeviceProof.Type, "[]"u8, key),
            CompactJws.Sign(DeviceProof.Type, "{}"u8, key),
            CompactJws.Sign(DeviceProof.Type, [0xff, 0xfe], key),
            DeviceChallenge.Issue("issuer", name, offline.Clock.Now, key).Challenge,
            device.Prove(DeviceChallenge.Issue("issuer", name, offline.Clock.Now, key).Challenge),
            $"{Encode("""{"alg":"none","typ":"device-proof+jwt"}""")}.{Encode(payload)}.",
            $"{Encode("""{"alg":"HS256","typ":"device-proof+jwt"}""")}.{Encode(payload)}.{Encode(new string('a', 64))}",
        ];
        foreach (var proof in proofs)
        {
            using var refused = await device.TryRegisterAsync(user, change: body => body["proof"] = proof);
            Assert.StartsWith("Invalid proof", await refused.ErrorAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
        }

        offline.Clock.Now += DeviceChallenge.Lifetime;
        using var late = await device.TryRegisterAsync(user, change: body => body["proof"] = device.Prove(challenge));
        Assert.Contains("expired", await late.ErrorAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Empty(await ListAsync());

        static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public async Task Private_keys_and_one_key_for_both_uses_are_refused()
    {
        using var device = new OfflineDevice();
        var secret = Encoding.ASCII.GetString(RandomNumberGenerator.GetBytes(32).Select(_ => (byte)'A').ToArray()) + new string('A', 11);
        foreach (var field in new[] { "signing_key", "agreement_key" })
        {
            using var refused = await device.TryRegisterAsync(user, change: body => body[field]!["d"] = secret);
            var message = await refused.ErrorAsync(HttpStatusCode.BadRequest);
            Assert.Contains($"Invalid {field}", message, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, message, StringComparison.Ordinal);
        }

        using var same = await device.TryRegisterAsync(user, change: body =>
        {
            body["agreement_key"] = body["signing_key"]!.DeepClone();
            body["proof"] = null;
        });
        await same.ErrorAsync(HttpStatusCode.BadRequest);
        var challenge = await OfflineDevice.ChallengeAsync(user);
        using var proven = await device.TryRegisterAsync(user, change: body =>
        {
            body["agreement_key"] = body["signing_key"]!.DeepClone();
            body["proof"] = DeviceProof.Sign(challenge, P256PublicKey.Of(device.SigningKey), JwsKey.Of(device.SigningKey));
        });
        Assert.Contains("another key", await proven.ErrorAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task The_agreement_key_of_a_registered_device_cannot_be_replaced()
    {
        using var device = await OfflineDevice.RegisterAsync(user);
        using var other = new OfflineDevice();
        var challenge = await OfflineDevice.ChallengeAsync(user);
        using var refused = await device.TryRegisterAsync(user, change: body =>
        {
            body["agreement_key"] = JsonNode.Parse(P256PublicKey.Of(other.AgreementKey).ToJson());
            body["proof"] = DeviceProof.Sign(challenge, P256PublicKey.Of(other.AgreementKey), JwsKey.Of(device.SigningKey));
        });
        await refused.ErrorAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Members_of_keys_that_browsers_add_are_ignored()
    {
        using var device = new OfflineDevice();
        using var response = await device.TryRegisterAsync(user, change: body =>
        {
            foreach (var key in new[] { body["signing_key"]!, body["agreement_key"]! })
                (key["ext"], key["key_ops"], key["alg"]) = (true, new JsonArray("verify"), "ES256");
        });
        Assert.Equal(device.Id, (await response.JsonAsync(HttpStatusCode.Created)).At("id"));
    }

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("'; DROP TABLE Devices; --")]
    [InlineData("👩‍💻's phone")]
    [InlineData("گوشی‌ام")]
    public async Task A_name_is_kept_as_it_is(string name)
    {
        using var device = await OfflineDevice.RegisterAsync(user, name);
        Assert.Equal(name, Assert.Single(await ListAsync())!.At("name"));
        var longest = string.Concat(Enumerable.Repeat("🎧", 64));
        using var renamed = await user.PutAsJsonAsync($"{OfflineDevice.Path}/{device.Id}", new { name = longest });
        Assert.Equal(longest, (await renamed.JsonAsync()).At("name"));
        using var refused = await user.PutAsJsonAsync($"{OfflineDevice.Path}/{device.Id}", new { name = longest + "🎧" });
        await refused.ErrorAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Fifty_parallel_registrations_leave_exactly_five_devices()
    {
        var devices = Enumerable.Range(0, 50).Select(_ => new OfflineDevice()).ToList();
        var statuses = await Task.WhenAll(devices.Select(async device =>
        {
            using var response = await device.TryRegisterAsync(user);
            if (response.StatusCode != HttpStatusCode.Forbidden) return response.StatusCode;
            Assert.Equal("DEVICE_LIMIT", (await response.Content.ReadFromJsonAsync<JsonObject>())!.At("error", "reason"));
            return response.StatusCode;
        }));

        Assert.Equal(5, statuses.Count(status => status == HttpStatusCode.Created));
        Assert.Equal(45, statuses.Count(status => status == HttpStatusCode.Forbidden));
        var registered = devices.Where((_, i) => statuses[i] == HttpStatusCode.Created).Select(device => device.Id);
        Assert.Equal(registered.Order(), (await ListAsync()).Select(device => device!.At("id")!).Order());

        // Those that are registered may repeat it, and a removal makes room for one other.
        var first = devices[Array.IndexOf(statuses, HttpStatusCode.Created)];
        using var repeated = await first.TryRegisterAsync(user);
        Assert.Equal(HttpStatusCode.OK, repeated.StatusCode);
        using var removed = await user.DeleteAsync($"{OfflineDevice.Path}/{first.Id}");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        var left = devices.Where((_, i) => statuses[i] != HttpStatusCode.Created).Take(2).ToList();
        using var sixth = await left[0].TryRegisterAsync(user);
        using var seventh = await left[1].TryRegisterAsync(user);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Forbidden), (sixth.StatusCode, seventh.StatusCode));
        foreach (var device in devices) device.Dispose();
    }

    [Fact]
    public async Task Parallel_registrations_of_a_device_create_it_once_also_for_a_user_without_a_row()
    {
        using var newcomer = Server.WithScopes($"newcomer of {name}", "streaming user-read-playback-state");
        using var device = new OfflineDevice();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var response = await device.TryRegisterAsync(newcomer);
            return response.StatusCode;
        }));
        Assert.Single(statuses, status => status == HttpStatusCode.Created);
        Assert.Equal(9, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Single((await newcomer.GetJsonAsync(OfflineDevice.Path))["devices"]!.AsArray());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task An_account_that_is_being_removed_registers_no_device()
    {
        using var device = await OfflineDevice.RegisterAsync(user);
        using var other = new OfflineDevice();
        var removals = Server.Services.GetRequiredService<AccountRemovalService>();
        await removals.RequestAsync(name, default);
        using var before = await other.TryRegisterAsync(user);
        using var known = await device.TryRegisterAsync(user);
        await removals.SweepAsync(default);
        using var after = await other.TryRegisterAsync(user);

        Assert.All([before, known, after], response => Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode));
        Assert.Empty(await ListAsync());
        Assert.Null(await Server.Database.ReadAsync(Domain.Users.User.Table, new Key(name), null, default));
    }

    [Fact]
    public async Task Devices_belong_to_users_also_if_two_of_them_share_a_device()
    {
        using var bob = await Server.SignInAsync($"bob of {name}");
        using var device = await OfflineDevice.RegisterAsync(user, "Ada's");
        using var unknown = await bob.PutAsJsonAsync($"{OfflineDevice.Path}/{device.Id}", new { name = "Bob's" });
        await unknown.ErrorAsync(HttpStatusCode.NotFound);
        using var ignored = await bob.DeleteAsync($"{OfflineDevice.Path}/{device.Id}");
        Assert.Equal("Ada's", Assert.Single(await ListAsync())!.At("name"));

        using var shared = await device.TryRegisterAsync(bob, "Bob's");
        Assert.Equal(HttpStatusCode.Created, shared.StatusCode);
        Assert.Equal("Ada's", Assert.Single(await ListAsync())!.At("name"));
    }

    [Fact]
    public async Task A_token_of_an_app_has_no_devices()
    {
        using var app = Server.SignInApp();
        using var listed = await app.GetAsync(OfflineDevice.Path);
        using var challenged = await app.PostAsync($"{OfflineDevice.Path}/challenges", null);
        Assert.All([listed, challenged], response => Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode));
    }

    private static string Jwk(string x, string y) => $$"""{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}"}""";

    private async Task<JsonArray> ListAsync() => (await user.GetJsonAsync(OfflineDevice.Path))["devices"]!.AsArray();
}
