using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Licensing;

/// <summary>
/// The encryption of one object's chunks with AES-256-GCM. The nonce is the chunk's index as a 96-bit big-endian integer, which never
/// repeats because every encryption of an object has a new key. The associated data are the UTF-8 bytes of the object's name, the index
/// and the number of chunks as 64-bit big-endian integers, so that a chunk authenticates alone and fails in any other place. Instances are
/// for one thread at a time.
/// </summary>
/// <seealso href="https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf"/>
public sealed class ChunkCipher : IDisposable
{
    private const int PlacePart = 2 * sizeof(long);

    private readonly AesGcm aes;
    private readonly byte[] nonce = new byte[AesGcm.NonceByteSizes.MaxSize];
    private readonly byte[] associatedData;
    private readonly long plainBytes;

    /// <summary>Creates a cipher.</summary>
    /// <param name="key">The content key, 32 bytes.</param>
    /// <param name="objectName">The name of the encrypted object, without a leading slash.</param>
    /// <param name="plainBytes">The size of the plain object, 1 or more.</param>
    /// <exception cref="ArgumentException">The key has another length, or the object is empty.</exception>
    public ChunkCipher(ReadOnlySpan<byte> key, string objectName, long plainBytes)
    {
        if (key.Length != ContentKey.Length) throw new ArgumentException($"A content key has {ContentKey.Length} bytes.", nameof(key));
        var chunks = EncryptedAudio.Chunks(plainBytes);
        this.plainBytes = plainBytes;
        associatedData = [.. Encoding.UTF8.GetBytes(objectName), .. new byte[PlacePart]];
        BinaryPrimitives.WriteInt64BigEndian(associatedData.AsSpan(^sizeof(long)..), chunks);
        aes = new AesGcm(key, EncryptedAudio.TagSize);
    }

    /// <summary>Encrypts a chunk.</summary>
    /// <param name="index">The chunk, from 0. Every chunk is encrypted once.</param>
    /// <param name="plain">The whole chunk.</param>
    /// <param name="stored">Receives the ciphertext followed by the tag: <see cref="EncryptedAudio.TagSize"/> bytes more.</param>
    /// <exception cref="ArgumentException">The object has no such chunk, or a length is wrong.</exception>
    public void Encrypt(long index, ReadOnlySpan<byte> plain, Span<byte> stored)
    {
        Place(index, plain.Length, stored.Length);
        aes.Encrypt(nonce, plain, stored[..plain.Length], stored[plain.Length..], associatedData);
    }

    /// <summary>Decrypts a chunk.</summary>
    /// <param name="index">The chunk, from 0.</param>
    /// <param name="stored">The ciphertext followed by the tag.</param>
    /// <param name="plain">Receives the chunk; zeros if it is not authentic.</param>
    /// <exception cref="ArgumentException">The object has no such chunk, or a length is wrong.</exception>
    /// <exception cref="AuthenticationTagMismatchException">The chunk, its place, the object's name or the key is another.</exception>
    public void Decrypt(long index, ReadOnlySpan<byte> stored, Span<byte> plain)
    {
        Place(index, plain.Length, stored.Length);
        aes.Decrypt(nonce, stored[..plain.Length], stored[plain.Length..], plain, associatedData);
    }

    /// <summary>Decrypts a range of the object.</summary>
    /// <param name="stored">The bytes of the encrypted object in <see cref="EncryptedAudio.Covering"/>.</param>
    /// <param name="offset">The first byte of the range in the plain object.</param>
    /// <param name="length">The number of plain bytes, 1 or more.</param>
    /// <exception cref="ArgumentException">The range is empty or exceeds the object, or there are more or fewer bytes.</exception>
    /// <exception cref="AuthenticationTagMismatchException">A chunk is not authentic.</exception>
    public byte[] DecryptRange(ReadOnlySpan<byte> stored, long offset, int length)
    {
        if (stored.Length != EncryptedAudio.Covering(plainBytes, offset, length).Length)
            throw new ArgumentException("The bytes are not those of the chunks with the range.", nameof(stored));
        var range = new byte[length];
        var chunk = new byte[(int)Math.Min(EncryptedAudio.ChunkSize, plainBytes)];
        var index = offset / EncryptedAudio.ChunkSize;
        var skipped = (int)(offset % EncryptedAudio.ChunkSize);
        for (var written = 0; written < length; index++, skipped = 0)
        {
            var plain = chunk.AsSpan(0, EncryptedAudio.PlainSize(plainBytes, index));
            Decrypt(index, stored[..(plain.Length + EncryptedAudio.TagSize)], plain);
            stored = stored[(plain.Length + EncryptedAudio.TagSize)..];
            var part = plain[skipped..Math.Min(plain.Length, skipped + length - written)];
            part.CopyTo(range.AsSpan(written));
            written += part.Length;
        }

        return range;
    }

    /// <inheritdoc/>
    public void Dispose() => aes.Dispose();

    private void Place(long index, int plainSize, int storedSize)
    {
        if (plainSize != EncryptedAudio.PlainSize(plainBytes, index) || storedSize != plainSize + EncryptedAudio.TagSize)
            throw new ArgumentException($"Chunk {index} has {EncryptedAudio.PlainSize(plainBytes, index)} bytes and a tag.");
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(^sizeof(long)..), index);
        BinaryPrimitives.WriteInt64BigEndian(associatedData.AsSpan(^PlacePart..), index);
    }
}
