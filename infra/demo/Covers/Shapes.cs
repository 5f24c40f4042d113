using System.Numerics;

namespace Spotify.Demo.Covers;

/// <summary>Signed distance functions of simple shapes, negative inside.</summary>
internal static class Shapes
{
    public static Func<Vector2, float> Disc(Vector2 center, float radius) => place => Vector2.Distance(place, center) - radius;

    public static Func<Vector2, float> Ring(Vector2 center, float radius, float width) =>
        place => Math.Abs(Vector2.Distance(place, center) - radius) - (width / 2);

    /// <summary>A box with rounded corners.</summary>
    public static Func<Vector2, float> Box(Vector2 center, Vector2 half, float corner) => place =>
    {
        var outside = Vector2.Abs(place - center) - half + new Vector2(corner);
        return Vector2.Max(outside, Vector2.Zero).Length() + Math.Min(Math.Max(outside.X, outside.Y), 0) - corner;
    };

    /// <summary>A box with a semicircle on top, which starts at <paramref name="height"/> above the foot.</summary>
    public static Func<Vector2, float> Arch(Vector2 foot, float half, float height) => place =>
    {
        var top = foot - new Vector2(0, height);
        var side = place.Y < top.Y ? Vector2.Distance(place, top) : Math.Abs(place.X - foot.X);
        return Math.Max(place.Y - foot.Y, side - half);
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
