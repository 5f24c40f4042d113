using System.Security.Cryptography;

namespace Spotify.Licensing.Jose;

/// <summary>
/// A device's public key, ready for agreements of one thread until it is disposed. The keys of the devices that were served last are kept
/// because the import of a key costs as much as an agreement, and a device asks for one license after the other.
/// </summary>
internal sealed class RecentAgreementKey : IDisposable
{
    private static readonly RecentAgreementKey?[] Recent = new RecentAgreementKey?[512];

    private readonly P256PublicKey key;
    private readonly ECDiffieHellman imported;

    private RecentAgreementKey(P256PublicKey key)
    {
        this.key = key;
        imported = key.ToECDiffieHellman();
        PublicKey = imported.PublicKey;
    }

    /// <summary>The key.</summary>
    public ECDiffieHellmanPublicKey PublicKey { get; }

    /// <summary>Returns a key that no other thread uses.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public static RecentAgreementKey Take(P256PublicKey key)
    {
        var recent = Interlocked.Exchange(ref Slot(key), null);
        if (recent?.key == key) return recent;
        recent?.Free();
        return new(key);
    }

    /// <summary>Keeps the key instead of another one.</summary>
    public void Dispose() => Interlocked.Exchange(ref Slot(key), this)?.Free();

    private static ref RecentAgreementKey? Slot(P256PublicKey key) => ref Recent[(uint)key.Thumbprint.GetHashCode() % Recent.Length];

    private void Free()
    {
        PublicKey.Dispose();
        imported.Dispose();
    }
}
