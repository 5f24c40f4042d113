using System.Buffers.Binary;

namespace Spotify.Audio.Features;

/// <summary>
/// A vector of how a track sounds: tracks that sound alike have a high cosine similarity. Vectors of different
/// <see cref="AudioFeatures.Version"/>s cannot be compared.
/// </summary>
/// <remarks>
/// Stored in 132 bytes: the scale as a little-endian 32-bit float, and then 128 signed bytes to multiply by it. The rounding changes the
/// cosine similarity of two vectors by less than 0.01.
/// </remarks>
public sealed class AudioEmbedding
{
    /// <summary>The number of dimensions.</summary>
    public const int Dimensions = 128;

    private const int Length = sizeof(float) + Dimensions;

    private readonly byte[] bytes;

    private AudioEmbedding(byte[] bytes) => this.bytes = bytes;

    /// <summary>The stored form.</summary>
    public byte[] ToArray() => [.. bytes];

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="InvalidDataException">The bytes are not an embedding.</exception>
    public static AudioEmbedding FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length && BinaryPrimitives.ReadSingleLittleEndian(bytes) is var scale && float.IsFinite(scale) && scale >= 0
            ? new AudioEmbedding(bytes.ToArray())
            : throw new InvalidDataException($"{bytes.Length} bytes are not an audio embedding.");

    /// <summary>Normalizes a vector to length 1. A vector of zeros, or with a value that is not finite, becomes zero: unknown.</summary>
    /// <param name="vector">The vector, of <see cref="Dimensions"/> values.</param>
    public static AudioEmbedding Of(ReadOnlySpan<float> vector)
    {
        if (vector.Length != Dimensions) throw new ArgumentException($"The vector has {vector.Length} dimensions.", nameof(vector));
        var (squares, max) = (0.0, 0.0);
        foreach (var value in vector)
        {
            squares += (double)value * value;
            max = Math.Max(max, Math.Abs((double)value));
        }

        var bytes = new byte[Length];
        if (!double.IsFinite(squares) || max == 0) return new AudioEmbedding(bytes);
        BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)(max / Math.Sqrt(squares) / sbyte.MaxValue));
        for (var i = 0; i < Dimensions; i++) bytes[sizeof(float) + i] = (byte)(sbyte)Math.Round(vector[i] / max * sbyte.MaxValue);
        return new AudioEmbedding(bytes);
    }

    /// <summary>Writes the vector, of length 1 up to rounding, or zeros if it is unknown.</summary>
    /// <param name="vector">A buffer for <see cref="Dimensions"/> values.</param>
    public void CopyTo(Span<float> vector)
    {
        var scale = BinaryPrimitives.ReadSingleLittleEndian(bytes);
        for (var i = 0; i < Dimensions; i++) vector[i] = scale * (sbyte)bytes[sizeof(float) + i];
    }
}
