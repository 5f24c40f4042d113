using System.Text;

namespace Spotify.Audio.Tests.Tags;

/// <summary>Builder of tags and of minimal files that have them.</summary>
internal static class TagFixture
{
    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 1, 2, 3, 0xFF, 0, 0xFF];
    public static readonly byte[] Png = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 9, 9];

    /// <summary>Builds two MPEG-1 layer III frames of silence, 128 kbit/s at 44.1 kHz.</summary>
    public static byte[] Mp3()
    {
        byte[] frame = [0xFF, 0xFB, 0x90, 0x00, .. new byte[413]];
        return [.. frame, .. frame];
    }

    public static byte[] Id3(int version, int flags, params byte[][] content)
    {
        var body = ByteWriter.Concat(content);
        return new ByteWriter().Ascii("ID3").Byte(version).Byte(0).Byte(flags).Bytes(SynchSafe(body.Length)).Bytes(body).ToArray();
    }

    public static byte[] SynchSafe(int value) =>
        [(byte)(value >> 21 & 0x7F), (byte)(value >> 14 & 0x7F), (byte)(value >> 7 & 0x7F), (byte)(value & 0x7F)];

    public static byte[] Frame22(string id, params byte[] content) =>
        new ByteWriter().Ascii(id).BigEndian24(content.Length).Bytes(content).ToArray();

    public static byte[] Frame23(string id, params byte[] content) => Frame23(id, 0, content);

    public static byte[] Frame23(string id, int flags, byte[] content) =>
        new ByteWriter().Ascii(id).BigEndian32(content.Length).BigEndian16(flags).Bytes(content).ToArray();

    public static byte[] Frame24(string id, params byte[] content) => Frame24(id, 0, content);

    public static byte[] Frame24(string id, int flags, byte[] content) =>
        new ByteWriter().Ascii(id).Bytes(SynchSafe(content.Length)).BigEndian16(flags).Bytes(content).ToArray();

    public static byte[] Latin1(string text) => [0, .. Encoding.Latin1.GetBytes(text)];

    public static byte[] Utf16(string text) => [1, 0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)];

    public static byte[] Utf16BigEndianMarked(string text) => [1, 0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)];

    public static byte[] Utf16BigEndian(string text) => [2, .. Encoding.BigEndianUnicode.GetBytes(text)];

    public static byte[] Utf8(string text) => [3, .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Unsynchronize(byte[] bytes)
    {
        var result = new List<byte>();
        for (var i = 0; i < bytes.Length; i++)
        {
            result.Add(bytes[i]);
            if (bytes[i] == 0xFF && (i + 1 == bytes.Length || bytes[i + 1] == 0 || bytes[i + 1] >= 0xE0)) result.Add(0);
        }

        return [.. result];
    }

    public static byte[] Id3v1(string title, string artist, string album, string year, int track, int genre) => new ByteWriter()
        .Ascii("TAG").Ascii(title.PadRight(30, '\0')).Ascii(artist.PadRight(30, '\0')).Ascii(album.PadRight(30, '\0')).Ascii(year)
        .Bytes(new byte[28]).Byte(0).Byte(track).Byte(genre).ToArray();

    public static byte[] FlacPictureBlock(int type, byte[] picture, long? claimedLength = null) => new ByteWriter()
        .BigEndian32(type).BigEndian32(10).Ascii("image/jpeg").BigEndian32(5).Ascii("cover").Bytes(new byte[16])
        .BigEndian32(claimedLength ?? picture.Length).Bytes(picture).ToArray();

    public static byte[] Flac(params byte[][] blocks) => ByteWriter.Concat(
        [[.. "fLaC"u8], FlacFixture.Block(0, FlacFixture.StreamInfo(0)), .. blocks, FlacFixture.Block(1, [], last: true)]);

    public static byte[] Chunk(string type, params byte[][] content)
    {
        var body = ByteWriter.Concat(content);
        return new ByteWriter().Ascii(type).LittleEndian32(body.Length).Bytes(body).Bytes(new byte[body.Length % 2]).ToArray();
    }

    public static byte[] Wav(params byte[][] chunks) => Chunk("RIFF", [[.. "WAVE"u8], Chunk("fmt ", new byte[16]), .. chunks]);

    public static byte[] Info(params byte[][] fields) => Chunk("LIST", [[.. "INFO"u8], .. fields]);

    public static byte[] M4a(params byte[][] items) => ByteWriter.Concat(
        Mp4Fixture.FileType(),
        Mp4Fixture.Box("mdat", new byte[50]),
        Mp4Fixture.Box("moov", Mp4Fixture.Box("mvhd", new byte[100]), Mp4Fixture.Box(
            "udta", Mp4Fixture.Box("meta", new byte[4], Mp4Fixture.Box("hdlr", new byte[25]), Mp4Fixture.Box("ilst", items)))));

    public static byte[] Data(int type, params byte[] value) =>
        Mp4Fixture.Box("data", new ByteWriter().BigEndian32(type).BigEndian32(0).Bytes(value).ToArray());

    public static byte[] Text(string value) => Data(1, Encoding.UTF8.GetBytes(value));

    public static byte[] Item(string type, params byte[][] data) => Mp4Fixture.Box(type, data);

    public static byte[] Freeform(string name, string value) => Item(
        "----",
        Mp4Fixture.Box("mean", [0, 0, 0, 0, .. "com.apple.iTunes"u8]),
        Mp4Fixture.Box("name", [0, 0, 0, 0, .. Encoding.UTF8.GetBytes(name)]),
        Text(value));
}
