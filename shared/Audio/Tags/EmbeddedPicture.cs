namespace Spotify.Audio.Tags;

/// <summary>A picture inside an audio file.</summary>
/// <param name="MimeType">What its first bytes show it to be: <c>image/jpeg</c>, <c>image/png</c>, <c>image/gif</c>, <c>image/webp</c> or
/// <c>image/bmp</c>. What the tag claims is often wrong.</param>
/// <param name="Bytes">The picture's file.</param>
public sealed record EmbeddedPicture(string MimeType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The media type that the first bytes show, or null where they are no known picture.</summary>
    public static string? MimeTypeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return "image/jpeg";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'])) return "image/png";
        if (bytes.StartsWith("GIF8"u8)) return "image/gif";
        if (bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..12].SequenceEqual("WEBP"u8)) return "image/webp";
        return bytes.StartsWith("BM"u8) ? "image/bmp" : null;
    }
}
