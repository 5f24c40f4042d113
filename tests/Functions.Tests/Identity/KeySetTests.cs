using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using Google.Apis.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Local.Identity;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;
using IHttpClientFactory = Google.Apis.Http.IHttpClientFactory;

namespace Spotify.Functions.Tests.Identity;

/// <summary>Tests of verification while the issuer's key set is unreachable.</summary>
public sealed class KeySetTests : IAsyncLifetime
{
    private readonly ManualTimeProvider clock = new();
    private readonly IssuerSite site = new();
    private LocalServer server = null!;

    public async Task InitializeAsync()
    {
        // The library caches key sets by URL.
        var url = $"https://issuer.test/{Guid.NewGuid():n}.json";
        server = await LocalServer.StartAsync(builder =>
        {
            builder.Services.Replace(ServiceDescriptor.Singleton<IHttpClientFactory>(site)).AddSingleton<TimeProvider>(clock);
            builder.Services.Configure<AccessTokenOptions>(options => options.JwksUrl = url);
            builder.Services.Configure<ServiceCallerOptions>(options => options.JwksUrl = url);
        });
        site.Keys = PublicKeySet.Json(server.Services.GetRequiredService<ITokenKeys>());
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("{}")]
    [InlineData("""{"keys":[]}""")]
    public async Task An_unavailable_key_set_is_answered_with_503_until_it_is_available(string? answer)
    {
        var ada = await server.SignInAsync("ada");
        (var keys, site.Keys) = (site.Keys, answer);
        await ada.GetErrorAsync("/v1/me", HttpStatusCode.ServiceUnavailable);
        var token = server.Services.GetRequiredService<ServiceTokens>().Issue(ServiceTokens.Email);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/object-removals")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
        await (await server.Http.SendAsync(request)).ErrorAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(1, site.Requests);

        site.Keys = keys;
        clock.Advance(TimeSpan.FromSeconds(3));
        await ada.GetJsonAsync("/v1/me");
    }

    [Fact]
    public async Task The_last_key_set_is_used_for_a_day()
    {
        var keySets = server.Services.GetRequiredService<KeySets>();
        const string url = "https://issuer.test/keys.json";
        var keys = await keySets.GetAsync(url, default);
        site.Keys = null;
        clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(keys, await keySets.GetAsync(url, default));
        clock.Advance(TimeSpan.FromHours(2));
        await Assert.ThrowsAsync<KeySetException>(() => keySets.GetAsync(url, default));
    }

    [Fact]
    public async Task A_key_set_that_was_downloaded_at_warm_up_is_not_downloaded_by_the_first_request()
    {
        await server.Services.GetRequiredService<AccessTokenVerifier>().WarmUpAsync(default);
        Assert.Equal(1, site.Requests);
        await (await server.SignInAsync("ada")).GetJsonAsync("/v1/me");
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

    /// <summary>The site of an issuer; null keys mean that it is unreachable.</summary>
    private sealed class IssuerSite : HttpMessageHandler, IHttpClientFactory
    {
        private int requests;

        public string? Keys { get; set; }

        public int Requests => requests;

        public ConfigurableHttpClient CreateHttpClient(CreateHttpClientArgs args) => new(new ConfigurableMessageHandler(this));

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref requests);
            return Keys is { } keys
                ? Task.FromResult(
                    new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(keys), RequestMessage = request })
                : throw new HttpRequestException("The issuer is unreachable.");
        }
    }
}
