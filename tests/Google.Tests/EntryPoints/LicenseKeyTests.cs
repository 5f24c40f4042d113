using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Google.Tests.Signing;
using Spotify.Local.Database;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>The keys of the function <c>licenses</c> in the cloud: those of licenses by settings, the master keys by Cloud KMS.</summary>
public sealed class LicenseKeyTests : IAsyncLifetime
{
    private readonly string[] pems = [TokenKey.New(), TokenKey.New()];
    private readonly TestIssuer issuer = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private KmsServer kms = null!;
    private SqliteDatabase database = null!;
    private TestFunction licenses = null!;

    public async Task InitializeAsync()
    {
        kms = await KmsServer.StartAsync();
        database = new SqliteDatabase(Path.Combine(directory.FullName, "test.db"), Schema.Current);
        var settings = TestFunction.Settings(issuer);
        (settings["LicenseKeys:0:Pem"], settings["LicenseKeys:1:Pem"]) = (pems[0], pems[1]);
        (settings["Kms:Key"], settings["Kms:Endpoint"], settings["Kms:MaxTries"]) = (KmsServer.Key, kms.Address, "1");
        settings["MasterKeys:0:Wrapped"] = kms.Wrap(RandomNumberGenerator.GetBytes(MasterKeyRing.KeyLength), "m1");
        licenses = await TestFunction.StartAsync(
            new Licenses(),
            issuer,
            services => services.Replace(ServiceDescriptor.Singleton<IDatabase>(database))
                .Replace(ServiceDescriptor.Singleton(Mock.Of<ITaskQueue>())),
            settings);
        licenses.Http.DefaultRequestHeaders.Authorization = issuer.User();
    }

    public async Task DisposeAsync()
    {
        await licenses.DisposeAsync();
        await kms.DisposeAsync();
        database.Dispose();
        issuer.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task All_keys_of_licenses_are_published_and_the_first_one_signs_the_time()
    {
        using var response = await licenses.Http.GetAsync("/.well-known/license-keys.json");
        Assert.Equal(TokenKeyRotation.MaxAge, response.Headers.CacheControl!.MaxAge);
        var kids = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["keys"]!.AsArray().Select(key => key!.At("kid"));
        Assert.Equal(pems.Select(pem => TokenKey.Parse(pem).PublicKey.Kid), kids);
        foreach (var path in new[] { "/v1/me/devices", "/v1/me/devices/nothing/here" })
        {
            using var other = await licenses.Http.GetAsync(path);
            var header = JsonNode.Parse(Base64Url.DecodeFromChars(other.Headers.GetValues("Server-Time").Single().Split('.')[0]))!;
            Assert.Equal(kids.First(), header.At("kid"));
        }
    }

    [Fact]
    public async Task While_Cloud_KMS_is_down_licenses_are_unavailable_and_devices_are_not()
    {
        kms.Intercept = (_, context) =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        using var refused = await AskAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "30"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        Assert.Contains("\"reason\":\"LICENSES_UNAVAILABLE\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty((await licenses.Http.GetJsonAsync("/v1/me/devices"))["devices"]!.AsArray());

        // The user has no device.
        kms.Intercept = (_, _) => Task.FromResult(false);
        var calls = kms.Calls;
        for (var round = 0; round < 2; round++)
        {
            using var answered = await AskAsync();
            Assert.Equal((HttpStatusCode.NotFound, calls + 1), (answered.StatusCode, kms.Calls));
        }

        Assert.True(licenses.HasLogged("ERROR", ""));
        Assert.DoesNotContain("BEGIN PRIVATE KEY", licenses.Log.Text);
    }

    private Task<HttpResponseMessage> AskAsync() => licenses.Http.PostAsync(
        $"/v1/me/devices/{new string('0', 22)}/licenses",
        new StringContent($$"""{"uris":["spotify:track:{{new string('0', 22)}}"]}""", Encoding.UTF8, "application/json"));
}
