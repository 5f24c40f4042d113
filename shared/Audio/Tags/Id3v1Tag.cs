using System.Globalization;
using System.Text;

namespace Spotify.Audio.Tags;

/// <summary>
/// The ID3v1.1 tag in the last 128 bytes of older MP3 files. Used only for fields that other tags lack, because its text is cut off at
/// 30 characters.
/// </summary>
internal static class Id3v1Tag
{
    private const int Bytes = 128;

    public static void Read(ByteReader reader, TagCollector tags)
    {
        if (reader.Remaining < Bytes) return;

        reader.Seek(reader.End - Bytes);
        var tag = reader.ReadBytes(Bytes);
        if (!tag.AsSpan().StartsWith("TAG"u8)) return;

        var fields = new TagCollector(tags.Budget);
        fields.Add(TagField.Title, Text(3, 30));
        fields.Add(TagField.Artist, Text(33, 30));
        fields.Add(TagField.Album, Text(63, 30));
        fields.Add(TagField.Date, Text(93, 4));
        if (tag[125] == 0) fields.Add(TagField.TrackNumber, tag[126].ToString(CultureInfo.InvariantCulture));
        if (Id3Genres.Name(tag[127]) is { } genre) fields.Add(TagField.Genre, genre);
        tags.FillFrom(fields);

        string Text(int start, int length) => Encoding.Latin1.GetString(tag, start, length).Split('\0')[0];
    }
}
