using System.Text;

namespace Spotify.Audio;

/// <summary>The header of a box, ISO/IEC 14496-12 section 4.2.</summary>
/// <param name="Type">Four characters, each a byte (Latin-1).</param>
/// <param name="Start">Where the header begins, in bytes from the start of the file.</param>
/// <param name="End">Where the box ends.</param>
internal readonly record struct Mp4Box(string Type, long Start, long End)
{
    /// <summary>The fewest bytes that a box has; what is left of a container below that is padding.</summary>
    public const int MinimumBytes = 8;

    /// <summary>Reads a header and moves to the content, which lies within the reader's bound.</summary>
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
            throw new InvalidAudioException($"The box '{name}' of {size} bytes does not fit into what holds it", start);
        return new Mp4Box(name, start, start + (long)size);
    }
}
