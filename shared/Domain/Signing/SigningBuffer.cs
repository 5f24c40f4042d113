using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Domain.Signing;

/// <summary>
/// A buffer for the bytes of a URL that is being signed. Uses the stack, or a pooled array for long URLs, because every playback request
/// signs URLs.
/// </summary>
internal ref struct SigningBuffer : IDisposable
{
    /// <summary>The number of bytes that callers allocate on the stack.</summary>
    public const int StackLength = 1024;

    // Throws for a lone surrogate, which has no UTF-8 form: the signed text would differ from the returned one.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[]? rented;
    private readonly Span<byte> bytes;
    private int length;

    public SigningBuffer(Span<byte> stack, int capacity)
    {
        if (capacity > stack.Length) rented = ArrayPool<byte>.Shared.Rent(capacity);
        bytes = rented ?? stack;
    }

    public readonly ReadOnlySpan<byte> Written => bytes[..length];

    public void Append(ReadOnlySpan<char> text) => length += Utf8.GetBytes(text, bytes[length..]);

    public void Append(char character) => bytes[length++] = (byte)character;

    public void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(bytes[length..]);
        length += text.Length;
    }

    public void Append(long number)
    {
        var done = Utf8Formatter.TryFormat(number, bytes[length..], out var written);
        Debug.Assert(done, "The capacity leaves room for numbers.");
        length += written;
    }

    public void AppendEscaped(ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[PartnerCdnSigner.MaxUserIdLength * 3];
        foreach (var value in utf8[..Utf8.GetBytes(text, utf8)])
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~')
            {
                bytes[length++] = value;
            }
            else
            {
                bytes[length++] = (byte)'%';
                bytes[length++] = HexDigit(value >> 4);
                bytes[length++] = HexDigit(value & 15);
            }
        }
    }

    public void AppendBase64Url(ReadOnlySpan<byte> hash)
    {
        Base64.EncodeToUtf8(hash, bytes[length..], out _, out var written);
        var digits = bytes.Slice(length, written);
        digits.Replace((byte)'+', (byte)'-');
        digits.Replace((byte)'/', (byte)'_');
        length += written;
    }

    public void Dispose()
    {
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
    }

    public readonly override string ToString() => Encoding.UTF8.GetString(Written);

    /// <summary>
    /// Returns whether a text is a hash in padded base64url. Compares texts rather than bytes, so that the unused bits of the last digit
    /// must match too.
    /// </summary>
    public bool EqualsBase64Url(ReadOnlySpan<byte> hash, ReadOnlySpan<char> text)
    {
        length = 0;
        AppendBase64Url(hash);
        Span<byte> given = stackalloc byte[64];
        return Encoding.ASCII.TryGetBytes(text, given, out var written)
            && CryptographicOperations.FixedTimeEquals(Written, given[..written]);
    }

    private static byte HexDigit(int value) => (byte)"0123456789ABCDEF"[value];
}
