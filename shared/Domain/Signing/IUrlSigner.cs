namespace Spotify.Domain.Signing;

/// <summary>
/// A signer and verifier of URLs in one format. The signature parameters are the last ones, in a fixed order and spelling, so that a URL
/// has exactly one signed form; every other form is rejected, including percent-encoded equivalents. Implementations are stateless.
/// </summary>
public interface IUrlSigner
{
    /// <summary>The name of the format in the configuration.</summary>
    string Format { get; }

    /// <summary>Signs a URL.</summary>
    /// <param name="url">An absolute http or https URL, which is not normalized.</param>
    /// <param name="expiresAt">When the URL expires, rounded down to whole seconds; 1970 or later.</param>
    /// <param name="userId">The user that the URL is for; ignored by formats that do not include a user.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentException">The URL cannot be signed, or the format requires a user and there is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The expiry is before 1970.</exception>
    string Sign(string url, DateTimeOffset expiresAt, string? userId, SigningKey key);

    /// <summary>Verifies a URL as it was received. Compares the signature in constant time, before it checks the expiry.</summary>
    /// <param name="baseUrl">Scheme and authority without a trailing slash; empty if <paramref name="target"/> is an absolute URL.</param>
    /// <param name="target">Path and query exactly as in the request line. Anything but visible ASCII is rejected.</param>
    /// <param name="keys">The keys to verify with.</param>
    /// <param name="now">The current time.</param>
    SignatureVerdict Verify(ReadOnlySpan<char> baseUrl, ReadOnlySpan<char> target, SigningKeyRing keys, DateTimeOffset now);
}
