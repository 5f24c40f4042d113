using System.Numerics;

namespace Spotify.Demo.Covers;

/// <summary>
/// A square picture in linear light. Coordinates run from (0, 0) at the top left to (1, 1). Shapes are signed distance functions, negative
/// inside, which makes their edges smooth at every size.
/// </summary>
/// <param name="size">Side in pixels.</param>
internal sealed class Canvas(int size)
{
    private const int CurveSteps = 8_192;

    // The transfer curve of sRGB (IEC 61966-2-1).
    private static readonly byte[] Curve = [.. Enumerable.Range(0, CurveSteps + 1).Select(step => (double)step / CurveSteps).Select(x =>
        (byte)Math.Round(255 * (x <= 0.0031308 ? 12.92 * x : (1.055 * Math.Pow(x, 1 / 2.4)) - 0.055)))];

    private readonly Vector3[] pixels = new Vector3[size * size];

    public void Fill(Func<Vector2, Vector3> color) => Paint(_ => -1, color);

    /// <summary>Paints a shape.</summary>
    /// <param name="distance">Signed distance to the shape's edge.</param>
    /// <param name="color">Color of each place.</param>
    /// <param name="opacity">0–1.</param>
    /// <param name="softness">Width of the edge; less than a pixel is a hard edge.</param>
    public void Paint(Func<Vector2, float> distance, Func<Vector2, Vector3> color, float opacity = 1, float softness = 0)
    {
        var edge = Math.Max(softness, 1f / size);
        for (var i = 0; i < pixels.Length; i++)
        {
            var place = new Vector2((i % size) + 0.5f, (i / size) + 0.5f) / size;
            var coverage = Math.Clamp(0.5f - (distance(place) / edge), 0, 1);
            if (coverage == 0) continue;
            if (softness > 0) coverage *= coverage * (3 - (2 * coverage));
            pixels[i] = Vector3.Lerp(pixels[i], color(place), coverage * opacity);
        }
    }

    /// <summary>Returns rows of red, green and blue bytes, sRGB.</summary>
    public byte[] ToRgb()
    {
        var rgb = new byte[pixels.Length * 3];
        for (var i = 0; i < rgb.Length; i++) rgb[i] = Curve[(int)(Math.Clamp(pixels[i / 3][i % 3], 0, 1) * CurveSteps)];
        return rgb;
    }
}
