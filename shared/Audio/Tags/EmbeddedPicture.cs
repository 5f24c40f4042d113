namespace Spotify.Audio.Tags;

/// <summary>A picture embedded in an audio file.</summary>
/// <param name="MimeType">
/// <c>image/jpeg</c>, <c>image/png</c>, <c>image/gif</c>, <c>image/webp</c> or <c>image/bmp</c>. Detected from the first bytes, because
/// the type in the tag is often wrong.
/// </param>
/// <param name="Bytes">The image file.</param>
public sealed record EmbeddedPicture(string MimeType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Returns the media type detected from the first bytes, or null for an unknown image format.</summary>
    public static string? MimeTypeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return "image/jpeg";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'])) return "image/png";
        if (bytes.StartsWith("GIF8"u8)) return "image/gif";
        if (bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..12].SequenceEqual("WEBP"u8)) return "image/webp";
        return bytes.StartsWith("BM"u8) ? "image/bmp" : null;
    }
}
