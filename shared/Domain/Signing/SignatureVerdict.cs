namespace Spotify.Domain.Signing;

/// <summary>The result of a signature check.</summary>
public enum SignatureStatus
{
    /// <summary>The URL has no signature of this format.</summary>
    Missing,

    /// <summary>Parameters are out of order, repeated or not in canonical form.</summary>
    Malformed,

    /// <summary>The key ring has no key with the name in the URL.</summary>
    UnknownKey,

    /// <summary>The signature does not match the URL.</summary>
    Wrong,

    /// <summary>The signature matches, but the URL has expired.</summary>
    Expired,

    /// <summary>The signature matches and the URL has not expired.</summary>
    Valid,
}

/// <summary>The result of a signature check. The data in the URL is included only if the signature matches.</summary>
/// <param name="Status">The result.</param>
/// <param name="ExpiresAt">When the URL expires; set if <see cref="IsAuthentic"/>.</param>
/// <param name="KeyName">The name of the key that signed the URL; set if <see cref="IsAuthentic"/>.</param>
/// <param name="UserId">The user that the URL is for; set if <see cref="IsAuthentic"/> and the format includes a user.</param>
public readonly record struct SignatureVerdict(
    SignatureStatus Status,
    DateTimeOffset ExpiresAt = default,
    string? KeyName = null,
    string? UserId = null)
{
    /// <summary>Whether the URL is authentic and has not expired.</summary>
    public bool IsValid => Status == SignatureStatus.Valid;

    /// <summary>Whether the URL was signed with the key, even if it has expired.</summary>
    public bool IsAuthentic => Status is SignatureStatus.Valid or SignatureStatus.Expired;
}
