using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Local.Identity;
using Spotify.Web.Identity;

namespace Spotify.Functions.Tests.Identity;

/// <summary>The country of listeners whose tokens do not contain one, as Identity Platform's do not.</summary>
public sealed class ListenerCountryTests : IAsyncLifetime
{
    private const string Region = "X-Client-Region";

    private LocalServer server = null!;
    private string? regionHeader = Region;

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_first_request_decides_where_a_listener_lives()
    {
        Assert.Equal("NO", await CountryAsync(Listener("ada", "NO")));
        Assert.Equal("NO", await CountryAsync(Listener("ada", "SE")));
        Assert.Equal("NO", (await server.Database.ReadAsync(User.Table, new Key("ada"), null, default))!.String("Country"));
    }

    [Theory]
    [InlineData("ZZ")]
    [InlineData("")]
    [InlineData("no")]
    [InlineData("NO, ZZ")]
    public async Task The_default_applies_if_the_load_balancer_does_not_know_the_region(string region) =>
        Assert.Equal("DE", await CountryAsync(Listener("ada", region)));

    [Fact]
    public async Task A_region_that_the_client_claims_is_ignored()
    {
        Assert.Equal("FI", await CountryAsync(Listener("ada", "NO, FI")));
        var eve = Listener("eve", "NO");
        eve.DefaultRequestHeaders.Add(Region, "DK");
        Assert.Equal("DK", await CountryAsync(eve));

        await server.DisposeAsync();
        regionHeader = null;
        await StartAsync();
        Assert.Equal("DE", await CountryAsync(Listener("ada", "NO")));
    }

    [Fact]
    public async Task Listeners_correct_their_country_to_where_they_are()
    {
        var ada = Listener("ada", "NO");
        var error = await ChangeAsync(ada, """{"country":"SE"}""", HttpStatusCode.Forbidden);
        Assert.Equal("You can only choose the country that you are in", error);
        Assert.Equal("NO", await CountryAsync(ada));
        await ChangeAsync(Listener("ada", "SE"), """{"country":"SE"}""");
        Assert.Equal("SE", await CountryAsync(ada));
        await ChangeAsync(Listener("bob", "ZZ"), """{"country":"IS"}""");
        Assert.Equal("IS", await CountryAsync(Listener("bob", "NO")));
    }

    [Theory]
    [InlineData("""{"country":"XX"}""")]
    [InlineData("""{"country":"se"}""")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task Other_countries_are_rejected(string body) =>
        await ChangeAsync(Listener("ada", "ZZ"), body, HttpStatusCode.BadRequest);

    [Theory]
    [InlineData(null, "DefaultCountry is missing: set this environment variable to the country of most listeners, such as SE.")]
    [InlineData("XX", "DefaultCountry: 'XX' is not the ISO 3166-1 alpha-2 code of a market.")]
    public void The_default_is_required(string? country, string message)
    {
        var services = new ServiceCollection().AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(
            new Microsoft.Extensions.Configuration.ConfigurationManager());
        Spotify.Web.WebApi.AddWebApi(services);
        services.Configure<ListenerCountryOptions>(options => options.DefaultCountry = country);
        using var provider = services.BuildServiceProvider();
        var failure = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IOptions<ListenerCountryOptions>>().Value);
        Assert.Equal(message, failure.Message);
    }

    private async Task StartAsync() => server = await LocalServer.StartAsync(builder =>
        builder.Services.Configure<ListenerCountryOptions>(options =>
        {
            options.DefaultCountry = "DE";
            options.ClientRegionHeader = regionHeader;
        }));

    /// <summary>Returns a client of a listener whose token has no country.</summary>
    private HttpClient Listener(string id, string region)
    {
        var token = server.Issuer(TimeProvider.System).Sign(
            id, LocalIdentity.Audience, new() { ["scope"] = Scopes.All.Format() });
        var client = new HttpClient { BaseAddress = server.Http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.Add(Region, region);
        return client;
    }

    private static async Task<string?> CountryAsync(HttpClient client) => (await client.GetJsonAsync("/v1/me")).At("country");

    private static async Task<string?> ChangeAsync(HttpClient client, string body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await client.PutAsync("/v1/me", new StringContent(body, Encoding.UTF8, "application/json"));
        if (expected != HttpStatusCode.OK) return await response.ErrorAsync(expected);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return null;
    }
}
