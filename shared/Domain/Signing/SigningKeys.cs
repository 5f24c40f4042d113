namespace Spotify.Domain.Signing;

/// <summary>Where the ring of the moment is found. Readers take <see cref="Ring"/> once per request; a reload replaces it whole.</summary>
public sealed class SigningKeys(SigningKeyRing ring)
{
    private volatile SigningKeyRing ring = ring;

    /// <summary>The ring of the moment.</summary>
    public SigningKeyRing Ring => ring;

    /// <summary>Puts another ring in its place, for every request that starts after.</summary>
    public void Replace(SigningKeyRing next)
    {
        ArgumentNullException.ThrowIfNull(next);
        ring = next;
    }
}
