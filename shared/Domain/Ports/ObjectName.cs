using System.Buffers;
using System.Text;

namespace Spotify.Domain.Ports;

/// <summary>The rules for names in every <see cref="IObjectStore"/>, and their order.</summary>
public static class ObjectName
{
    /// <summary>The maximum length of a name in bytes of UTF-8, which is Cloud Storage's limit.</summary>
    public const int MaxLength = 1024;

    /// <summary>The maximum length of a segment in bytes of UTF-8, which is the limit of most file systems.</summary>
    public const int MaxSegmentLength = 255;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> ForbiddenCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code), '\\', '\u007f']);

    /// <summary>
    /// The order of names by their UTF-8 bytes, which differs from the order by UTF-16 code units for supplementary characters.
    /// </summary>
    public static IComparer<string> ByteOrder { get; } = Comparer<string>.Create(CompareBytes);

    /// <summary>
    /// Returns whether a name is valid: segments separated by slashes, none of them empty, <c>.</c> or <c>..</c>, and no backslash or
    /// control character.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MaxLength || name.ContainsAny(ForbiddenCharacters)) return false;
        var length = -1;
        foreach (var range in name.Split('/'))
        {
            var segment = name[range];
            if (segment is "" or "." or ".." || !TryCountBytes(segment, out var bytes) || bytes > MaxSegmentLength) return false;
            length += bytes + 1;
        }

        return length <= MaxLength;
    }

    /// <summary>Creates the exception for an invalid name.</summary>
    public static ArgumentException Invalid(string name, string parameter) => new(
        $"'{name}' is not a valid object name. A name has segments separated by slashes, none of them empty, '.' or '..', no backslash or "
            + $"control character, and at most {MaxLength} bytes.",
        parameter);

    private static int CompareBytes(string x, string y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        if (common == x.Length || common == y.Length) return x.Length.CompareTo(y.Length);
        var (a, b) = (x[common], y[common]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a).CompareTo(char.IsSurrogate(b));
    }

    private static bool TryCountBytes(ReadOnlySpan<char> text, out int bytes)
    {
        try
        {
            bytes = Utf8.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            bytes = 0;
            return false;
        }
    }
}
