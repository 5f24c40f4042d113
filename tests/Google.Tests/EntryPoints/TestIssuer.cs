using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spotify.Contracts;
using Spotify.Web.Identity;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>Issues tokens of users, service accounts and Identity Platform, and serves their keys.</summary>
internal sealed class TestIssuer : IKeySetSource, IDisposable
{
    public const string Issuer = "https://issuer.test";
    public const string Audience = "spotify-test";
    public const string ServiceAccount = "invoker@test.iam.gserviceaccount.com";

    private readonly RSA rsa = RSA.Create(2048);
    private readonly ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string keyId = Guid.NewGuid().ToString("n");

    public string JwksUrl => $"{Issuer}/{keyId}.json";

    /// <summary>The tokens of users.</summary>
    public TokenKind AccessTokenKind => new(Issuer, Audience, "at+jwt", keyId + "-ec", ecdsa, new()
    {
        ["sub"] = "ada", ["country"] = "SE", ["product"] = "premium", ["scope"] = Scopes.All.Format(),
    });

    /// <summary>The tokens of service accounts.</summary>
    public TokenKind ServiceTokenKind => new(
        Issuer, Audience, "JWT", keyId, rsa, new() { ["sub"] = "1", ["email"] = ServiceAccount, ["email_verified"] = true });

    public AuthenticationHeaderValue User(string id = "ada", string? country = "SE") => new(
        "Bearer", AccessTokenKind.Token(claims: claims => (claims["sub"], claims["country"]) = (id, country)));

    public AuthenticationHeaderValue Service(string email = ServiceAccount, int lifetime = 3600, string audience = Audience) => new(
        "Bearer", (ServiceTokenKind with { Audience = audience }).Token(claims: claims =>
        {
            claims["email"] = email;
            SetLifetime(claims, lifetime);
        }));

    /// <summary>Returns an ID token of Identity Platform.</summary>
    public string IdToken(
        string user, string project = "test", int lifetime = 3600, string? audience = null,
        string issuer = "https://securetoken.google.com/", bool verified = true)
    {
        var claims = new JsonObject
        {
            ["sub"] = user, ["email"] = "ada@music.test", ["email_verified"] = verified, ["name"] = "Ada",
        };
        return new TokenKind(issuer + project, audience ?? project, "JWT", keyId, rsa, claims)
            .Token(claims: changed => SetLifetime(changed, lifetime));
    }

    public Task<string> DownloadAsync(string url, CancellationToken ct)
    {
        if (url != JwksUrl) throw new HttpRequestException("Not found");
        var (r, ec) = (rsa.ExportParameters(includePrivateParameters: false), ecdsa.ExportParameters(includePrivateParameters: false));
        object[] keys =
        [
            new { kty = "RSA", use = "sig", alg = "RS256", kid = keyId, n = Text(r.Modulus), e = Text(r.Exponent) },
            new { kty = "EC", use = "sig", alg = "ES256", kid = keyId + "-ec", crv = "P-256", x = Text(ec.Q.X), y = Text(ec.Q.Y) },
        ];
        return Task.FromResult(JsonSerializer.Serialize(new { keys }));
    }

    public void Dispose()
    {
        rsa.Dispose();
        ecdsa.Dispose();
    }

    private static void SetLifetime(JsonObject claims, int seconds) => claims["exp"] = (long)claims["iat"]! + seconds;

    private static string Text(byte[]? bytes) => Base64Url.EncodeToString(bytes);
}
