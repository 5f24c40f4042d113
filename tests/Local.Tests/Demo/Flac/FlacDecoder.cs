using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Spotify.Local.Tests.Demo.Flac;

/// <summary>
/// A strict decoder of the FLAC streams that the encoder may write. Written from RFC 9639, independently of the encoder; asserts every
/// reserved bit, checksum and count.
/// </summary>
internal sealed class FlacDecoder
{
    private readonly byte[] stream;
    private int bit;

    private FlacDecoder(byte[] stream) => this.stream = stream;

    public static (short[] Samples, int Channels) Decode(byte[] stream) => new FlacDecoder(stream).Decode();

    private (short[] Samples, int Channels) Decode()
    {
        Assert.Equal("fLaC"u8.ToArray(), stream[..4]);
        bit = 32;
        Assert.Equal(1u, Read(1));
        Assert.Equal(0u, Read(7));
        Assert.Equal(34u, Read(24));
        Assert.Equal(4096u, Read(16));
        Assert.Equal(4096u, Read(16));
        Assert.Equal(0u, Read(24));
        Assert.Equal(0u, Read(24));
        Assert.Equal(44_100u, Read(20));
        var channels = (int)Read(3) + 1;
        Assert.Equal(16u, Read(5) + 1);
        Assert.Equal(0u, Read(4));
        var total = (int)Read(32);
        var fingerprint = stream[(bit / 8)..((bit / 8) + 16)];
        bit += 128;

        var samples = new List<short>(total * channels);
        for (uint number = 0; bit < stream.Length * 8; number++)
            ReadFrame(number, channels, total - (samples.Count / channels), samples);
        var pcm = samples.ToArray();
        Assert.Equal(total * channels, pcm.Length);
        Assert.Equal(fingerprint, MD5.HashData(MemoryMarshal.AsBytes<short>(pcm)));
        return (pcm, channels);
    }

    private void ReadFrame(uint number, int channels, int remaining, List<short> samples)
    {
        var start = bit / 8;
        Assert.Equal(0b1111_1111_1111_1000u, Read(16));
        var sizeCode = Read(4);
        Assert.Equal(9u, Read(4));
        var assignment = Read(4);
        Assert.Equal(4u, Read(3));
        Assert.Equal(0u, Read(1));
        Assert.Equal(number, ReadNumber());
        var size = sizeCode switch
        {
            12 => 4096,
            7 => (int)Read(16) + 1,
            _ => throw new InvalidDataException($"Block size code {sizeCode}."),
        };
        Assert.Equal(Math.Min(4096, remaining), size);
        var header = stream[start..(bit / 8)];
        Assert.Equal(Crc(header, 8, 0x07), (int)Read(8));

        var first = ReadSubframe(size, assignment == 9 ? 17 : 16);
        var second = channels == 1 ? [] : ReadSubframe(size, assignment is 8 or 10 ? 17 : 16);
        while (bit % 8 != 0)
            Assert.Equal(0u, Read(1));
        var frame = stream[start..(bit / 8)];
        Assert.Equal(Crc(frame, 16, 0x8005), (int)Read(16));

        Assert.Equal(channels == 1, assignment == 0);
        for (var i = 0; i < size; i++)
        {
            switch (assignment)
            {
                case 0:
                    samples.Add((short)first[i]);
                    break;
                case 1:
                    Add(first[i], second[i]);
                    break;
                case 8:
                    Add(first[i], first[i] - second[i]);
                    break;
                case 9:
                    Add(first[i] + second[i], second[i]);
                    break;
                case 10:
                    var sum = (2 * first[i]) | (second[i] & 1);
                    Add((sum + second[i]) / 2, (sum - second[i]) / 2);
                    break;
                default:
                    throw new InvalidDataException($"Channel assignment {assignment}.");
            }
        }

        void Add(int left, int right)
        {
            samples.Add(checked((short)left));
            samples.Add(checked((short)right));
        }
    }

    private int[] ReadSubframe(int size, int bits)
    {
        Assert.Equal(0u, Read(1));
        var type = (int)Read(6);
        Assert.Equal(0u, Read(1));
        var samples = new int[size];
        switch (type)
        {
            case 0:
                Array.Fill(samples, ReadSigned(bits));
                break;
            case 1:
                for (var i = 0; i < size; i++)
                    samples[i] = ReadSigned(bits);
                break;
            case >= 8 and <= 12:
                ReadFixed(samples, type - 8, bits);
                break;
            default:
                throw new InvalidDataException($"Subframe type {type}.");
        }
        return samples;
    }

    private void ReadFixed(int[] samples, int order, int bits)
    {
        int[][] coefficients = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];
        for (var i = 0; i < order; i++)
            samples[i] = ReadSigned(bits);
        Assert.Equal(0u, Read(2));
        var partitions = 1 << (int)Read(4);
        Assert.Equal(0, samples.Length % partitions);
        Assert.True(samples.Length / partitions > order);
        var position = order;
        for (var partition = 1; partition <= partitions; partition++)
        {
            var parameter = (int)Read(4);
            Assert.NotEqual(15, parameter);
            for (; position < samples.Length / partitions * partition; position++)
            {
                uint quotient = 0;
                while (Read(1) == 0)
                    quotient++;
                var folded = (quotient << parameter) | Read(parameter);
                var predicted = coefficients[order].Select((c, k) => c * samples[position - 1 - k]).Sum();
                samples[position] = predicted + ((int)(folded >> 1) ^ -(int)(folded & 1));
            }
        }
    }

    private uint ReadNumber()
    {
        var ones = 0;
        while (Read(1) == 1)
            ones++;
        var number = Read(7 - ones);
        for (var i = 1; i < ones; i++)
        {
            Assert.Equal(2u, Read(2));
            number = (number << 6) | Read(6);
        }
        return number;
    }

    private uint Read(int count)
    {
        uint value = 0;
        for (var i = 0; i < count; i++, bit++)
            value = (value << 1) | (uint)((stream[bit / 8] >> (7 - (bit % 8))) & 1);
        return value;
    }

    private int ReadSigned(int count) => (int)(Read(count) << (32 - count)) >> (32 - count);

    private static int Crc(byte[] bytes, int width, int polynomial)
    {
        var crc = 0;
        foreach (var value in bytes)
        {
            for (var i = 7; i >= 0; i--)
            {
                var carry = ((crc >> (width - 1)) ^ (value >> i)) & 1;
                crc = ((crc << 1) ^ (carry * polynomial)) & ((1 << width) - 1);
            }
        }
        return crc;
    }
}
