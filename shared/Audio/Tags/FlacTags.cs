namespace Spotify.Audio.Tags;

/// <summary>The metadata blocks of a FLAC file, RFC 9639 section 8.</summary>
internal static class FlacTags
{
    public static void Read(ByteReader reader, TagCollector tags)
    {
        reader.Skip("fLaC"u8.Length);
        for (var last = false; !last;)
        {
            var header = reader.ReadUInt32BigEndian();
            last = header >> 31 != 0;
            using var _ = reader.Within(reader.Position + (header & 0xFF_FFFF));
            tags.Try(() =>
            {
                if ((header >> 24 & 0x7F) == 4) VorbisComments.Read(reader, tags);
                if ((header >> 24 & 0x7F) == 6) FlacPicture.Read(reader, tags);
            });
        }
    }
}
