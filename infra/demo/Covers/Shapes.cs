using System.Numerics;

namespace Spotify.Demo.Covers;

/// <summary>Signed distance functions of simple shapes, negative inside.</summary>
internal static class Shapes
{
    public static Func<Vector2, float> Disc(Vector2 center, float radius) => place => Vector2.Distance(place, center) - radius;

    public static Func<Vector2, float> Ring(Vector2 center, float radius, float width) =>
        place => Math.Abs(Vector2.Distance(place, center) - radius) - (width / 2);

    public static Func<Vector2, float> Square(Vector2 center, float half) => place =>
    {
        var outside = Vector2.Abs(place - center) - new Vector2(half);
        return Math.Max(outside.X, outside.Y);
    };

    /// <summary>The intersection of two shapes.</summary>
    public static Func<Vector2, float> Both(Func<Vector2, float> first, Func<Vector2, float> second) =>
        place => Math.Max(first(place), second(place));

    /// <summary>Returns a unit vector: 0 turns is right, 0.25 down.</summary>
    public static Vector2 Direction(double turns)
    {
        var (sine, cosine) = MathF.SinCos((float)(turns * 2 * Math.PI));
        return new(cosine, sine);
    }
}
