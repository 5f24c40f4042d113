using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Licensing.Jose;

/// <summary>The key derivation of <c>ECDH-ES</c> (RFC 7518, 4.6.2): an agreement, and one round of the Concat KDF with SHA-256.</summary>
internal static class EcdhEs
{
    private static readonly byte[] FirstRound = [0, 0, 0, 1];

    /// <summary>Derives a key. The caller zeroes it after use.</summary>
    /// <param name="own">The private key of one side.</param>
    /// <param name="other">The public key of the other side.</param>
    /// <param name="algorithm">The algorithm that the key is for.</param>
    /// <param name="keyLength">The length of the key in bytes, at most 32.</param>
    /// <param name="producer">The <c>apu</c>.</param>
    /// <param name="recipient">The <c>apv</c>.</param>
    public static byte[] DeriveKey(
        ECDiffieHellman own, ECDiffieHellmanPublicKey other, string algorithm, int keyLength, byte[] producer, byte[] recipient)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keyLength, SHA256.HashSizeInBytes);
        byte[] otherInfo =
            [.. Prefixed(Encoding.ASCII.GetBytes(algorithm)), .. Prefixed(producer), .. Prefixed(recipient), .. BigEndian(keyLength * 8)];
        var key = own.DeriveKeyFromHash(other, HashAlgorithmName.SHA256, FirstRound, otherInfo);
        if (key.Length == keyLength) return key;
        var first = key[..keyLength];
        CryptographicOperations.ZeroMemory(key);
        return first;
    }

    private static byte[] Prefixed(byte[] data) => [.. BigEndian(data.Length), .. data];

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
