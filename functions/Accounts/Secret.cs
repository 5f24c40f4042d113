using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Functions.Accounts;

/// <summary>
/// Secrets that only their holders keep: codes, refresh tokens, client secrets, cookies and links. The database has their SHA-256, which
/// is enough because they are random.
/// </summary>
internal static class Secret
{
    /// <summary>Returns a new secret: 256 random bits in base64url.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Returns the SHA-256 of a secret, in hexadecimal.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Returns whether a secret has a hash. Takes the same time for each wrong secret.</summary>
    public static bool HasHash(string? secret, string? hash) =>
        secret is not null && hash is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(secret)), Encoding.ASCII.GetBytes(hash));

    /// <summary>Returns the secret that follows another one. Computing it requires both the secret and the stored salt.</summary>
    public static string Next(string secret, string salt) => Base64Url.EncodeToString(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(salt)));
}
