using System.Numerics;

namespace Spotify.Demo.Covers;

/// <summary>
/// A square picture in linear light. Places are in units of its side, from (0, 0) at the top left to (1, 1); shapes are given
/// by their signed distance, negative inside, which makes their edges smooth at every size.
/// </summary>
/// <param name="size">Side in pixels.</param>
internal sealed class Canvas(int size)
{
    private const int CurveSteps = 8_192;

    private static readonly byte[] Curve = [.. Enumerable.Range(0, CurveSteps + 1).Select(step => Encode((double)step / CurveSteps))];

    private readonly Vector3[] pixels = new Vector3[size * size];

    /// <summary>Paints every pixel.</summary>
    public void Fill(Func<Vector2, Vector3> color)
    {
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = color(Place(i));
    }

    /// <summary>Paints a shape over what is there.</summary>
    /// <param name="distance">Signed distance to the shape's edge.</param>
    /// <param name="color">Colour of each place.</param>
    /// <param name="opacity">0–1.</param>
    /// <param name="softness">Width over which the edge fades; less than a pixel is a hard edge.</param>
    public void Paint(Func<Vector2, float> distance, Func<Vector2, Vector3> color, float opacity = 1, float softness = 0)
    {
        var edge = Math.Max(softness, 1f / size);
        for (var i = 0; i < pixels.Length; i++)
        {
            var place = Place(i);
            var covered = Math.Clamp(0.5f - (distance(place) / edge), 0, 1);
            if (covered == 0)
                continue;
            if (softness > 0)
                covered *= covered * (3 - (2 * covered));
            pixels[i] = Vector3.Lerp(pixels[i], color(place), covered * opacity);
        }
    }

    /// <summary>Paints a shape in one colour.</summary>
    public void Paint(Func<Vector2, float> distance, Vector3 color, float opacity = 1, float softness = 0) =>
        Paint(distance, _ => color, opacity, softness);

    /// <summary>The picture as rows of red, green and blue bytes, sRGB.</summary>
    public byte[] ToRgb()
    {
        var rgb = new byte[pixels.Length * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var steps = Vector3.Clamp(pixels[i], Vector3.Zero, Vector3.One) * CurveSteps;
            rgb[3 * i] = Curve[(int)steps.X];
            rgb[(3 * i) + 1] = Curve[(int)steps.Y];
            rgb[(3 * i) + 2] = Curve[(int)steps.Z];
        }
        return rgb;
    }

    /// <summary>The transfer curve of sRGB (IEC 61966-2-1).</summary>
    private static byte Encode(double linear) =>
        (byte)Math.Round(255 * (linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055));

    private Vector2 Place(int index) => new(((index % size) + 0.5f) / size, ((index / size) + 0.5f) / size);
}
