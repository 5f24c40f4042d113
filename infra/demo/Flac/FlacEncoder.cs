using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Spotify.Demo.Flac;

/// <summary>
/// Encodes 16-bit PCM losslessly as FLAC (RFC 9639, streamable subset): fixed predictors and partitioned Rice codes,
/// blocks of 4096 samples. Equal input gives equal bytes.
/// </summary>
public static class FlacEncoder
{
    /// <summary>Samples per second and channel of the input and of the stream.</summary>
    public const int SampleRate = 44_100;

    private const int StreamInfoLength = 34;

    /// <summary>Writes a complete FLAC stream. The destination is neither sought nor closed.</summary>
    /// <param name="destination">Where the stream goes.</param>
    /// <param name="samples">PCM at <see cref="SampleRate"/>; channels interleaved, left first.</param>
    /// <param name="channels">1 or 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">Neither one nor two channels.</exception>
    /// <exception cref="ArgumentException">The last sample of a stereo pair is missing.</exception>
    public static void Encode(Stream destination, ReadOnlySpan<short> samples, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 2);
        if (samples.Length % channels != 0)
            throw new ArgumentException($"{samples.Length} samples do not divide into {channels} channels.", nameof(samples));

        WriteHeader(destination, samples, channels);
        var frame = new FlacFrameWriter();
        for (uint number = 0; !samples.IsEmpty; number++)
        {
            var block = samples[..Math.Min(samples.Length, FlacFrameWriter.BlockSize * channels)];
            destination.Write(frame.Write(number, block, channels));
            samples = samples[block.Length..];
        }
    }

    private static void WriteHeader(Stream destination, ReadOnlySpan<short> samples, int channels)
    {
        Span<byte> header = stackalloc byte[8 + StreamInfoLength];
        header.Clear();
        "fLaC"u8.CopyTo(header);
        header[4] = 0x80; // STREAMINFO, and no other metadata after it
        header[7] = StreamInfoLength;
        var info = header[8..];
        BinaryPrimitives.WriteUInt16BigEndian(info, FlacFrameWriter.BlockSize);
        BinaryPrimitives.WriteUInt16BigEndian(info[2..], FlacFrameWriter.BlockSize);
        // The frame sizes in between stay zero, "unknown": they would have to be known before the first frame is made.
        var total = (ulong)(samples.Length / channels);
        BinaryPrimitives.WriteUInt64BigEndian(
            info[10..],
            ((ulong)SampleRate << 44) | ((ulong)(channels - 1) << 41) | ((ulong)(FlacFrameWriter.SampleBits - 1) << 36) | total);
        Fingerprint(samples, info[18..]);
        destination.Write(header);
    }

    /// <summary>MD5 of the samples as little-endian bytes, as STREAMINFO wants it.</summary>
    private static void Fingerprint(ReadOnlySpan<short> samples, Span<byte> destination)
    {
        if (BitConverter.IsLittleEndian)
        {
            MD5.HashData(MemoryMarshal.AsBytes(samples), destination);
            return;
        }
        var swapped = new short[samples.Length];
        BinaryPrimitives.ReverseEndianness(samples, swapped);
        MD5.HashData(MemoryMarshal.AsBytes<short>(swapped), destination);
    }
}
