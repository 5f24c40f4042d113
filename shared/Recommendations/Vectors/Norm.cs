namespace Spotify.Recommendations.Vectors;

/// <summary>The Euclidean norm.</summary>
internal static class Norm
{
    /// <summary>Scales a vector to norm 1. A vector of zeros stays.</summary>
    public static void Normalize(Span<float> vector)
    {
        var squares = Squared(vector);
        if (squares == 0) return;
        var factor = 1 / Math.Sqrt(squares);
        foreach (ref var number in vector) number = (float)(number * factor);
    }

    /// <summary>Returns whether inner products with other vectors could be infinite: the norm is above about 1.8e19.</summary>
    public static bool IsTooLarge(ReadOnlySpan<float> vector) => Squared(vector) >= float.MaxValue;

    private static double Squared(ReadOnlySpan<float> vector)
    {
        var squares = 0.0;
        foreach (var number in vector) squares += (double)number * number;
        return squares;
    }
}
