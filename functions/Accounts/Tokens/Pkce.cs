using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Functions.Accounts.Tokens;

/// <summary>Proof Key for Code Exchange, with the method <c>S256</c> only, because <c>plain</c> proves nothing.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc7636"/>
internal static class Pkce
{
    /// <summary>The only method.</summary>
    public const string Method = "S256";

    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>Returns whether a text has the format of a challenge: a SHA-256 in base64url.</summary>
    public static bool IsChallenge(string challenge) =>
        challenge.Length == 43 && Base64Url.IsValid(challenge, out var length) && length == SHA256.HashSizeInBytes;

    /// <summary>Returns whether a verifier belongs to a challenge.</summary>
    public static bool Verify(string verifier, string challenge) =>
        verifier.Length is >= 43 and <= 128 && verifier.AsSpan().IndexOfAnyExcept(Unreserved) < 0
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
            Encoding.ASCII.GetBytes(challenge));
}
