namespace Spotify.Domain.Signing;

/// <summary>
/// A format of signed URLs. The parameters come last, in one order and one spelling, so that a URL has one signed form: any other byte is
/// refused, percent-encoded twins included. Instances keep nothing and can be shared.
/// </summary>
public interface IUrlSigner
{
    /// <summary>The format's name in configuration.</summary>
    string Format { get; }

    /// <summary>Signs a URL.</summary>
    /// <param name="url">An absolute http or https URL, signed and returned as it stands: nothing is normalised.</param>
    /// <param name="expiresAt">From when on it is refused, in whole seconds (rounded down) from 1970 on.</param>
    /// <param name="userId">Whom it is for; needed by formats that say so, ignored by the others.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="ArgumentException">The URL cannot be signed: the message says why in one line. Or there is no user where one is needed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The expiry lies before 1970.</exception>
    string Sign(string url, DateTimeOffset expiresAt, string? userId, SigningKey key);

    /// <summary>Judges a URL as it was received. The signature is compared in constant time, and before the expiry is looked at.</summary>
    /// <param name="baseUrl">Scheme and authority, no slash at the end; empty if <paramref name="target"/> is a whole URL.</param>
    /// <param name="target">Path and query, byte for byte as they stand in the request line; other than visible ASCII is refused.</param>
    /// <param name="keys">The keys to try.</param>
    /// <param name="now">The time.</param>
    SignatureVerdict Verify(ReadOnlySpan<char> baseUrl, ReadOnlySpan<char> target, SigningKeyRing keys, DateTimeOffset now);
}
