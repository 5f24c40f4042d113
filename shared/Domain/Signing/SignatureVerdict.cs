namespace Spotify.Domain.Signing;

/// <summary>What is to be thought of a URL's signature.</summary>
public enum SignatureStatus
{
    /// <summary>There is none of this format.</summary>
    Missing,

    /// <summary>Parameters are out of order, doubled, or not spelled as the signer spells them.</summary>
    Malformed,

    /// <summary>No key of that name is known (any more).</summary>
    UnknownKey,

    /// <summary>The signature is not that of this URL.</summary>
    Wrong,

    /// <summary>The signature is right, but its time has passed.</summary>
    Expired,

    /// <summary>The URL may be used.</summary>
    Valid,
}

/// <summary>What is to be thought of a URL's signature, and what the URL says, which is told only where the signature is right.</summary>
/// <param name="Status">The judgement.</param>
/// <param name="ExpiresAt">From when on the URL is refused; if <see cref="IsAuthentic"/>.</param>
/// <param name="KeyName">The key it is signed with; if <see cref="IsAuthentic"/>.</param>
/// <param name="UserId">Whom it was made for; if <see cref="IsAuthentic"/> and the format says.</param>
public readonly record struct SignatureVerdict(SignatureStatus Status, DateTimeOffset ExpiresAt = default, string? KeyName = null, string? UserId = null)
{
    /// <summary>Whether the URL may be used.</summary>
    public bool IsValid => Status == SignatureStatus.Valid;

    /// <summary>Whether the URL was made by a holder of the key, even if long ago.</summary>
    public bool IsAuthentic => Status is SignatureStatus.Valid or SignatureStatus.Expired;
}
