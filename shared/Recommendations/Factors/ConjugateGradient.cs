using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Factors;

/// <summary>Solves a row's vector by conjugate gradients, starting from its present value.</summary>
internal static class ConjugateGradient
{
    public static void Solve(
        InteractionMatrix matrix, int row, ReadOnlySpan<float> vectors, ReadOnlySpan<float> gram, FactorOptions options, Span<float> x)
    {
        var n = x.Length;
        Span<float> residual = stackalloc float[n], direction = stackalloc float[n], product = stackalloc float[n];
        var columns = matrix.Columns(row);
        var weights = matrix.Weights(row);
        var regularization = options.RegularizationOf(columns.Length, matrix.ColumnCount);
        Multiply(x, columns, weights, vectors, gram, options, regularization, residual);
        for (var i = 0; i < n; i++) residual[i] = -residual[i];
        for (var k = 0; k < columns.Length; k++)
        {
            if (weights[k] <= 0) continue;
            var confidence = options.UnobservedWeight + options.Confidence(weights[k]);
            Kernels.AddScaled(residual, confidence, vectors.Slice(columns[k] * n, n));
        }

        residual.CopyTo(direction);
        var square = Kernels.Dot(residual, residual);
        for (var step = 0; step < options.ConjugateGradientSteps && square > 1e-20f; step++)
        {
            Multiply(direction, columns, weights, vectors, gram, options, regularization, product);
            var length = square / Kernels.Dot(direction, product);
            if (!float.IsFinite(length)) break;
            Kernels.AddScaled(x, length, direction);
            Kernels.AddScaled(residual, -length, product);
            var next = Kernels.Dot(residual, residual);
            var ratio = next / square;
            square = next;
            for (var i = 0; i < n; i++) direction[i] = residual[i] + ratio * direction[i];
        }
    }

    private static void Multiply(
        ReadOnlySpan<float> x,
        ReadOnlySpan<int> columns,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> vectors,
        ReadOnlySpan<float> gram,
        FactorOptions options,
        float regularization,
        Span<float> product)
    {
        var n = x.Length;
        for (var i = 0; i < n; i++)
            product[i] = options.UnobservedWeight * Kernels.Dot(gram.Slice(i * n, n), x) + regularization * x[i];
        for (var k = 0; k < columns.Length; k++)
        {
            var vector = vectors.Slice(columns[k] * n, n);
            Kernels.AddScaled(product, options.Confidence(weights[k]) * Kernels.Dot(vector, x), vector);
        }
    }
}
