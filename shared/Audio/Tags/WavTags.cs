using System.Text;
using System.Text.Unicode;

namespace Spotify.Audio.Tags;

/// <summary>
/// The tags of a WAV (RIFF) file: an ID3v2 tag in the chunk <c>id3 </c>, and the older <c>INFO</c> list for fields that it lacks.
/// </summary>
internal static class WavTags
{
    private const int ChunkHeaderBytes = 8;

    private static readonly Dictionary<string, TagField> Fields = new()
    {
        ["INAM"] = TagField.Title,
        ["IART"] = TagField.Artist,
        ["IMUS"] = TagField.Composer,
        ["IPRD"] = TagField.Album,
        ["IPRT"] = TagField.TrackNumber,
        ["ITRK"] = TagField.TrackNumber,
        ["ICRD"] = TagField.Date,
        ["IGNR"] = TagField.Genre,
        ["ICOP"] = TagField.Copyright,
    };

    public static void Read(ByteReader reader, TagCollector tags)
    {
        var info = new TagCollector(tags.Budget);
        reader.Skip(12);
        ReadChunks(reader, tags, (type, _) =>
        {
            if (type is "id3 " or "ID3 " && Id3v2Tag.IsAt(reader)) Id3v2Tag.Read(reader, tags);
            if (type != "LIST" || !reader.Peek(4).SequenceEqual("INFO"u8)) return;

            reader.Skip(4);
            ReadChunks(reader, tags, (field, length) => ReadInfo(reader, info, field, length));
        });
        tags.FillFrom(info);
    }

    private static void ReadChunks(ByteReader reader, TagCollector tags, Action<string, long> read)
    {
        while (reader.Remaining >= ChunkHeaderBytes)
        {
            var type = Encoding.Latin1.GetString(reader.ReadBytes(4));
            var length = reader.ReadUInt32LittleEndian();
            if (length > reader.Remaining)
            {
                // The length 0xFFFFFFFF means unknown: recorders that cannot seek back leave it in the header. The samples are then the
                // last chunk.
                if (type != "data") tags.Ignore($"The chunk '{type}' of {length} bytes extends past the end of the file", reader.Position);
                return;
            }

            using (reader.Within(reader.Position + length)) tags.Try(() => read(type, length));
            if (length % 2 == 1 && reader.Remaining > 0) reader.Skip(1);
        }
    }

    private static void ReadInfo(ByteReader reader, TagCollector info, string type, long length)
    {
        if (!Fields.TryGetValue(type, out var field) || !info.TextFits(length, reader.Position)) return;

        // The format does not specify an encoding. Text that is not valid UTF-8 is decoded as Latin-1.
        var bytes = reader.ReadBytes(length);
        info.Add(field, (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes));
    }
}
