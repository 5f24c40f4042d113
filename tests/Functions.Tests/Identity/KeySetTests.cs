using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Local.Identity;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Tests.Identity;

/// <summary>Tests of the copies of the issuer's key set, and of verification while it is unreachable.</summary>
public sealed class KeySetTests : IAsyncLifetime
{
    private readonly ManualTimeProvider clock = new();
    private readonly IssuerSite site = new();
    private LocalServer server = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IKeySetSource>(site)).AddSingleton<TimeProvider>(clock);
            builder.Services.Configure<AccessTokenOptions>(options => options.JwksUrl = IssuerSite.Url);
        });
        site.Keys = PublicKeySet.Json(server.Services.GetRequiredService<ITokenKeys>());
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"EC","use":"sig","crv":"P-256","kid":"a","x":"AA","y":"AA"}]}""")]
    public async Task An_unavailable_key_set_is_answered_with_503_until_it_is_available(string? answer)
    {
        var ada = await server.SignInAsync("ada");
        (var keys, site.Keys) = (site.Keys, answer);
        await ada.GetErrorAsync("/v1/me", HttpStatusCode.ServiceUnavailable);
        await ada.GetErrorAsync("/v1/me", HttpStatusCode.ServiceUnavailable);
        Assert.Equal(1, site.Requests);
        var token = server.Services.GetRequiredService<ServiceTokens>().Issue(ServiceTokens.Email);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/object-removals")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        await (await server.Http.SendAsync(request)).ErrorAsync(HttpStatusCode.ServiceUnavailable);

        site.Keys = keys;
        clock.Advance(TimeSpan.FromSeconds(3));
        await ada.GetJsonAsync("/v1/me");
    }

    [Fact]
    public async Task The_last_key_set_is_used_for_a_day()
    {
        await GetAsync(HttpStatusCode.OK);
        site.Keys = null;
        clock.Advance(TimeSpan.FromHours(23));
        await GetAsync(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromHours(2));
        await GetAsync(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task The_key_set_is_downloaded_once_an_hour()
    {
        for (var minutes = 0; minutes <= 120; minutes += 15)
        {
            await GetAsync(HttpStatusCode.OK);
            clock.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.Equal(3, site.Requests);
    }

    [Fact]
    public async Task Unknown_key_ids_cause_one_download_a_minute()
    {
        await GetAsync(HttpStatusCode.OK);
        for (var i = 0; i < 50; i++)
        {
            await GetAsync(HttpStatusCode.Unauthorized, TokenOf(TokenKey.Parse(TokenKey.New())));
            if (i == 24) clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(2, site.Requests);
    }

    [Fact]
    public async Task A_new_key_is_found_although_the_copy_does_not_have_it()
    {
        await GetAsync(HttpStatusCode.OK);
        var added = TokenKey.Parse(TokenKey.New());
        site.Keys = PublicKeySet.Json(new Keys([.. server.Services.GetRequiredService<ITokenKeys>().All, added]));
        clock.Advance(TimeSpan.FromMinutes(1));
        await GetAsync(HttpStatusCode.OK, TokenOf(added));
    }

    [Fact]
    public async Task A_token_whose_key_has_been_withdrawn_is_refused_although_it_was_verified_before()
    {
        await server.Services.GetRequiredService<AccessTokenVerifier>().WarmUpAsync(default);
        clock.Advance(TimeSpan.FromMinutes(30));
        var ada = await server.SignInAsync("ada");
        await ada.GetJsonAsync("/v1/me");
        site.Keys = PublicKeySet.Json(new Keys([TokenKey.Parse(TokenKey.New())]));
        await ada.GetJsonAsync("/v1/me");
        clock.Advance(TimeSpan.FromMinutes(30));
        await ada.GetErrorAsync("/v1/me", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Concurrent_requests_share_a_download_and_do_not_wait_for_it_if_there_is_a_copy()
    {
        site.Gate = new TaskCompletionSource();
        var first = Enumerable.Range(0, 5).Select(_ => GetAsync(HttpStatusCode.OK)).ToList();
        Assert.DoesNotContain(first, request => request.IsCompleted);
        site.Gate.SetResult();
        await Task.WhenAll(first);
        Assert.Equal(1, site.Requests);

        site.Gate = new TaskCompletionSource();
        clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 5; i++) await GetAsync(HttpStatusCode.OK);
        Assert.Equal(2, site.Requests);
        site.Gate.SetResult();
    }

    [Fact]
    public async Task Requests_of_the_same_moment_share_a_download_that_completes_at_once()
    {
        var token = server.Services.GetRequiredService<TokenIssuer>().IssueApp("app");
        for (var round = 1; round <= 200; round++)
        {
            using var verifier = new AccessTokenVerifier(
                server.Services.GetRequiredService<IOptions<AccessTokenOptions>>(), clock, site, NullLogger<KeySet>.Instance);
            using var start = new Barrier(4);
            await Task.WhenAll(Enumerable.Range(0, start.ParticipantCount).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return verifier.VerifyAsync(token, default).AsTask();
                },
                TaskCreationOptions.LongRunning).Unwrap()));
            Assert.Equal(round, site.Requests);
        }
    }

    [Fact]
    public async Task A_key_set_that_was_downloaded_at_warm_up_is_not_downloaded_by_the_first_request()
    {
        await server.Services.GetRequiredService<AccessTokenVerifier>().WarmUpAsync(default);
        Assert.Equal(1, site.Requests);
        await GetAsync(HttpStatusCode.OK);
        Assert.Equal(1, site.Requests);
    }

    [Fact]
    public async Task A_failed_warm_up_does_not_stop_the_start()
    {
        site.Keys = null;
        await server.Services.GetRequiredService<AccessTokenVerifier>().WarmUpAsync(default);
        await server.Services.GetRequiredService<ServiceCallerVerifier>().WarmUpAsync(default);
    }

    [Fact]
    public async Task A_verified_token_is_not_kept_in_memory()
    {
        var verifier = server.Services.GetRequiredService<AccessTokenVerifier>();
        var token = await VerifyAsync(verifier);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(token.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<WeakReference> VerifyAsync(AccessTokenVerifier verifier)
    {
        var ada = await server.SignInAsync("ada");
        var token = new StringBuilder(ada.DefaultRequestHeaders.Authorization!.Parameter).ToString();
        Assert.Equal("ada", (await verifier.VerifyAsync(token, default)).UserId);
        Assert.Equal("ada", (await verifier.VerifyAsync(token, default)).UserId);
        return new WeakReference(token);
    }

    private async Task GetAsync(HttpStatusCode expected, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/markets");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", token ?? server.Services.GetRequiredService<TokenIssuer>().IssueApp("app"));
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    private string TokenOf(TokenKey key) => new TokenIssuer(
        new Keys([key]), Options.Create(new AccessTokenOptions
        {
            Issuer = LocalIdentity.Issuer, Audience = LocalIdentity.Audience,
        }), clock).IssueApp("app");

    private sealed record Keys(IReadOnlyList<TokenKey> All) : ITokenKeys
    {
        public TokenKey Signing => All[0];
    }

    /// <summary>The site of an issuer; null keys mean that it is unreachable.</summary>
    private sealed class IssuerSite : IKeySetSource
    {
        public const string Url = "https://issuer.test/keys.json";

        private int requests;

        public string? Keys { get; set; }

        /// <summary>The downloads for access tokens. The host's own scheduler causes others.</summary>
        public int Requests => requests;

        /// <summary>Holds up downloads; null for none.</summary>
        public TaskCompletionSource? Gate { get; set; }

        public async Task<string> DownloadAsync(string url, CancellationToken ct)
        {
            if (url == Url) Interlocked.Increment(ref requests);
            if (Gate is { } gate) await gate.Task;
            return Keys ?? throw new HttpRequestException("The issuer is unreachable.");
        }
    }
}
