using System.Buffers.Text;
using System.Text;

namespace Spotify.Audio.Tags;

/// <summary>
/// Vorbis comments: Vorbis I specification, section 5. FLAC (RFC 9639 section 8.6) and Opus (RFC 7845 section 5.2) use the same format.
/// </summary>
internal static class VorbisComments
{
    private const int MaximumNameLength = 64;

    private static readonly Dictionary<string, TagField> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TITLE"] = TagField.Title,
        ["ARTIST"] = TagField.Artist,
        ["ARTISTS"] = TagField.ArtistName,
        ["ARTISTSORT"] = TagField.ArtistSort,
        ["MUSICBRAINZ_ARTISTID"] = TagField.ArtistId,
        ["ALBUMARTISTS"] = TagField.AlbumArtistName,
        ["ALBUMARTISTSORT"] = TagField.AlbumArtistSort,
        ["MUSICBRAINZ_ALBUMARTISTID"] = TagField.AlbumArtistId,
        ["MUSICBRAINZ_ALBUMID"] = TagField.AlbumId,
        ["MUSICBRAINZ_TRACKID"] = TagField.RecordingId,
        ["LYRICS"] = TagField.Lyrics,
        ["UNSYNCEDLYRICS"] = TagField.Lyrics,
        ["ALBUMARTIST"] = TagField.AlbumArtist,
        ["ALBUM ARTIST"] = TagField.AlbumArtist,
        ["ALBUM_ARTIST"] = TagField.AlbumArtist,
        ["COMPOSER"] = TagField.Composer,
        ["ALBUM"] = TagField.Album,
        ["TRACKNUMBER"] = TagField.TrackNumber,
        ["TRACK"] = TagField.TrackNumber,
        ["TRACKTOTAL"] = TagField.TrackTotal,
        ["TOTALTRACKS"] = TagField.TrackTotal,
        ["DISCNUMBER"] = TagField.DiscNumber,
        ["DISC"] = TagField.DiscNumber,
        ["DISCTOTAL"] = TagField.DiscTotal,
        ["TOTALDISCS"] = TagField.DiscTotal,
        ["DATE"] = TagField.Date,
        ["YEAR"] = TagField.Date,
        ["GENRE"] = TagField.Genre,
        ["ISRC"] = TagField.Isrc,
        ["BARCODE"] = TagField.Upc,
        ["UPC"] = TagField.Upc,
        ["EAN"] = TagField.Upc,
        ["LABEL"] = TagField.Label,
        ["ORGANIZATION"] = TagField.Label,
        ["PUBLISHER"] = TagField.Label,
        ["COPYRIGHT"] = TagField.Copyright,
        ["ITUNESADVISORY"] = TagField.Explicit,
        ["COMPILATION"] = TagField.Compilation,
    };

    /// <summary>Reads a comment block without framing.</summary>
    public static void Read(ByteReader reader, TagCollector tags)
    {
        reader.Skip(reader.ReadUInt32LittleEndian());
        for (var left = reader.ReadUInt32LittleEndian(); left > 0; left--)
        {
            var length = reader.ReadUInt32LittleEndian();
            using var _ = reader.Within(reader.Position + length);
            tags.Try(() => ReadComment(reader, tags));
        }
    }

    /// <summary>Adds a comment that is already decoded. Ignores comments with an unknown name.</summary>
    public static void Add(string name, string value, TagCollector tags)
    {
        if (Fields.TryGetValue(name, out var field) && tags.TextFits(value.Length, offset: 0)) tags.Add(field, value);
    }

    private static void ReadComment(ByteReader reader, TagCollector tags)
    {
        var start = reader.Peek(MaximumNameLength + 1);
        var separator = start.IndexOf((byte)'=');
        if (separator < 0) return;

        var name = Encoding.ASCII.GetString(start[..separator]);
        reader.Skip(separator + 1);
        if (name.Equals("METADATA_BLOCK_PICTURE", StringComparison.OrdinalIgnoreCase)) ReadPicture(reader, tags);
        else if (Fields.TryGetValue(name, out var field) && tags.HasRoom(field) && tags.TextFits(reader.Remaining, reader.Position))
            tags.Add(field, Encoding.UTF8.GetString(reader.ReadBytes(reader.Remaining)));
    }

    private static void ReadPicture(ByteReader reader, TagCollector tags)
    {
        var offset = reader.Position;
        if (!tags.PictureFits(reader.Remaining / 4 * 3, offset)) return;

        var bytes = reader.ReadBytes(reader.Remaining);
        var status = Base64.DecodeFromUtf8InPlace(bytes, out var length);
        if (status != System.Buffers.OperationStatus.Done) tags.Ignore("A picture is not base64", offset);
        else FlacPicture.Read(new ByteReader(bytes[..length], offset), tags);
    }
}
