using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spotify.Domain.Users;

namespace Spotify.Local.Identity;

/// <summary>
/// The issuer of one machine: signs access tokens (RS256) with a key of its own, which is kept in the data directory, so that
/// tokens stay good across restarts.
/// </summary>
public sealed class TokenIssuer
{
    /// <summary>The <c>iss</c> of its tokens.</summary>
    public const string Issuer = "https://spotify-serverless.invalid";

    /// <summary>The <c>aud</c> of its tokens.</summary>
    public const string Audience = "spotify-serverless";

    /// <summary>The <c>aud</c> of tokens for services, so that neither kind is good for the other.</summary>
    public const string ServiceAudience = "spotify-serverless-tasks";

    /// <summary>The <c>email</c> of this machine's task queue.</summary>
    public const string ServiceEmail = "tasks@spotify-serverless.invalid";

    /// <summary>How long a token is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly TimeProvider time;
    private readonly RSA key;
    private readonly string keyId;

    /// <summary>The issuer of a data directory.</summary>
    public TokenIssuer(DataDirectory data, TimeProvider time)
    {
        this.time = time;
        key = RSA.Create();
        key.ImportFromPem(data.Secret("issuer.pem", () =>
        {
            using var made = RSA.Create(2048);
            return made.ExportPkcs8PrivateKeyPem();
        }));
        keyId = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];
        JsonWebKeySet = WriteKeySet();
    }

    /// <summary>The public key as a JSON Web Key Set (RFC 7517).</summary>
    public string JsonWebKeySet { get; }

    /// <summary>Where the key set is fetched from. It names the key, because the library remembers what it fetched by address.</summary>
    public string JwksUrl => $"{Issuer}/{keyId}/jwks.json";

    /// <summary>A token for a user of an app.</summary>
    public string Issue(User user, string clientId) => Issue(user.Id, clientId, writer =>
    {
        writer.WriteString("country", user.Country);
        writer.WriteString("product", user.Product.WireName());
    });

    /// <summary>A token for an app alone.</summary>
    public string Issue(string clientId) => Issue(clientId, clientId, writer => writer.WriteBoolean("client_only", true));

    /// <summary>A token for a service, as Google gives its service accounts.</summary>
    /// <param name="email">Which.</param>
    /// <param name="audience">What for.</param>
    /// <param name="emailVerified">Whether the address is known to be its.</param>
    public string IssueService(string email, string audience = ServiceAudience, bool emailVerified = true) => Sign(email, audience, writer =>
    {
        writer.WriteString("email", email);
        writer.WriteBoolean("email_verified", emailVerified);
    });

    private string Issue(string subject, string clientId, Action<Utf8JsonWriter> writeClaims) => Sign(subject, Audience, writer =>
    {
        writer.WriteString("client_id", clientId);
        writeClaims(writer);
    });

    private string Sign(string subject, string audience, Action<Utf8JsonWriter> writeClaims)
    {
        var now = time.GetUtcNow();
        var header = Encode(writer =>
        {
            writer.WriteString("alg", "RS256");
            writer.WriteString("typ", "JWT");
            writer.WriteString("kid", keyId);
        });
        var payload = Encode(writer =>
        {
            writer.WriteString("iss", Issuer);
            writer.WriteString("aud", audience);
            writer.WriteString("sub", subject);
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            writeClaims(writer);
        });
        var signed = $"{header}.{payload}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private string WriteKeySet()
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return Encoding.UTF8.GetString(Write(writer =>
        {
            writer.WriteStartArray("keys");
            writer.WriteStartObject();
            writer.WriteString("kty", "RSA");
            writer.WriteString("use", "sig");
            writer.WriteString("alg", "RS256");
            writer.WriteString("kid", keyId);
            writer.WriteString("n", Base64Url.EncodeToString(parameters.Modulus!));
            writer.WriteString("e", Base64Url.EncodeToString(parameters.Exponent!));
            writer.WriteEndObject();
            writer.WriteEndArray();
        }));
    }

    private static string Encode(Action<Utf8JsonWriter> write) => Base64Url.EncodeToString(Write(write));

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
