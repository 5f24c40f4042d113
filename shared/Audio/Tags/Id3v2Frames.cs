using System.IO.Compression;
using System.Text;

namespace Spotify.Audio.Tags;

/// <summary>The frames of an ID3v2 tag: section 4 of ID3v2.2, ID3v2.3 and ID3v2.4.</summary>
/// <param name="reader">The tag without its headers.</param>
/// <param name="tags">The collector of the values.</param>
/// <param name="version">The minor version: 2, 3 or 4.</param>
/// <param name="unsynchronized">Whether all frames are unsynchronized, regardless of their flags.</param>
internal sealed class Id3v2Frames(ByteReader reader, TagCollector tags, int version, bool unsynchronized)
{
    // Taken from the budget for every compressed frame, because decompression has a cost even if the frame is empty.
    private const int MinimumInflatedBytes = 4 * 1024;

    private static readonly Dictionary<string, TagField> Fields = new()
    {
        ["TT2"] = TagField.Title, ["TIT2"] = TagField.Title,
        ["TP1"] = TagField.Artist, ["TPE1"] = TagField.Artist,
        ["TSP"] = TagField.ArtistSort, ["TSOP"] = TagField.ArtistSort,
        ["TS2"] = TagField.AlbumArtistSort, ["TSO2"] = TagField.AlbumArtistSort,
        ["TP2"] = TagField.AlbumArtist, ["TPE2"] = TagField.AlbumArtist,
        ["TCM"] = TagField.Composer, ["TCOM"] = TagField.Composer,
        ["TAL"] = TagField.Album, ["TALB"] = TagField.Album,
        ["TRK"] = TagField.TrackNumber, ["TRCK"] = TagField.TrackNumber,
        ["TPA"] = TagField.DiscNumber, ["TPOS"] = TagField.DiscNumber,
        ["TDRC"] = TagField.Date, ["TDRL"] = TagField.Date,
        ["TCO"] = TagField.Genre, ["TCON"] = TagField.Genre,
        ["TRC"] = TagField.Isrc, ["TSRC"] = TagField.Isrc,
        ["TPB"] = TagField.Label, ["TPUB"] = TagField.Label,
        ["TCR"] = TagField.Copyright, ["TCOP"] = TagField.Copyright,
        ["TCP"] = TagField.Compilation, ["TCMP"] = TagField.Compilation,
    };

    private static readonly Dictionary<string, TagField> UserFields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ARTISTS"] = TagField.ArtistName,
        ["ALBUMARTISTS"] = TagField.AlbumArtistName,
        ["ALBUMARTISTSORT"] = TagField.AlbumArtistSort,
        ["MusicBrainz Artist Id"] = TagField.ArtistId,
        ["MusicBrainz Album Artist Id"] = TagField.AlbumArtistId,
        ["MusicBrainz Album Id"] = TagField.AlbumId,
        ["BARCODE"] = TagField.Upc,
        ["UPC"] = TagField.Upc,
        ["ITUNESADVISORY"] = TagField.Explicit,
    };

    private const string Recording = "UFID";
    private const string Lyrics = "USLT";

    // Versions before 2.4 have the date in two frames: TYER (yyyy) and TDAT (ddMM).
    private string? year;
    private string? dayAndMonth;

    private int IdLength => version == 2 ? 3 : 4;

    private int HeaderLength => version == 2 ? 6 : 10;

    public void Read()
    {
        while (reader.Remaining > HeaderLength && reader.Peek(1)[0] != 0)
        {
            var id = Encoding.Latin1.GetString(reader.Peek(IdLength));
            if (!id.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter)))
            {
                tags.Ignore("The rest of an ID3v2 tag does not begin with a valid frame", Origin);
                break;
            }

            var (size, flags) = ReadHeader();
            if (size > reader.Remaining)
            {
                tags.Ignore($"The ID3v2 frame {id} of {size} bytes extends past the end of its tag", Origin);
                break;
            }

            using var _ = reader.Within(reader.Position + size);
            tags.Try(() => ReadFrame(id, flags));
        }

        if (year is null) return;
        if (dayAndMonth is { Length: 4 }) year = $"{year}-{dayAndMonth[2..]}-{dayAndMonth[..2]}";
        tags.Add(TagField.Date, year);
    }

    private long Origin => reader.Invalid("").Offset;

    private (long Size, int Flags) ReadHeader()
    {
        reader.Skip(IdLength);
        if (version == 2) return (reader.ReadUInt24BigEndian(), 0);

        var size = reader.ReadBytes(4);
        var flags = reader.ReadUInt16BigEndian();
        var plain = (long)size[0] << 24 | (long)size[1] << 16 | (long)size[2] << 8 | size[3];
        if (version == 3) return (plain, flags);

        // Version 2.4 stores seven bits per byte, but older versions of iTunes wrote eight. Use the size that is followed by a frame.
        var safe = Id3v2Tag.SynchSafe(size);
        return size.Any(value => value >= 0x80) || (!IsFollowedByFrame(safe) && IsFollowedByFrame(plain)) ? (plain, flags) : (safe, flags);
    }

    private bool IsFollowedByFrame(long size)
    {
        if (size >= reader.Remaining) return size == reader.Remaining;

        var position = reader.Position;
        reader.Skip(size);
        var next = reader.Peek(1)[0];
        reader.Seek(position);
        return next == 0 || char.IsAsciiLetterUpper((char)next);
    }

    private void ReadFrame(string id, int flags)
    {
        var picture = id is "APIC" or "PIC";
        var known = picture || Fields.ContainsKey(id) || id is "TXXX" or "TXX" or "TYER" or "TYE" or "TDAT" or "TDA"
            or Recording or Lyrics or "ULT";
        if (!known || !(picture ? tags.PictureFits(reader.Remaining, Origin) : tags.TextFits(reader.Remaining, Origin))) return;

        var offset = Origin;
        if (Content(flags, picture) is not { Length: > 1 } content) return;
        if (picture) ReadPicture(content, offset);
        else if (id == Recording) ReadRecording(Encoding.Latin1.GetString(content));
        else if (id is Lyrics or "ULT") ReadLyrics(content);
        else ReadText(id, Id3v2Text.Decode(content[0], content.AsSpan(1)).Split('\0'));
    }

    /// <summary>
    /// Returns the frame's content, decompressed and without unsynchronization, or null if it is encrypted, damaged or too large.
    /// </summary>
    private byte[]? Content(int flags, bool picture)
    {
        var (compressed, encrypted, grouped, unsynced, sized) = version == 4
            ? ((flags & 0x08) != 0, (flags & 0x04) != 0, (flags & 0x40) != 0, (flags & 0x02) != 0 || unsynchronized, (flags & 0x01) != 0)
            : ((flags & 0x80) != 0, (flags & 0x40) != 0, (flags & 0x20) != 0, false, (flags & 0x80) != 0);
        if (encrypted)
        {
            tags.Ignore("An ID3v2 frame is encrypted", Origin);
            return null;
        }

        // Skips the group byte and the four-byte uncompressed length, whose order differs between versions 2.3 and 2.4.
        reader.Skip((grouped ? 1 : 0) + (sized ? 4 : 0));
        var content = reader.ReadBytes(reader.Remaining);
        if (unsynced) content = Id3v2Tag.RemoveUnsynchronization(content);
        return compressed ? Inflate(content, picture) : content;
    }

    private byte[]? Inflate(byte[] content, bool picture)
    {
        if (!Fits(MinimumInflatedBytes)) return null;
        using var zlib = new ZLibStream(new MemoryStream(content), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        var limit = picture ? tags.Limits.PictureBytes : tags.Limits.TextBytes;
        var buffer = new byte[MinimumInflatedBytes];
        try
        {
            while (zlib.Read(buffer) is > 0 and var count)
            {
                if (!tags.Fits("A compressed ID3v2 frame", inflated.Length + count, limit, Origin) || !Fits(count)) return null;
                inflated.Write(buffer, 0, count);
            }
        }
        catch (InvalidDataException)
        {
            throw reader.Invalid("A compressed ID3v2 frame is damaged");
        }

        return inflated.ToArray();

        bool Fits(long bytes) => picture ? tags.PictureFits(bytes, Origin) : tags.TextFits(bytes, Origin);
    }

    private void ReadText(string id, string[] values)
    {
        switch (id)
        {
            case "TYER" or "TYE":
                year = values[0].Trim();
                break;
            case "TDAT" or "TDA":
                dayAndMonth = values[0].Trim();
                break;
            case "TXXX" or "TXX":
                if (UserFields.TryGetValue(values[0].Trim('\uFEFF'), out var field))
                    foreach (var value in version == 4 ? values.Skip(1) : values.Skip(1).Take(1)) tags.Add(field, value);
                break;
            default:
                // Only version 2.4 has lists. In earlier versions, text after the first NUL is ignored.
                foreach (var value in version == 4 ? values : values[..1])
                    foreach (var one in Fields[id] == TagField.Genre ? Id3Genres.Parse(value.Trim('\uFEFF')) : [value])
                        tags.Add(Fields[id], one);
                break;
        }
    }

    // The frame has the owner of the identifier, a NUL and the identifier.
    private void ReadRecording(string content)
    {
        if (content.Split('\0', 2) is ["http://musicbrainz.org", var id]) tags.Add(TagField.RecordingId, id);
    }

    // The frame has the encoding, a language of three letters, a description and the text.
    private void ReadLyrics(byte[] content)
    {
        if (content.Length < 4) return;
        var description = content.AsSpan(4);
        tags.Add(
            TagField.Lyrics, Id3v2Text.Decode(content[0], description[Id3v2Text.TerminatedLength(content[0], description)..]));
    }

    private void ReadPicture(byte[] content, long offset)
    {
        // Version 2.2 has a three-letter format instead of a NUL-terminated media type.
        var type = version == 2 ? 4 : Array.IndexOf(content, (byte)0, 1) + 1;
        if (type == 0 || type >= content.Length)
            throw new InvalidAudioException("The media type of an ID3v2 picture is not terminated", offset);

        var description = content.AsSpan(type + 1);
        var length = Id3v2Text.TerminatedLength(content[0], description);
        tags.AddPicture(content[type], description[length..].ToArray(), offset);
    }
}
