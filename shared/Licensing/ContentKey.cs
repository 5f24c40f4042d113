using System.Security.Cryptography;
using System.Text;
using Spotify.Domain.Ports;

namespace Spotify.Licensing;

/// <summary>A content key, encrypted by a master key for storage.</summary>
/// <param name="Bytes">The nonce, the ciphertext and the tag: <see cref="ContentKey.WrappedLength"/> bytes.</param>
/// <param name="MasterKeyId">The id of the master key.</param>
public sealed record WrappedKey(byte[] Bytes, string MasterKeyId);

/// <summary>
/// AES-256 keys that encrypt one audio object each. A master key wraps them with AES-256-GCM and a random 96-bit nonce; the associated data
/// are the UTF-8 bytes of the encrypted object's name. A master key is replaced before it has wrapped 2^32 keys (NIST SP 800-38D, 8.3).
/// </summary>
public static class ContentKey
{
    /// <summary>The length of a key, in bytes.</summary>
    public const int Length = 32;

    /// <summary>The length of a wrapped key, in bytes.</summary>
    public const int WrappedLength = NonceSize + Length + TagSize;

    internal const int NonceSize = 12;
    internal const int TagSize = 16;

    /// <summary>Returns a new random key. The caller zeroes it after use.</summary>
    public static byte[] New() => RandomNumberGenerator.GetBytes(Length);

    /// <summary>Wraps a key with the current master key.</summary>
    /// <param name="key">The content key, 32 bytes.</param>
    /// <param name="objectName">The name of the encrypted object.</param>
    /// <param name="masterKeys">The master keys.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public static WrappedKey Wrap(ReadOnlySpan<byte> key, string objectName, MasterKeyRing masterKeys)
    {
        if (key.Length != Length) throw new ArgumentException($"A content key has {Length} bytes.", nameof(key));
        using var aes = new AesGcm(masterKeys.Key(masterKeys.CurrentId).Span, TagSize);
        var wrapped = new byte[WrappedLength];
        var nonce = wrapped.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        aes.Encrypt(nonce, key, wrapped.AsSpan(NonceSize, Length), wrapped.AsSpan(^TagSize..), Encoding.UTF8.GetBytes(objectName));
        return new(wrapped, masterKeys.CurrentId);
    }

    /// <summary>Unwraps a key. The caller zeroes it after use.</summary>
    /// <param name="wrapped">The wrapped key.</param>
    /// <param name="objectName">The name of the encrypted object.</param>
    /// <param name="masterKeys">The master keys.</param>
    /// <exception cref="MasterKeysUnavailableException">The master key is missing.</exception>
    /// <exception cref="CryptographicException">The key is not that of the object, or was changed.</exception>
    public static byte[] Unwrap(WrappedKey wrapped, string objectName, MasterKeyRing masterKeys)
    {
        var key = new byte[Length];
        using var unwrapping = new ContentKeyUnwrapping(masterKeys);
        unwrapping.Unwrap(wrapped, objectName, key);
        return key;
    }
}
