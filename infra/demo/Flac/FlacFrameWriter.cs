using Spotify.Audio;

namespace Spotify.Demo.Flac;

/// <summary>Makes FLAC frames one after the other (RFC 9639, section 9), each in the cheapest of the four stereo forms.</summary>
internal sealed class FlacFrameWriter
{
    /// <summary>Samples per channel in every frame but the last.</summary>
    public const int BlockSize = 4096;

    /// <summary>Bits per sample.</summary>
    public const int SampleBits = 16;

    // A header of at most 16 bytes and a checksum; one channel of 16 and one of 17 bits, a type byte for each.
    private const int MaxLength = 32 + (BlockSize * (SampleBits + SampleBits + 1) / 8);

    private readonly BitWriter writer = new(MaxLength);
    private readonly FlacSubframe left = new(BlockSize);
    private readonly FlacSubframe right = new(BlockSize);
    private readonly FlacSubframe mid = new(BlockSize);
    private readonly FlacSubframe side = new(BlockSize);

    /// <summary>The channel bits of a frame header (section 9.1.3).</summary>
    private enum Channels : uint
    {
        Mono = 0b0000,
        LeftRight = 0b0001,
        LeftSide = 0b1000,
        SideRight = 0b1001,
        MidSide = 0b1010,
    }

    /// <summary>Makes one frame.</summary>
    /// <param name="number">0 for the first frame; at most 31 bits.</param>
    /// <param name="block">1 to <see cref="BlockSize"/> samples per channel, interleaved.</param>
    /// <param name="channels">1 or 2.</param>
    /// <returns>The frame's bytes, valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(uint number, ReadOnlySpan<short> block, int channels)
    {
        writer.Clear();
        if (channels == 1)
            WriteMono(number, block);
        else
            WriteStereo(number, block);
        writer.Align();
        writer.Write(Crc.Crc16(writer.Written), 16);
        return writer.Written;
    }

    private void WriteMono(uint number, ReadOnlySpan<short> block)
    {
        for (var i = 0; i < block.Length; i++)
            left.Samples[i] = block[i];
        left.Analyze(block.Length, SampleBits);
        WriteHeader(number, block.Length, Channels.Mono);
        left.Write(writer);
    }

    private void WriteStereo(uint number, ReadOnlySpan<short> block)
    {
        var length = block.Length / 2;
        for (var i = 0; i < length; i++)
        {
            int l = block[2 * i], r = block[(2 * i) + 1];
            (left.Samples[i], right.Samples[i], mid.Samples[i], side.Samples[i]) = (l, r, (l + r) >> 1, l - r);
        }
        left.Analyze(length, SampleBits);
        right.Analyze(length, SampleBits);
        mid.Analyze(length, SampleBits);
        side.Analyze(length, SampleBits + 1);
        var (assignment, first, second) = Cheapest();
        WriteHeader(number, length, assignment);
        first.Write(writer);
        second.Write(writer);
    }

    private (Channels Assignment, FlacSubframe First, FlacSubframe Second) Cheapest()
    {
        var best = (Assignment: Channels.LeftRight, First: left, Second: right);
        Consider(Channels.LeftSide, left, side);
        Consider(Channels.SideRight, side, right);
        Consider(Channels.MidSide, mid, side);
        return best;

        void Consider(Channels assignment, FlacSubframe first, FlacSubframe second)
        {
            if (first.Bits + second.Bits < best.First.Bits + best.Second.Bits)
                best = (assignment, first, second);
        }
    }

    private void WriteHeader(uint number, int length, Channels channels)
    {
        const uint SyncAndFixedBlocks = 0b1111_1111_1111_1000;
        const uint Length4096 = 0b1100, LengthFollows = 0b0111;
        const uint Rate44100 = 0b1001;
        const uint Depth16 = 0b100;
        writer.Write(SyncAndFixedBlocks, 16);
        writer.Write(length == BlockSize ? Length4096 : LengthFollows, 4);
        writer.Write(Rate44100, 4);
        writer.Write((uint)channels, 4);
        writer.Write(Depth16 << 1, 4);
        WriteNumber(number);
        if (length != BlockSize)
            writer.Write((uint)(length - 1), 16);
        writer.Write(Crc.Crc8(writer.Written), 8);
    }

    /// <summary>Codes the frame number as UTF-8 codes a character, but up to 31 bits (section 9.1.5).</summary>
    private void WriteNumber(uint number)
    {
        if (number < 0x80)
        {
            writer.Write(number, 8);
            return;
        }
        var followers = 1;
        while (number >> ((5 * followers) + 6) != 0)
            followers++;
        var marker = (0xFFu << (7 - followers)) & 0xFF;
        writer.Write(marker | (number >> (6 * followers)), 8);
        for (var i = followers - 1; i >= 0; i--)
            writer.Write(0x80 | ((number >> (6 * i)) & 0x3F), 8);
    }
}
