using System.Text;

namespace Spotify.Audio.Tags;

/// <summary>The text encodings of ID3v2.4, section 4, which include those of earlier versions.</summary>
internal static class Id3v2Text
{
    private const byte Utf16 = 1;
    private const byte Utf16BigEndian = 2;
    private const byte Utf8 = 3;

    /// <summary>Decodes text. Keeps the NULs between a list's values, and byte order marks.</summary>
    public static string Decode(byte encoding, ReadOnlySpan<byte> bytes) => encoding switch
    {
        Utf16 when bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) => Encoding.BigEndianUnicode.GetString(bytes),
        Utf16 => Encoding.Unicode.GetString(bytes),
        Utf16BigEndian => Encoding.BigEndianUnicode.GetString(bytes),
        Utf8 => Encoding.UTF8.GetString(bytes),
        _ => Encoding.Latin1.GetString(bytes),
    };

    /// <summary>Returns the length of the NUL-terminated text at the start, NUL included, or of all bytes if there is no NUL.</summary>
    public static int TerminatedLength(byte encoding, ReadOnlySpan<byte> bytes)
    {
        if (encoding is not (Utf16 or Utf16BigEndian)) return bytes.IndexOf((byte)0) is >= 0 and var end ? end + 1 : bytes.Length;

        for (var i = 0; i + 1 < bytes.Length; i += 2)
            if (bytes[i] == 0 && bytes[i + 1] == 0) return i + 2;
        return bytes.Length;
    }
}
