using System.Buffers;
using System.Text;

namespace Spotify.Domain.Ports;

/// <summary>What an object may be called, in every <see cref="IObjectStore"/>, and the order of such names.</summary>
public static class ObjectName
{
    /// <summary>The longest name, in bytes of UTF-8; Cloud Storage's limit.</summary>
    public const int MaxLength = 1024;

    /// <summary>The longest segment of a name, in bytes of UTF-8; the usual file system's limit.</summary>
    public const int MaxSegmentLength = 255;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> ForbiddenCharacters = SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code), '\\', '\u007f']);

    /// <summary>The order of the UTF-8 of two texts, which for characters beyond the basic plane is not that of their UTF-16.</summary>
    public static IComparer<string> ByteOrder { get; } = Comparer<string>.Create(CompareBytes);

    /// <summary>Whether an object may be called that: segments separated by slashes, none of them empty, <c>.</c> or <c>..</c>, no backslash or control character.</summary>
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

    /// <summary>Says that a name is none.</summary>
    public static ArgumentException Invalid(string name, string parameter) =>
        new($"'{name}' is not the name of an object: segments separated by slashes, none empty, '.' or '..', no backslash or control character, at most {MaxLength} bytes.", parameter);

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
