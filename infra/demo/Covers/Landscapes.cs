using System.Numerics;
using Spotify.Demo.Music;
using static Spotify.Demo.Covers.Shapes;

namespace Spotify.Demo.Covers;

/// <summary>Designs with a horizon.</summary>
internal static class Landscapes
{
    /// <summary>A low sun over waves that darken towards the viewer.</summary>
    public static void Waves(Canvas canvas, Palette palette, SeededRandom random)
    {
        Sky(canvas, palette);
        Sun(canvas, palette, new(random.Between(0.28, 0.72), random.Between(0.26, 0.42)), random.Between(0.11, 0.19));
        var layers = random.Between(5, 8);
        for (var layer = 0; layer < layers; layer++)
        {
            var depth = (float)layer / (layers - 1);
            var level = 0.46f + (0.42f * depth);
            var (height, speed) = (random.Between(0.02, 0.05), random.Between(4.0, 9));
            var (phase, second) = (random.Between(0, 6.28), random.Between(0, 6.28));
            float Surface(float x) => level + (height * (MathF.Sin((x * speed) + phase) + (0.5f * MathF.Sin((x * speed * 2.3f) + second))));
            canvas.Paint(
                place => (Surface(place.X) - place.Y) * 0.9f,
                place => palette.Between(((1 - depth) * 0.62f) + (0.25f * Math.Max(0, 0.12f - place.Y + Surface(place.X)))));
        }
    }

    /// <summary>Ridges behind each other, paler with distance.</summary>
    public static void Mountains(Canvas canvas, Palette palette, SeededRandom random)
    {
        Sky(canvas, palette);
        Sun(canvas, palette, new(random.Between(0.25, 0.75), random.Between(0.2, 0.35)), random.Between(0.07, 0.12));
        const int Ridges = 5;
        for (var ridge = 0; ridge < Ridges; ridge++)
        {
            var depth = (float)ridge / (Ridges - 1);
            var peaks = Enumerable.Range(0, 4 + ridge).Select(_ => (
                X: random.Between(-0.1, 1.1),
                Y: 0.4f + (0.36f * depth) + random.Between(-0.06, 0.08),
                Slope: random.Between(0.5, 0.95))).ToArray();
            float Surface(float x) => Math.Min(0.62f + (0.34f * depth), peaks.Min(peak => peak.Y + (Math.Abs(x - peak.X) * peak.Slope)));
            var color = palette.Between((1 - depth) * 0.6f);
            var snow = 0.22f * (1 - (0.7f * depth));
            canvas.Paint(
                place => (Surface(place.X) - place.Y) * 0.75f,
                place => Vector3.Lerp(color, palette.Light, snow * Math.Max(0, 1 - (4 * (place.Y - Surface(place.X))))));
        }
    }

    /// <summary>A large sun cut into slices, as on a poster of the eighties, over a grid.</summary>
    public static void SlicedSun(Canvas canvas, Palette palette, SeededRandom random)
    {
        const float Horizon = 0.66f;
        canvas.Fill(place => Vector3.Lerp(palette.Deep, palette.Dark, MathF.Pow(Math.Clamp(place.Y / Horizon, 0, 1), 1.5f)));
        var center = new Vector2(0.5f, random.Between(0.42, 0.5));
        var radius = random.Between(0.25, 0.31);
        canvas.Paint(Disc(center, radius * 1.05f), palette.Accent, 0.45f, 0.45f);
        var slices = random.Between(10, 15);
        canvas.Paint(
            place =>
            {
                // Gaps grow from the middle of the sun down.
                var down = (place.Y - center.Y + (radius * 0.25f)) / (radius * 1.25f);
                var within = (down * slices * 0.6f) - MathF.Floor(down * slices * 0.6f);
                var gap = down <= 0 ? -1 : (down * 0.55f) - within;
                return Math.Max(Vector2.Distance(place, center) - radius, gap * radius / slices * 2);
            },
            place => Palette.Blend(palette.Light, palette.Accent, (place.Y - center.Y + radius) / (2 * radius)));
        canvas.Paint(place => Horizon - place.Y, place => Palette.Blend(palette.Dark, palette.Deep, (place.Y - Horizon) / 0.2f));
        canvas.Paint(place => Grid(place, Horizon), palette.Accent, 0.75f);
        canvas.Paint(place => Math.Abs(place.Y - Horizon) - 0.002f, palette.Light, 0.8f);
    }

    private static float Grid(Vector2 place, float horizon)
    {
        var below = place.Y - horizon;
        if (below <= 0.004f) return 1;
        var depth = 0.09f / below;
        var across = (place.X - 0.5f) * depth * 9;
        var along = depth * 2.6f;
        // Distances in the plane, brought back to distances on the picture.
        var (x, y) =
            (Math.Abs(across - MathF.Round(across)) / (depth * 9), Math.Abs(along - MathF.Round(along)) * below / (depth * 2.6f));
        return Math.Min(x, y) - 0.0018f;
    }

    private static void Sky(Canvas canvas, Palette palette)
    {
        var zenith = Vector3.Lerp(palette.Middle, palette.Dark, 0.25f);
        canvas.Fill(place => Palette.Blend(zenith, palette.Light, MathF.Pow(place.Y * 1.7f, 1.3f)));
    }

    private static void Sun(Canvas canvas, Palette palette, Vector2 center, float radius)
    {
        canvas.Paint(Disc(center, radius * 1.5f), Vector3.Lerp(palette.Accent, palette.Light, 0.4f), 0.5f, radius * 2.4f);
        var top = Vector3.Lerp(palette.Accent, palette.Light, 0.5f);
        canvas.Paint(
            Disc(center, radius), place => Palette.Blend(top, palette.Accent, (place.Y - center.Y + radius) / (2 * radius)));
    }
}
