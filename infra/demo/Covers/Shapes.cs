using System.Numerics;

namespace Spotify.Demo.Covers;

/// <summary>Signed distances of simple shapes, negative inside.</summary>
internal static class Shapes
{
    /// <summary>A disc.</summary>
    public static Func<Vector2, float> Disc(Vector2 center, float radius) => place => Vector2.Distance(place, center) - radius;

    /// <summary>A circle's line.</summary>
    public static Func<Vector2, float> Ring(Vector2 center, float radius, float width) =>
        place => Math.Abs(Vector2.Distance(place, center) - radius) - (width / 2);

    /// <summary>A box with round corners.</summary>
    public static Func<Vector2, float> Box(Vector2 center, Vector2 half, float corner) => place =>
    {
        var outside = Vector2.Abs(place - center) - half + new Vector2(corner);
        return Vector2.Max(outside, Vector2.Zero).Length() + Math.Min(Math.Max(outside.X, outside.Y), 0) - corner;
    };

    /// <summary>An upright with a round top: straight up to <paramref name="height"/> above its foot.</summary>
    public static Func<Vector2, float> Arch(Vector2 foot, float half, float height) => place =>
    {
        var top = foot - new Vector2(0, height);
        var side = place.Y < top.Y ? Vector2.Distance(place, top) : Math.Abs(place.X - foot.X);
        return Math.Max(place.Y - foot.Y, side - half);
    };

    /// <summary>What two shapes share.</summary>
    public static Func<Vector2, float> Both(Func<Vector2, float> first, Func<Vector2, float> second) =>
        place => Math.Max(first(place), second(place));

    /// <summary>A direction.</summary>
    /// <param name="turns">0 right, 0.25 down, and so on.</param>
    public static Vector2 Direction(double turns)
    {
        var (sine, cosine) = MathF.SinCos((float)(turns * 2 * Math.PI));
        return new(cosine, sine);
    }
}
