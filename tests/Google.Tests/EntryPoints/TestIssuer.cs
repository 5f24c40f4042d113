using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Apis.Http;
using Spotify.Web.Identity;
using IHttpClientFactory = Google.Apis.Http.IHttpClientFactory;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>Issues tokens of users and service accounts, and serves their keys.</summary>
internal sealed class TestIssuer : IHttpClientFactory, IDisposable
{
    public const string Issuer = "https://issuer.test";
    public const string Audience = "spotify-test";
    public const string ServiceAccount = "invoker@test.iam.gserviceaccount.com";

    private readonly RSA key = RSA.Create(2048);
    private readonly string keyId = Guid.NewGuid().ToString("n");

    // The library caches key sets by URL, so that each issuer needs its own.
    public string JwksUrl => $"{Issuer}/{keyId}.json";

    public AuthenticationHeaderValue User(string id = "ada", int lifetime = 3600, string? country = "SE") =>
        Token(new() { ["sub"] = id, ["country"] = country!, ["product"] = "premium", ["scope"] = Scopes.All.Format() }, lifetime);

    public AuthenticationHeaderValue Service(string email = ServiceAccount, int lifetime = 3600, string audience = Audience) =>
        Token(new() { ["sub"] = "1", ["email"] = email, ["email_verified"] = true }, lifetime, audience);

    /// <summary>Returns an ID token of Identity Platform.</summary>
    public string IdToken(
        string user, string project = "test", int lifetime = 3600, string? audience = null,
        string issuer = "https://securetoken.google.com/") =>
        Token(
            new() { ["sub"] = user, ["email"] = "ada@music.test", ["name"] = "Ada" }, lifetime, audience ?? project,
            issuer + project).Parameter!;

    public ConfigurableHttpClient CreateHttpClient(CreateHttpClientArgs args) => new(new ConfigurableMessageHandler(new Handler(this)));

    public void Dispose() => key.Dispose();

    private AuthenticationHeaderValue Token(
        Dictionary<string, object> claims, int lifetime, string audience = Audience, string issuer = Issuer)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (claims["iss"], claims["aud"], claims["iat"], claims["exp"]) = (issuer, audience, now + Math.Min(lifetime, 0), now + lifetime);
        var signed = $"{Encode(new { alg = "RS256", typ = "JWT", kid = keyId })}.{Encode(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return new AuthenticationHeaderValue("Bearer", $"{signed}.{Base64Url.EncodeToString(signature)}");
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private sealed class Handler(TestIssuer issuer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var parameters = issuer.key.ExportParameters(includePrivateParameters: false);
            var (n, e) = (Base64Url.EncodeToString(parameters.Modulus), Base64Url.EncodeToString(parameters.Exponent));
            var keys = JsonSerializer.Serialize(
                new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = issuer.keyId, n, e } } });
            return Task.FromResult(request.RequestUri?.AbsoluteUri == issuer.JwksUrl
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(keys), RequestMessage = request }
                : new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request });
        }
    }
}
