namespace Spotify.Audio.Tests;

/// <summary>Builder of minimal fragmented MP4 files.</summary>
internal static class Mp4Fixture
{
    public static byte[] Box(string type, params byte[][] content)
    {
        var body = ByteWriter.Concat(content);
        return new ByteWriter().BigEndian32(body.Length + 8).Ascii(type).Bytes(body).ToArray();
    }

    public static byte[] FileType() => Box("ftyp", [.. "iso5"u8, 0, 0, 2, 0]);

    public static byte[] Movie(long? editStart = null, int timescale = 44_100, string codec = "mp4a", int tracks = 1) => Box(
        "moov",
        [
            Box("mvhd", new ByteWriter().Bytes(new byte[12]).BigEndian32(1000).Bytes(new byte[84]).ToArray()),
            .. Enumerable.Repeat(Track(editStart, timescale, codec), tracks),
            Box("mvex", Box("trex", new ByteWriter()
                .BigEndian32(0).BigEndian32(1).BigEndian32(1).BigEndian32(1024).BigEndian32(0).BigEndian32(0).ToArray())),
        ]);

    /// <summary>Builds a fragment and its data.</summary>
    public static byte[] Fragment(long time, int frames = 43, int track = 1, int dataShift = 0, int frameBytes = 10)
    {
        var moof = Moof(0);
        return ByteWriter.Concat(Moof(moof.Length + 8 + dataShift), Box("mdat", new byte[frames * frameBytes]));

        byte[] Moof(int dataOffset) => Box("moof", Box("traf",
            Box("tfhd", new ByteWriter().BigEndian32(0x20010).BigEndian32(track).BigEndian32(frameBytes).ToArray()),
            Box("tfdt", new ByteWriter().BigEndian32(0x1000000).BigEndian64(time).ToArray()),
            Box("trun", new ByteWriter().BigEndian32(1).BigEndian32(frames).BigEndian32(dataOffset).ToArray())));
    }

    public static byte[] Stream(int fragments = 5, long? editStart = null, long firstTime = 0) => ByteWriter.Concat(
        [FileType(), Movie(editStart), .. Enumerable.Range(0, fragments).Select(number => Fragment(firstTime + number * 43 * 1024))]);

    private static byte[] Track(long? editStart, int timescale, string codec)
    {
        var edits = editStart is { } time
            ? Box("edts", Box("elst", new ByteWriter()
                .BigEndian32(0).BigEndian32(1).BigEndian32(0).BigEndian32(time).BigEndian32(0x10000).ToArray()))
            : [];
        var entry = Box(codec, new ByteWriter()
            .Bytes(new byte[16]).BigEndian16(2).BigEndian16(16).BigEndian32(0).BigEndian32(44_100L << 16).ToArray());
        return Box("trak",
            Box("tkhd", new ByteWriter().Bytes(new byte[12]).BigEndian32(1).Bytes(new byte[68]).ToArray()),
            edits,
            Box("mdia",
                Box("mdhd", new ByteWriter().Bytes(new byte[12]).BigEndian32(timescale).BigEndian64(0).ToArray()),
                Box("minf", Box("stbl", Box("stsd", new ByteWriter().BigEndian32(0).BigEndian32(1).Bytes(entry).ToArray())))));
    }
}
