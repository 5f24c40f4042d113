using System.Globalization;
using System.Text;

namespace Spotify.Audio.Tags;

/// <summary>The 128 bytes at the end of older MP3 files, ID3v1.1. They cut text off at 30 characters, so they only fill gaps.</summary>
internal static class Id3v1Tag
{
    private const int Bytes = 128;

    public static void Read(ByteReader reader, TagCollector tags)
    {
        if (reader.Remaining < Bytes) return;

        reader.Seek(reader.End - Bytes);
        var tag = reader.ReadBytes(Bytes);
        if (!tag.AsSpan().StartsWith("TAG"u8)) return;

        var old = new TagCollector(tags.Limits);
        old.Add(TagField.Title, Text(3, 30));
        old.Add(TagField.Artist, Text(33, 30));
        old.Add(TagField.Album, Text(63, 30));
        old.Add(TagField.Date, Text(93, 4));
        if (tag[125] == 0) old.Add(TagField.TrackNumber, tag[126].ToString(CultureInfo.InvariantCulture));
        if (Id3Genres.Name(tag[127]) is { } genre) old.Add(TagField.Genre, genre);
        tags.FillFrom(old);

        string Text(int start, int length) => Encoding.Latin1.GetString(tag, start, length).Split('\0')[0];
    }
}
