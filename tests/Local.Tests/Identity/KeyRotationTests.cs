using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Tests.Identity;

/// <summary>The rotation of the keys that sign tokens, by the files of the data directory.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private readonly ManualTimeProvider clock = new();
    private LocalServer server = null!;

    private string Keys => Path.Combine(server.Data, "keys", "tokens");

    public async Task InitializeAsync() => server = await StartAsync(data: null);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_new_key_is_published_long_before_it_signs_and_the_old_one_leaves_after_its_last_token()
    {
        var stolen = server.Services.GetRequiredService<ITokenKeys>().Signing;
        var first = Assert.Single(await PublishedAsync());

        clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(5));
        Assert.Equal([first], await PublishedAsync());
        clock.Advance(TimeSpan.FromMinutes(6));
        var published = clock.Now;
        var second = (await PublishedAsync())[1];

        for (; clock.Now < published + TokenKeyRotation.PublishedBefore - TimeSpan.FromHours(8); clock.Advance(TimeSpan.FromHours(8)))
        {
            Assert.Equal([first, second], await PublishedAsync());
            Assert.Equal(first, KeyOf(await TokenAsync()));
        }

        // The last hour of the old key.
        clock.Now = published + TokenKeyRotation.PublishedBefore - TimeSpan.FromMinutes(2);
        var last = await TokenAsync();
        clock.Advance(TimeSpan.FromMinutes(4));
        var next = await TokenAsync();
        Assert.Equal((first, second), (KeyOf(last), KeyOf(next)));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await GetAsync(last), await GetAsync(next)));
        clock.Advance(TimeSpan.FromMinutes(55));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(last));
        Assert.Equal([first, second], await PublishedAsync());

        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(last));
        Assert.Equal([second], await PublishedAsync());
        Assert.Single(Directory.EnumerateFiles(Keys));

        // A stolen copy of the old key is useless once the verifiers have the new key set.
        clock.Advance(KeySet.Fresh);
        var forged = new TokenIssuer(
            new StolenKey(stolen), server.Services.GetRequiredService<IOptions<AccessTokenOptions>>(), clock).IssueApp("app");
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(forged));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(await TokenAsync()));
    }

    [Fact]
    public void A_new_key_is_published_before_it_signs_for_longer_than_all_caches_together_can_keep_a_key_set() => Assert.True(
        TokenKeyRotation.PublishedBefore > TokenKeyRotation.MaxAge + TokenKeyRotation.ServedWhileStale + KeySet.Usable + KeySet.Fresh);

    [Fact]
    public async Task All_keys_are_readable_only_by_their_owner()
    {
        if (OperatingSystem.IsWindows()) return;
        clock.Advance(TimeSpan.FromDays(31));
        await PublishedAsync();
        var files = Directory.GetFiles(Keys);
        Assert.Equal(2, files.Length);
        foreach (var file in files) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_crash_while_a_key_is_written_leaves_the_others_usable_and_the_rotation_is_done_at_the_next_start()
    {
        var token = await TokenAsync();
        var first = Assert.Single(await PublishedAsync());
        // The rest of a file that was being written.
        await File.WriteAllTextAsync(Path.Combine(Keys, "20990101T000000Z.pem.00FF00FF00FF00FF"), "-----BEGIN PRIV");
        await using (var again = await StartAsync(server.Data))
        {
            Assert.Equal([first], await PublishedAsync(again));
            Assert.Equal(HttpStatusCode.OK, await GetAsync(token, again));
        }

        clock.Advance(TimeSpan.FromDays(40));
        await using var later = await StartAsync(server.Data);
        // The key is old but signs until its successor has been published for long enough.
        Assert.Equal(first, (await PublishedAsync(later))[0]);
        Assert.Equal(2, (await PublishedAsync(later)).Count);
        Assert.Equal(first, KeyOf(later.Services.GetRequiredService<TokenIssuer>().IssueApp("app")));
    }

    private Task<LocalServer> StartAsync(string? data) =>
        LocalServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock), data);

    private async Task<IReadOnlyList<string>> PublishedAsync(LocalServer? host = null)
    {
        using var response = await (host ?? server).Http.GetAsync("/.well-known/jwks.json");
        Assert.Equal(TokenKeyRotation.MaxAge, response.Headers.CacheControl!.MaxAge);
        var keys = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["keys"]!.AsArray();
        return [.. keys.Select(key => (string)key!["kid"]!)];
    }

    private async Task<string> TokenAsync()
    {
        using var client = await server.SignInAsync("ada");
        return client.DefaultRequestHeaders.Authorization!.Parameter!;
    }

    private static string KeyOf(string token) => new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Kid;

    private async Task<HttpStatusCode> GetAsync(string token, LocalServer? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/markets");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await (host ?? server).Http.SendAsync(request);
        return response.StatusCode;
    }

    private sealed record StolenKey(TokenKey Signing) : ITokenKeys
    {
        public IReadOnlyList<TokenKey> All => [Signing];
    }
}
