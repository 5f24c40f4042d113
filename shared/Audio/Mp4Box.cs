using System.Text;

namespace Spotify.Audio;

/// <summary>A box header, ISO/IEC 14496-12 section 4.2.</summary>
/// <param name="Type">The four-character code, decoded as Latin-1.</param>
/// <param name="Start">The offset of the header, in bytes from the start of the file.</param>
/// <param name="End">The offset after the box.</param>
internal readonly record struct Mp4Box(string Type, long Start, long End)
{
    /// <summary>The minimum size of a box in bytes. Fewer bytes at the end of a container are padding.</summary>
    public const int MinimumBytes = 8;

    /// <summary>Reads a header and moves to the box's content. Checks that the box ends within the reader's bound.</summary>
    public static Mp4Box Read(ByteReader reader)
    {
        var start = reader.Position;
        ulong size = reader.ReadUInt32BigEndian();
        Span<byte> type = stackalloc byte[4];
        reader.ReadExactly(type);
        var name = Encoding.Latin1.GetString(type);
        if (size == 1) size = reader.ReadUInt64BigEndian();
        else if (size == 0) size = (ulong)(reader.End - start);

        if (size < (ulong)(reader.Position - start) || size > (ulong)(reader.End - start))
            throw new InvalidAudioException($"The box '{name}' of {size} bytes does not fit into its container", start);
        return new Mp4Box(name, start, start + (long)size);
    }
}
