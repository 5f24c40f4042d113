using System.Buffers.Text;

namespace Spotify.Licensing.Jose;

/// <summary>A builder of a compact JWS or JWE: parts in base64url, separated by dots.</summary>
/// <param name="lengths">The lengths of all parts, in bytes.</param>
internal sealed class CompactTextBuilder(params ReadOnlySpan<int> lengths)
{
    private readonly byte[] text = GC.AllocateUninitializedArray<byte>(Length(lengths));
    private int end;

    /// <summary>The text of the parts that were added.</summary>
    public ReadOnlySpan<byte> Written => text.AsSpan(0, end);

    /// <summary>Adds a part.</summary>
    public void Add(ReadOnlySpan<byte> part)
    {
        if (end > 0) text[end++] = (byte)'.';
        end += Base64Url.EncodeToUtf8(part, text.AsSpan(end));
    }

    /// <summary>Returns the text of all parts.</summary>
    public CompactText ToText() => new(text);

    private static int Length(ReadOnlySpan<int> lengths)
    {
        var length = lengths.Length - 1;
        foreach (var part in lengths) length += Base64Url.GetEncodedLength(part);
        return length;
    }
}
