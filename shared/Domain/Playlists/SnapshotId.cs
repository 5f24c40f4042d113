using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Domain.Playlists;

/// <summary>
/// The <c>snapshot_id</c> of a playlist version: base64 of the version (8 bytes, big-endian) and the first 4 bytes of the SHA-256 of the
/// playlist's id, so that a snapshot of another playlist is rejected.
/// </summary>
public static class SnapshotId
{
    private const int VersionBytes = 8;
    private const int Bytes = VersionBytes + 4;

    /// <summary>Returns the snapshot id of a version.</summary>
    public static string Format(string playlistId, long version)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        Write(playlistId, version, bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Reads the version from a snapshot id. Returns false if it is not a snapshot id of the playlist.</summary>
    public static bool TryParse(string text, string playlistId, out long version)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        Span<byte> expected = stackalloc byte[Bytes];
        version = 0;
        if (text.Length != Bytes / 3 * 4) return false;
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length != Bytes) return false;
        version = BinaryPrimitives.ReadInt64BigEndian(bytes);
        Write(playlistId, version, expected);
        return version > 0 && bytes.SequenceEqual(expected);
    }

    private static void Write(string playlistId, long version, Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, version);
        SHA256.HashData(Encoding.UTF8.GetBytes(playlistId)).AsSpan(0, Bytes - VersionBytes).CopyTo(bytes[VersionBytes..]);
    }
}
