using Spotify.Domain;

namespace Spotify.Licensing;

/// <summary>
/// The format of encrypted audio objects: the plain object in chunks of <see cref="ChunkSize"/> bytes (the last one may be shorter), each
/// encrypted alone by <see cref="ChunkCipher"/> and followed by its tag, so that chunk i starts at byte i × <see cref="StoredChunkSize"/>.
/// There is no header.
/// </summary>
public static class EncryptedAudio
{
    /// <summary>The number of plain bytes of a chunk, except for the last one.</summary>
    public const int ChunkSize = 65_536;

    /// <summary>The number of bytes of a chunk's tag.</summary>
    public const int TagSize = 16;

    /// <summary>The number of stored bytes of a chunk, except for the last one.</summary>
    public const int StoredChunkSize = ChunkSize + TagSize;

    /// <summary>The last part of the names of encrypted objects.</summary>
    public const string Extension = ".enc";

    /// <summary>Returns the number of chunks of a plain object.</summary>
    /// <param name="plainBytes">The size of the plain object, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is 0 or negative: an empty object has no encrypted form.</exception>
    public static long Chunks(long plainBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(plainBytes);
        return (plainBytes - 1) / ChunkSize + 1;
    }

    /// <summary>Returns the size in bytes of the encrypted form of a plain object.</summary>
    /// <inheritdoc cref="Chunks"/>
    public static long Length(long plainBytes) => checked(plainBytes + Chunks(plainBytes) * TagSize);

    /// <summary>Returns the number of plain bytes of a chunk.</summary>
    /// <param name="plainBytes">The size of the plain object.</param>
    /// <param name="index">The chunk, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The object is empty or has no such chunk.</exception>
    public static int PlainSize(long plainBytes, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Chunks(plainBytes));
        return (int)Math.Min(ChunkSize, plainBytes - index * ChunkSize);
    }

    /// <summary>Returns the bytes of the encrypted object that contain a range of the plain object: whole chunks.</summary>
    /// <param name="plainBytes">The size of the plain object.</param>
    /// <param name="offset">The first byte of the range in the plain object.</param>
    /// <param name="length">The number of plain bytes, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or exceeds the object.</exception>
    public static (long Offset, long Length) Covering(long plainBytes, long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, plainBytes - offset);
        var start = offset / ChunkSize * StoredChunkSize;
        var end = Math.Min(((offset + length - 1) / ChunkSize + 1) * StoredChunkSize, Length(plainBytes));
        return (start, end - start);
    }

    /// <summary>Returns the name of the encrypted form of an object: <c>{plain name}.{key id}.enc</c>.</summary>
    /// <param name="plainName">The name of the plain object, without a leading slash.</param>
    /// <param name="keyId">The id of the content key, 22 base62 characters.</param>
    /// <exception cref="ArgumentException">The key id is invalid.</exception>
    public static string ObjectName(string plainName, string keyId) => SpotifyId.IsValid(keyId)
        ? $"{plainName}.{keyId}{Extension}"
        : throw new ArgumentException("The id of a content key has 22 base62 characters.", nameof(keyId));

    /// <summary>Returns whether a name is that of an object encrypted with a key.</summary>
    internal static bool IsNamedAfter(ReadOnlySpan<char> objectName, ReadOnlySpan<char> keyId) =>
        SpotifyId.IsValid(keyId) && objectName.Length > 1 + keyId.Length + Extension.Length && objectName.EndsWith(Extension)
        && objectName[..^Extension.Length].EndsWith(keyId) && objectName[^(1 + keyId.Length + Extension.Length)] == '.';

    /// <summary>Parses a name that <see cref="ObjectName"/> returns. Returns false for other names.</summary>
    public static bool TryParse(string objectName, out string plainName, out string keyId)
    {
        (plainName, keyId) = ("", "");
        const int suffix = 1 + SpotifyId.Length;
        if (!objectName.EndsWith(Extension, StringComparison.Ordinal)) return false;
        var name = objectName.AsSpan(0, objectName.Length - Extension.Length);
        if (name.Length <= suffix || name[^suffix] != '.' || !SpotifyId.IsValid(name[^SpotifyId.Length..])) return false;
        (plainName, keyId) = (name[..^suffix].ToString(), name[^SpotifyId.Length..].ToString());
        return true;
    }
}
