using System.Globalization;
using System.Text;

namespace Spotify.Audio.Tags;

/// <summary>The iTunes item list of an MP4 file, <c>moov/udta/meta/ilst</c>: QuickTime File Format, metadata.</summary>
internal static class Mp4Tags
{
    private const int Utf16 = 2;

    private static readonly Dictionary<string, TagField> Fields = new()
    {
        ["©nam"] = TagField.Title,
        ["©ART"] = TagField.Artist,
        ["soar"] = TagField.ArtistSort,
        ["aART"] = TagField.AlbumArtist,
        ["soaa"] = TagField.AlbumArtistSort,
        ["©lyr"] = TagField.Lyrics,
        ["©wrt"] = TagField.Composer,
        ["©alb"] = TagField.Album,
        ["trkn"] = TagField.TrackNumber,
        ["disk"] = TagField.DiscNumber,
        ["©day"] = TagField.Date,
        ["©gen"] = TagField.Genre,
        ["gnre"] = TagField.Genre,
        ["cprt"] = TagField.Copyright,
        ["©pub"] = TagField.Label,
        ["cpil"] = TagField.Compilation,
        ["rtng"] = TagField.Explicit,
    };

    private static readonly Dictionary<string, TagField> FreeformFields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ARTISTS"] = TagField.ArtistName,
        ["ALBUMARTISTS"] = TagField.AlbumArtistName,
        ["MusicBrainz Artist Id"] = TagField.ArtistId,
        ["MusicBrainz Album Artist Id"] = TagField.AlbumArtistId,
        ["MusicBrainz Album Id"] = TagField.AlbumId,
        ["MusicBrainz Track Id"] = TagField.RecordingId,
        ["ISRC"] = TagField.Isrc,
        ["BARCODE"] = TagField.Upc,
        ["UPC"] = TagField.Upc,
        ["LABEL"] = TagField.Label,
        ["PUBLISHER"] = TagField.Label,
    };

    public static void Read(ByteReader reader, TagCollector tags)
    {
        while (reader.Remaining >= Mp4Box.MinimumBytes)
        {
            var box = Mp4Box.Read(reader);
            if (box.Type == "moov") ReadBoxes(reader, tags, box);
            else reader.Seek(box.End);
        }
    }

    private static void ReadBoxes(ByteReader reader, TagCollector tags, Mp4Box parent)
    {
        using var _ = reader.Within(parent.End);

        // "meta" begins with version and flags in ISO files, but not in QuickTime files. The handler box comes first in both.
        if (parent.Type == "meta" && !reader.Peek(8).EndsWith("hdlr"u8)) reader.Skip(4);
        while (reader.Remaining >= Mp4Box.MinimumBytes)
        {
            var box = Mp4Box.Read(reader);
            if ((parent.Type, box.Type) is ("moov", "udta") or ("udta", "meta") or ("meta", "ilst")) ReadBoxes(reader, tags, box);
            else
                using (reader.Within(box.End))
                    if (parent.Type == "ilst") tags.Try(() => ReadItem(reader, tags, box.Type));
        }
    }

    private static void ReadItem(ByteReader reader, TagCollector tags, string type)
    {
        var (name, field) = (type, Fields.TryGetValue(type, out var known) ? known : (TagField?)null);
        while (reader.Remaining >= Mp4Box.MinimumBytes)
        {
            var box = Mp4Box.Read(reader);
            using var _ = reader.Within(box.End);
            if (type == "----" && box.Type == "name" && tags.TextFits(reader.Remaining, reader.Position))
            {
                reader.Skip(4);
                name = Encoding.UTF8.GetString(reader.ReadBytes(reader.Remaining));
                field = FreeformFields.TryGetValue(name, out known) ? known : null;
            }

            if (box.Type != "data") continue;
            if (type == "covr") ReadPicture(reader, tags);
            else if (field is not null && tags.TextFits(reader.Remaining, reader.Position)) ReadValue(reader, tags, type, field.Value);
        }
    }

    private static void ReadPicture(ByteReader reader, TagCollector tags)
    {
        reader.Skip(4 + 4);
        var offset = reader.Position;
        if (tags.PictureFits(reader.Remaining, offset)) tags.AddPicture(type: 0, reader.ReadBytes(reader.Remaining), offset);
    }

    private static void ReadValue(ByteReader reader, TagCollector tags, string type, TagField field)
    {
        var dataType = reader.ReadUInt32BigEndian() & 0xFF_FFFF;
        reader.Skip(4);
        switch (type)
        {
            case "trkn" or "disk":
                reader.Skip(2);
                tags.Add(field, Number(reader.ReadUInt16BigEndian()));
                if (reader.Remaining >= 2)
                    tags.Add(type == "trkn" ? TagField.TrackTotal : TagField.DiscTotal, Number(reader.ReadUInt16BigEndian()));
                break;
            case "gnre":
                // The ID3v1 genre number plus one.
                tags.Add(field, Id3Genres.Name(reader.ReadUInt16BigEndian() - 1) ?? "");
                break;
            case "cpil" or "rtng":
                tags.Add(field, Number(reader.ReadByte()));
                break;
            default:
                var encoding = dataType == Utf16 ? Encoding.BigEndianUnicode : Encoding.UTF8;
                tags.Add(field, encoding.GetString(reader.ReadBytes(reader.Remaining)));
                break;
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
