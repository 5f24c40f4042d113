using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Spotify.Audio;

namespace Spotify.Demo.Flac;

/// <summary>
/// An encoder of 16-bit PCM as FLAC (RFC 9639, streamable subset): fixed predictors, Rice codes and the cheapest of the four stereo modes,
/// in blocks of 4096 samples. Equal input gives equal bytes.
/// </summary>
public static class FlacEncoder
{
    /// <summary>Samples per second and channel of the input and of the stream.</summary>
    public const int SampleRate = 44_100;

    private const int BlockSize = 4096;
    private const int SampleBits = 16;

    /// <summary>Writes a complete FLAC stream. Does not seek or close the destination.</summary>
    /// <param name="destination">The stream to write to.</param>
    /// <param name="samples">PCM at <see cref="SampleRate"/>, channels interleaved, left first.</param>
    /// <param name="channels">1 or 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of channels is neither 1 nor 2.</exception>
    /// <exception cref="ArgumentException">The last sample of a stereo pair is missing.</exception>
    public static void Encode(Stream destination, ReadOnlySpan<short> samples, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(channels, 1, 2), channels);
        if (samples.Length % channels != 0) throw new ArgumentException("The last sample of a stereo pair is missing.", nameof(samples));

        var bits = new BitWriter();
        WriteStreamInfo(bits, samples, channels);
        for (uint number = 0; !samples.IsEmpty; number++)
        {
            destination.Write(bits.Written);
            bits.Clear();
            var block = samples[..Math.Min(samples.Length, BlockSize * channels)];
            WriteFrame(bits, number, block, channels);
            samples = samples[block.Length..];
        }

        destination.Write(bits.Written);
    }

    private static void WriteStreamInfo(BitWriter bits, ReadOnlySpan<short> samples, int channels)
    {
        foreach (var letter in "fLaC"u8) bits.Write(letter, 8);
        // The last metadata block, of type STREAMINFO and 34 bytes (section 8.2).
        bits.Write(0x8000_0022, 32);
        bits.Write(BlockSize, 16);
        bits.Write(BlockSize, 16);
        // The sizes of the smallest and the largest frame: unknown.
        bits.WriteZeros(48);
        bits.Write(SampleRate, 20);
        bits.Write((uint)channels - 1, 3);
        bits.Write(SampleBits - 1, 5);
        bits.WriteZeros(4);
        bits.Write((uint)(samples.Length / channels), 32);
        foreach (var part in MD5.HashData(MemoryMarshal.AsBytes(samples))) bits.Write(part, 8);
    }

    private static void WriteFrame(BitWriter bits, uint number, ReadOnlySpan<short> block, int channels)
    {
        var length = block.Length / channels;
        int[] left = new int[length], right = new int[length], mid = new int[length], side = new int[length];
        for (var i = 0; i < length; i++)
        {
            int l = block[i * channels], r = block[(i * channels) + channels - 1];
            (left[i], right[i], mid[i], side[i]) = (l, r, (l + r) >> 1, l - r);
        }

        var (mode, subframes) = channels == 1 ? (0b0000u, [new FlacSubframe(left, SampleBits)]) : Cheapest(left, right, mid, side);

        // Section 9.1: the sync code, 4096 samples or a length that follows, 44.1 kHz, the stereo mode, 16 bits.
        bits.Write(0b1111_1111_1111_1000, 16);
        bits.Write(length == BlockSize ? 0b1100u : 0b0111, 4);
        bits.Write(0b1001, 4);
        bits.Write(mode, 4);
        bits.Write(0b1000, 4);
        WriteNumber(bits, number);
        if (length != BlockSize) bits.Write((uint)length - 1, 16);
        bits.Write(Crc.Crc8(bits.Written), 8);
        foreach (var subframe in subframes) subframe.Write(bits);
        bits.Align();
        bits.Write(Crc.Crc16(bits.Written), 16);
    }

    private static (uint Mode, FlacSubframe[] Subframes) Cheapest(int[] left, int[] right, int[] mid, int[] side)
    {
        FlacSubframe l = new(left, SampleBits), r = new(right, SampleBits), m = new(mid, SampleBits), s = new(side, SampleBits + 1);
        (uint, FlacSubframe[])[] modes = [(0b0001, [l, r]), (0b1000, [l, s]), (0b1001, [s, r]), (0b1010, [m, s])];
        return modes.MinBy(mode => mode.Item2.Sum(subframe => subframe.Bits));
    }

    /// <summary>Writes the frame number in the code of UTF-8, extended to 31 bits (section 9.1.5).</summary>
    private static void WriteNumber(BitWriter bits, uint number)
    {
        if (number < 0x80)
        {
            bits.Write(number, 8);
            return;
        }

        var followers = 1;
        while (number >> ((5 * followers) + 6) != 0) followers++;
        bits.Write(((0xFFu << (7 - followers)) & 0xFF) | (number >> (6 * followers)), 8);
        for (var i = followers - 1; i >= 0; i--) bits.Write(0x80 | ((number >> (6 * i)) & 0x3F), 8);
    }
}
