namespace Spotify.Audio.Tags;

/// <summary>The FLAC picture block, RFC 9639 section 8.8. Ogg files have it as a comment in base64.</summary>
internal static class FlacPicture
{
    public static void Read(ByteReader reader, TagCollector tags)
    {
        var type = reader.ReadUInt32BigEndian();
        reader.Skip(reader.ReadUInt32BigEndian());
        reader.Skip(reader.ReadUInt32BigEndian());
        reader.Skip(4 + 4 + 4 + 4);
        var length = reader.ReadUInt32BigEndian();
        var offset = reader.Position;
        if (tags.PictureFits(length, offset)) tags.AddPicture((int)Math.Min(type, int.MaxValue), reader.ReadBytes(length), offset);
    }
}
