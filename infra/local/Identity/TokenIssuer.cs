using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spotify.Domain.Users;
using Spotify.Web.Identity;

namespace Spotify.Local.Identity;

/// <summary>
/// The token issuer of one machine. Signs access tokens (RS256) with a key in the data directory, so tokens stay valid across restarts.
/// </summary>
public sealed class TokenIssuer
{
    /// <summary>The <c>iss</c> of the tokens.</summary>
    public const string Issuer = "https://spotify-serverless.invalid";

    /// <summary>The <c>aud</c> of the tokens of users and apps.</summary>
    public const string Audience = "spotify-serverless";

    /// <summary>The <c>aud</c> of the tokens of services. Differs, so that neither kind of token is valid as the other.</summary>
    public const string ServiceAudience = "spotify-serverless-tasks";

    /// <summary>The <c>email</c> of this machine's task queue.</summary>
    public const string ServiceEmail = "tasks@spotify-serverless.invalid";

    /// <summary>How long a token is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly TimeProvider time;
    private readonly RSA key;
    private readonly string keyId;

    /// <summary>Creates the issuer of a data directory. Creates its key on first use.</summary>
    public TokenIssuer(DataDirectory data, TimeProvider time)
    {
        this.time = time;
        key = RSA.Create();
        key.ImportFromPem(data.Secret("issuer.pem", () =>
        {
            using var created = RSA.Create(2048);
            return created.ExportPkcs8PrivateKeyPem();
        }));
        keyId = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16];
        JsonWebKeySet = WriteKeySet();
    }

    /// <summary>The public key as a JSON Web Key Set (RFC 7517).</summary>
    public string JsonWebKeySet { get; }

    /// <summary>The address of the key set. Contains the key's id, because the verifying library caches key sets by address.</summary>
    public string JwksUrl => $"{Issuer}/{keyId}/jwks.json";

    /// <summary>Issues a token with all scopes for a user of an app.</summary>
    public string Issue(User user, string clientId) => Issue(user, clientId, Scopes.All.Format());

    /// <summary>Issues a token for a user of an app.</summary>
    /// <param name="user">The user.</param>
    /// <param name="clientId">The app.</param>
    /// <param name="scope">The scopes, separated by spaces; null for a token without the claim.</param>
    public string Issue(User user, string clientId, string? scope) => Issue(user.Id, clientId, writer =>
    {
        if (scope is not null) writer.WriteString("scope", scope);
        writer.WriteString("country", user.Country);
        writer.WriteString("product", user.Product.WireName());
    });

    /// <summary>Issues a token for an app without a user, and so without scopes.</summary>
    public string Issue(string clientId) => Issue(clientId, clientId, writer =>
    {
        writer.WriteString("scope", "");
        writer.WriteBoolean("client_only", true);
    });

    /// <summary>Issues a token for a service, in the format of Google's service accounts.</summary>
    /// <param name="email">The service's e-mail address.</param>
    /// <param name="audience">The token's audience.</param>
    /// <param name="emailVerified">Whether the address is verified.</param>
    public string IssueService(string email, string audience = ServiceAudience, bool emailVerified = true) =>
        Sign(email, audience, writer =>
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
        var content = $"{header}.{payload}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
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
