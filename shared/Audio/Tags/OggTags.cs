namespace Spotify.Audio.Tags;

/// <summary>The comments of an Ogg stream, which are the second packet of Vorbis and Opus.</summary>
internal static class OggTags
{
    public static void Read(ByteReader reader, TagCollector tags)
    {
        var pages = new OggPages(reader);
        pages.Read();
        var prefix = CommentPrefix(pages.Parts.Count == 0 ? [] : pages.Body(pages.Parts[0]))
            ?? throw new InvalidAudioException("The Ogg stream is neither Vorbis nor Opus", 0);

        var (packet, offset) = ReadPacket(pages, tags);
        if (packet is null) return;

        var comments = new ByteReader(packet, offset);
        if (!comments.Peek(prefix.Length).SequenceEqual(prefix)) throw comments.Invalid("The Ogg stream's comment header is missing");
        comments.Skip(prefix.Length);
        tags.Try(() => VorbisComments.Read(comments, tags));
    }

    /// <summary>Returns the prefix of the comment packet for the codec of the first packet, or null for unsupported codecs.</summary>
    private static byte[]? CommentPrefix(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith("\u0001vorbis"u8)) return [.. "\u0003vorbis"u8];
        if (first.StartsWith("OpusHead"u8)) return [.. "OpusTags"u8];
        return null;
    }

    private static (byte[]? Packet, long Offset) ReadPacket(OggPages pages, TagCollector tags)
    {
        var packet = new MemoryStream();
        var offset = pages.End;
        while (pages.Read())
            if (pages.Parts is [var part, ..])
            {
                if (!tags.Fits("A comment header", packet.Length + part.Length, tags.Limits.BlockBytes, offset)) return (null, offset);
                packet.Write(pages.Body(part));
                if (part.Ends) return (packet.ToArray(), offset);
            }

        throw new InvalidAudioException("The Ogg stream ends within its headers", offset);
    }
}
