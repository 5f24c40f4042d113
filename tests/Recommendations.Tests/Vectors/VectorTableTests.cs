using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Tests.Vectors;

public sealed class VectorTableTests
{
    [Theory]
    [InlineData(VectorFormat.Float32, 1e-6)]
    [InlineData(VectorFormat.Int8, 8e-4)]
    public void ReturnsInnerProductsAndVectorsOfAnyNumberOfDimensions(VectorFormat format, double error)
    {
        var random = new Random(1);
        foreach (var dimensions in Enumerable.Range(1, 70).Append(128).Append(1000))
        {
            var rows = Vectors(random, 20, dimensions);
            var table = VectorTable.Create(format, dimensions, rows);
            var (query, decoded) = (Vectors(random, 1, dimensions), new float[dimensions]);
            for (var row = 0; row < table.Count; row++)
            {
                var vector = rows.AsSpan(row * dimensions, dimensions);
                table.CopyTo(row, decoded);
                var tolerance = error * Math.Sqrt(Dot(vector, vector) * Dot(query, query)) * (1 + 24 / Math.Sqrt(dimensions));
                Assert.Equal(Dot(vector, query), table.Dot(row, query), Math.Max(tolerance, 1e-6));
                Assert.Equal(Dot(decoded, query), table.Dot(row, query), 1e-5 * (1 + Math.Abs(Dot(decoded, query))));
            }
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-38f)]
    [InlineData(1e-45f)]
    [InlineData(1f)]
    [InlineData(1e30f)]
    [InlineData(3.4e38f)]
    public void VectorsOfAnyMagnitudeAreQuantized(float magnitude)
    {
        var decoded = new float[4];
        VectorTable.Create(VectorFormat.Int8, 4, [magnitude, -magnitude, 0, magnitude / 2]).CopyTo(0, decoded);

        float[] expected = [magnitude, -magnitude, 0, magnitude / 2];
        foreach (var (number, exact) in decoded.Zip(expected)) Assert.Equal(exact, number, magnitude / 100 + 1e-38);
    }

    [Theory]
    [InlineData(VectorFormat.Float32, 512)]
    [InlineData(VectorFormat.Int8, 145)]
    public void SizeOfAVector(VectorFormat format, int bytes) => Assert.Equal(bytes, VectorTable.BytesPerVector(format, 128));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void RejectsNumbersThatAreNotFinite(float number)
    {
        var error = Assert.Throws<ArgumentException>(() => VectorTable.Create(VectorFormat.Float32, 2, [0, 0, 0, number]));
        Assert.StartsWith("The vector of row 1 ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RejectsIncompleteVectorsAndOtherDimensions()
    {
        Assert.Throws<ArgumentException>(() => VectorTable.Create(VectorFormat.Float32, 2, [0, 0, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VectorTable.Create(VectorFormat.Float32, 0, []));
        var table = VectorTable.Create(VectorFormat.Float32, 2, [0, 0]);
        Assert.Throws<ArgumentException>(() => table.Dot(0, [1]));
        Assert.Throws<ArgumentException>(() => table.CopyTo(0, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Dot(1, [1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Dot(-1, [1, 1]));
    }

    [Theory]
    [InlineData(VectorFormat.Float32)]
    [InlineData(VectorFormat.Int8)]
    public void SectionsOfFilesKeepTheVectors(VectorFormat format)
    {
        var table = VectorTable.Create(format, 3, Vectors(new Random(1), 100, 3));
        var path = Path.GetTempFileName();
        try
        {
            using (var stream = File.Create(path))
            {
                var writer = new SectionWriter(stream, new("vectors", 1));
                table.Write(writer, "vectors");
                writer.Complete();
            }

            using var file = SectionFile.Open(path, new("vectors", 1));
            var copy = VectorTable.Read(file, "vectors", format, 100, 3);
            for (var row = 0; row < 100; row++) Assert.Equal(table.Dot(row, [1, 2, 3]), copy.Dot(row, [1, 2, 3]));
            Assert.Throws<InvalidDataException>(() => VectorTable.Read(file, "vectors", format, 99, 3));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static float[] Vectors(Random random, int count, int dimensions) =>
        [.. Enumerable.Range(0, count * dimensions).Select(_ => random.NextSingle() - 0.5f)];

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var dot = 0.0;
        for (var i = 0; i < left.Length; i++) dot += (double)left[i] * right[i];
        return dot;
    }
}
