namespace Spotify.Audio.Tests;

/// <summary>Builder of minimal FLAC files, whose frames are constant subframes.</summary>
internal static class FlacFixture
{
    public static byte[] StreamInfo(long samples, int sampleRate = 44_100, int channels = 2) => new ByteWriter()
        .BigEndian16(4096).BigEndian16(4096).BigEndian24(0).BigEndian24(0)
        .BigEndian64((long)sampleRate << 44 | (long)(channels - 1) << 41 | 15L << 36 | samples)
        .Bytes(new byte[16]).ToArray();

    public static byte[] Block(int type, byte[] content, bool last = false) =>
        new ByteWriter().Byte(type | (last ? 0x80 : 0)).BigEndian24(content.Length).Bytes(content).ToArray();

    /// <summary>Builds a frame of 4096 samples of the same value at 44.1 kHz, 16 bits, two channels.</summary>
    public static byte[] Frame(int number, bool variableBlocks = false, int value = 0)
    {
        var header = new ByteWriter().Byte(0xFF).Byte(variableBlocks ? 0xF9 : 0xF8).Byte(0xC9).Byte(0x18)
            .Bytes(Number(variableBlocks ? number * 4096 : number)).ToArray();
        var frame = new ByteWriter().Bytes(header).Byte((int)ByteWriter.Crc(header, 8, 0x07))
            .Byte(0).BigEndian16(value).Byte(0).BigEndian16(value).ToArray();
        return new ByteWriter().Bytes(frame).BigEndian16((int)ByteWriter.Crc(frame, 16, 0x8005)).ToArray();
    }

    public static byte[] Header(long samples, params byte[][] moreBlocks) => ByteWriter.Concat(
        [[.. "fLaC"u8], Block(0, StreamInfo(samples)), .. moreBlocks, Block(1, new byte[20], last: true)]);

    public static byte[] Stream(int frames = 60, bool variableBlocks = false, bool unknownLength = false) => ByteWriter.Concat(
        [Header(unknownLength ? 0 : frames * 4096), .. Enumerable.Range(0, frames).Select(number => Frame(number, variableBlocks))]);

    private static IEnumerable<byte> Number(int value) => value switch
    {
        < 0x80 => [(byte)value],
        < 0x800 => [(byte)(0xC0 | value >> 6), (byte)(0x80 | value & 0x3F)],
        < 0x10000 => [(byte)(0xE0 | value >> 12), (byte)(0x80 | value >> 6 & 0x3F), (byte)(0x80 | value & 0x3F)],
        _ => [(byte)(0xF0 | value >> 18), (byte)(0x80 | value >> 12 & 0x3F), (byte)(0x80 | value >> 6 & 0x3F), (byte)(0x80 | value & 0x3F)],
    };
}
