using System.Runtime.Intrinsics;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Tests.Factors;

/// <summary>Tests of <see cref="Kernels"/>: the widths of all processors, on any processor.</summary>
public sealed unsafe class KernelsTests
{
    public static TheoryData<string> Widths => ["128", "256", "512"];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_are_right(string width)
    {
        var kernels = Of(width);
        var (stride, rows, depth) = (3 * kernels.Padding, 8, 5);
        using var a = Random(rows * depth);
        using var b = Random(depth * stride);
        using var c = Random(rows * stride);
        var expected = new float[rows * stride];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < stride; j++)
            {
                expected[i * stride + j] = Floats(c)[i * stride + j];
                for (var k = 0; k < depth; k++) expected[i * stride + j] += Floats(a)[i + k * rows] * Floats(b)[k * stride + j];
            }
        }

        kernels.Multiply(Floats(a), 1, rows, Floats(b), Floats(c), stride, rows, stride, depth, upper: false);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], Floats(c)[i], 1e-5f);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Sparse_rows_are_accumulated(string width)
    {
        var kernels = Of(width);
        var length = 2 * kernels.Padding;
        using var vectors = Random(20 * length);
        using var x = Random(length);
        for (var count = 1; count <= 13; count++)
        {
            int[] columns = [.. Enumerable.Range(0, count).Select(i => 7 * i % 20)];
            float[] weights = [.. Enumerable.Range(0, count).Select(i => i - 4.5f)];
            using var sums = new NativeBuffer(length * sizeof(float));
            var expected = new float[length];
            for (var k = 0; k < count; k++)
            {
                var vector = new Span<float>(Floats(vectors) + columns[k] * length, length);
                var product = 0f;
                for (var i = 0; i < length; i++) product += vector[i] * Floats(x)[i];
                var confidence = 2 * Math.Abs(weights[k]);
                for (var i = 0; i < length; i++)
                    expected[i] += (confidence * product - (weights[k] > 0 ? 0.5f + confidence : 0)) * vector[i];
            }

            fixed (int* columnPointer = columns)
            fixed (float* weightPointer = weights)
            {
                var row = new SparseRow
                {
                    Vectors = Floats(vectors), Columns = columnPointer, Weights = weightPointer, Count = count, Alpha = 2, Target = 0.5f,
                };
                kernels.Accumulate(row, Floats(x), Floats(sums), length);
            }

            for (var i = 0; i < length; i++) Assert.Equal(expected[i], Floats(sums)[i], 1e-3f);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Rows_are_combined(string width)
    {
        var kernels = Of(width);
        using var x = Random(kernels.Padding);
        using var y = Random(kernels.Padding);
        var expected = 0f;
        for (var i = 0; i < kernels.Padding; i++) expected += (2 * Floats(y)[i] - 3 * Floats(x)[i]) * Floats(x)[i];
        kernels.Combine(Floats(y), 2, -3, Floats(x), kernels.Padding);
        Assert.Equal(expected, kernels.Dot(Floats(x), Floats(y), kernels.Padding), 1e-4f);
    }

    private static Kernels Of(string width) => width switch
    {
        "128" => new Kernels<Lanes128, Vector128<float>>(),
        "256" => new Kernels<Lanes256, Vector256<float>>(),
        _ => new Kernels<Lanes512, Vector512<float>>(),
    };

    private static float* Floats(NativeBuffer buffer) => (float*)buffer.Start;

    private static NativeBuffer Random(int length)
    {
        var (random, floats) = (new Random(length), new NativeBuffer(length * sizeof(float)));
        for (var i = 0; i < length; i++) Floats(floats)[i] = random.NextSingle() - 0.5f;
        return floats;
    }
}
