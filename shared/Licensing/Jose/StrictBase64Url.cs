using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Spotify.Licensing.Jose;

/// <summary>
/// Decodes base64url as RFC 7515 defines it: without padding, white space and bits after the last byte, so that a value has one text.
/// </summary>
internal static class StrictBase64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var unused = (text.Length % 4) switch { 0 => 0, 2 => 4, 3 => 2, _ => -1 };
        if (unused < 0 || text.ContainsAnyExcept(Characters)) return false;
        if (unused > 0 && (Alphabet.IndexOf(text[^1]) & ((1 << unused) - 1)) != 0) return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }
}
