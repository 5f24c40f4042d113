using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Spotify.Licensing.Jose;

/// <summary>The AES Key Wrap of JWE. The platform has only the padded variant (RFC 5649), whose output differs.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc3394"/>
internal static class AesKeyWrap
{
    private const int Half = 8;
    private const int Rounds = 6;
    private const ulong InitialValue = 0xA6A6A6A6A6A6A6A6;

    /// <summary>Wraps a key.</summary>
    /// <param name="wrappingKey">An AES key.</param>
    /// <param name="key">The key: a multiple of 8 bytes, 16 or more.</param>
    /// <returns>8 bytes more than <paramref name="key"/>.</returns>
    public static byte[] Wrap(byte[] wrappingKey, ReadOnlySpan<byte> key)
    {
        if (key.Length < 2 * Half || key.Length % Half != 0)
            throw new ArgumentException("The length of the key must be a multiple of 8 bytes, 16 or more.", nameof(key));
        var wrapped = new byte[Half + key.Length];
        BinaryPrimitives.WriteUInt64BigEndian(wrapped, InitialValue);
        key.CopyTo(wrapped.AsSpan(Half));
        using var aes = Create(wrappingKey);
        using var encryption = aes.CreateEncryptor();
        var block = new byte[2 * Half];
        var step = 0UL;
        for (var round = 0; round < Rounds; round++)
        {
            for (var at = Half; at < wrapped.Length; at += Half)
            {
                wrapped.AsSpan(0, Half).CopyTo(block);
                wrapped.AsSpan(at, Half).CopyTo(block.AsSpan(Half));
                encryption.TransformBlock(block, 0, block.Length, block, 0);
                var check = BinaryPrimitives.ReadUInt64BigEndian(block) ^ ++step;
                BinaryPrimitives.WriteUInt64BigEndian(wrapped, check);
                block.AsSpan(Half).CopyTo(wrapped.AsSpan(at));
            }
        }

        CryptographicOperations.ZeroMemory(block);
        return wrapped;
    }

    /// <summary>Unwraps a key. Returns false if the wrapping key is another, or the wrapped key was changed.</summary>
    public static bool TryUnwrap(byte[] wrappingKey, ReadOnlySpan<byte> wrapped, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        if (wrapped.Length < 3 * Half || wrapped.Length % Half != 0) return false;
        var work = wrapped.ToArray();
        using var aes = Create(wrappingKey);
        using var decryption = aes.CreateDecryptor();
        var block = new byte[2 * Half];
        var step = (ulong)(Rounds * (wrapped.Length / Half - 1));
        for (var round = 0; round < Rounds; round++)
        {
            for (var at = work.Length - Half; at > 0; at -= Half)
            {
                BinaryPrimitives.WriteUInt64BigEndian(block, BinaryPrimitives.ReadUInt64BigEndian(work) ^ step--);
                work.AsSpan(at, Half).CopyTo(block.AsSpan(Half));
                decryption.TransformBlock(block, 0, block.Length, block, 0);
                block.AsSpan(0, Half).CopyTo(work);
                block.AsSpan(Half).CopyTo(work.AsSpan(at));
            }
        }

        Span<byte> expected = stackalloc byte[Half];
        BinaryPrimitives.WriteUInt64BigEndian(expected, InitialValue);
        var isAuthentic = CryptographicOperations.FixedTimeEquals(work.AsSpan(0, Half), expected);
        if (isAuthentic) key = work[Half..];
        CryptographicOperations.ZeroMemory(work);
        CryptographicOperations.ZeroMemory(block);
        return isAuthentic;
    }

    private static Aes Create(byte[] key)
    {
        var aes = Aes.Create();
        aes.Key = key;
        aes.Mode = CipherMode.ECB;
        aes.Padding = PaddingMode.None;
        return aes;
    }
}
