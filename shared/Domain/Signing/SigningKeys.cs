namespace Spotify.Domain.Signing;

/// <summary>
/// A holder of the current key ring, which can be replaced at run time. Callers read <see cref="Ring"/> once per request.
/// </summary>
public sealed class SigningKeys(SigningKeyRing ring)
{
    private volatile SigningKeyRing ring = ring;

    /// <summary>The current ring.</summary>
    public SigningKeyRing Ring => ring;

    /// <summary>Replaces the ring, for all requests that start afterwards.</summary>
    public void Replace(SigningKeyRing next)
    {
        ArgumentNullException.ThrowIfNull(next);
        ring = next;
    }
}
