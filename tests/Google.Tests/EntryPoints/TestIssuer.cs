using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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

    public AuthenticationHeaderValue User(string id = "ada", int lifetime = 3600, string? country = "SE") => new("Bearer", Token(
        new() { ["sub"] = id, ["country"] = country!, ["product"] = "premium", ["scope"] = Scopes.All.Format() }, lifetime,
        type: "at+jwt"));

    public AuthenticationHeaderValue Service(string email = ServiceAccount, int lifetime = 3600, string audience = Audience) =>
        new("Bearer", Token(new() { ["sub"] = "1", ["email"] = email, ["email_verified"] = true }, lifetime, audience));

    /// <summary>Returns an ID token of Identity Platform.</summary>
    public string IdToken(
        string user, string project = "test", int lifetime = 3600, string? audience = null,
        string issuer = "https://securetoken.google.com/", bool verified = true) =>
        Token(
            new() { ["sub"] = user, ["email"] = "ada@music.test", ["email_verified"] = verified, ["name"] = "Ada" },
            lifetime, audience ?? project, issuer + project);

    /// <summary>Returns a token, with ES256 for an access token and RS256 for others, as their issuers do.</summary>
    public string Token(
        Dictionary<string, object> claims, int lifetime = 3600, string audience = Audience, string issuer = Issuer, string type = "JWT")
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        (claims["iss"], claims["aud"], claims["iat"], claims["exp"]) = (issuer, audience, now + Math.Min(lifetime, 0), now + lifetime);
        var isAccessToken = type == "at+jwt";
        var header = new { alg = isAccessToken ? "ES256" : "RS256", typ = type, kid = keyId + (isAccessToken ? "-ec" : "") };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = isAccessToken
            ? ecdsa.SignData(bytes, HashAlgorithmName.SHA256)
            : rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
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

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Text(byte[]? bytes) => Base64Url.EncodeToString(bytes);
}
