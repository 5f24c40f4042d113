namespace Spotify.Audio.Tags;

/// <summary>The ID3v2.2, ID3v2.3 or ID3v2.4 tag of MP3 and WAV files.</summary>
internal static class Id3v2Tag
{
    private const int HeaderBytes = 10;
    private const int Unsynchronized = 0x80;
    private const int Extended = 0x40;
    private const int Compressed22 = 0x40;
    private const int Footer = 0x10;

    /// <summary>Returns whether a tag begins at the reader's position.</summary>
    public static bool IsAt(ByteReader reader) =>
        reader.Peek(HeaderBytes) is { Length: HeaderBytes } header
        && header.StartsWith("ID3"u8)
        && header[3] < 0xFF
        && header[4] < 0xFF
        && ((header[6] | header[7] | header[8] | header[9]) & 0x80) == 0;

    /// <summary>Reads the tag and moves to the byte after it.</summary>
    public static void Read(ByteReader reader, TagCollector tags)
    {
        var offset = reader.Position;
        var header = reader.ReadBytes(HeaderBytes);
        var (version, flags, size) = (header[3], header[5], SynchSafe(header.AsSpan(6)));
        using var _ = reader.Within(reader.Position + size + (version == 4 && (flags & Footer) != 0 ? HeaderBytes : 0));

        if (version is < 2 or > 4) tags.Ignore($"ID3v2.{version} is not supported", offset);
        else if (version == 2 && (flags & Compressed22) != 0)
            tags.Ignore("The ID3v2.2 tag is compressed, but no compression is defined for that version", offset);
        else if (tags.Fits("An ID3v2 tag", size, tags.Limits.BlockBytes, offset))
        {
            var block = reader.ReadBytes(size);
            tags.Try(() => ReadBlock(block, offset + HeaderBytes, version, flags, tags));
        }
    }

    /// <summary>Decodes a synchsafe integer: four bytes of seven bits each.</summary>
    public static int SynchSafe(ReadOnlySpan<byte> bytes) => bytes[0] << 21 | bytes[1] << 14 | bytes[2] << 7 | bytes[3];

    /// <summary>
    /// Removes the zero after each 0xFF, which writers insert so that decoders do not interpret the tag as audio.
    /// </summary>
    public static byte[] RemoveUnsynchronization(byte[] bytes)
    {
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[length++] = bytes[i];
            if (bytes[i] == 0xFF && i + 1 < bytes.Length && bytes[i + 1] == 0) i++;
        }

        return bytes[..length];
    }

    private static void ReadBlock(byte[] block, long offset, int version, int flags, TagCollector tags)
    {
        // Before version 2.4, unsynchronization applies to the whole tag; since then, to each frame.
        var unsynchronized = (flags & Unsynchronized) != 0;
        if (unsynchronized && version < 4) block = RemoveUnsynchronization(block);

        var reader = new ByteReader(block, offset);
        if (version > 2 && (flags & Extended) != 0) SkipExtendedHeader(reader, version);
        new Id3v2Frames(reader, tags, version, unsynchronized && version == 4).Read();
    }

    // In version 2.3, the size does not include the size field.
    private static void SkipExtendedHeader(ByteReader reader, int version)
    {
        if (version == 3) reader.Skip(reader.ReadUInt32BigEndian());
        else reader.Skip(SynchSafe(reader.ReadBytes(4)) - 4);
    }
}
