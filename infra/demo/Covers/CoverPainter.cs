using System.Numerics;
using Spotify.Demo.Music;

namespace Spotify.Demo.Covers;

/// <summary>A painter of square covers in one of four designs: a landscape, tiles, discs or rays.</summary>
internal static class CoverPainter
{
    // Adjacent tiles overlap, so that no gap is seen between them.
    private const float Overlap = 0.001f;

    private static readonly Vector2 Middle = new(0.5f);

    /// <summary>Paints a cover. Equal arguments give equal covers; a seed gives the same picture in every size.</summary>
    /// <param name="seed">Determines the design.</param>
    /// <param name="genre">Determines the colors.</param>
    /// <param name="size">Side in pixels, 1–2048.</param>
    /// <returns>The bytes of a JPEG file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is out of range.</exception>
    public static byte[] Paint(ulong seed, Genre genre, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(size, 1, 2_048), size);
        var random = new SeededRandom(seed ^ ((ulong)genre << 48));
        var palette = Palette.Draw(genre, random);
        var canvas = new Canvas(size);
        var design = random.Pick<Action<Canvas, Palette, SeededRandom>>(PaintLandscape, PaintTiles, PaintDiscs, PaintRays);
        design(canvas, palette, random);
        return JpegEncoder.Encode(canvas.ToRgb(), size, size);
    }

    /// <summary>Paints a sun over waves or over mountain ridges, which darken towards the viewer.</summary>
    private static void PaintLandscape(Canvas canvas, Palette palette, SeededRandom random)
    {
        canvas.Fill(place => palette.Between(0.55f + (0.75f * place.Y)));
        PaintSun(canvas, palette, new(random.Between(0.25, 0.75), random.Between(0.22, 0.4)), random.Between(0.09, 0.19));
        var (layers, mountains) = (random.Between(5, 8), random.Chance(0.5));
        var roughness = mountains ? 2.5f : 1;
        for (var layer = 0; layer < layers; layer++)
        {
            var depth = (float)layer / (layers - 1);
            var level = 0.46f + (0.42f * depth);
            var (height, speed) = (roughness * random.Between(0.02, 0.05), random.Between(4.0, 9));
            var (phase, overtone) = (random.Between(0, MathF.Tau), random.Between(0, MathF.Tau));
            float Surface(float x) => level + (height * (Swell((x * speed) + phase) + (0.5f * Swell((x * speed * 2.3f) + overtone))));
            canvas.Paint(
                place => (Surface(place.X) - place.Y) * 0.8f,
                place => palette.Between(((1 - depth) * 0.62f) + (0.25f * Math.Max(0, 0.12f - place.Y + Surface(place.X)))));
        }

        // Mountains are sharp at the top and round at the bottom.
        float Swell(float x) => mountains ? (2 * MathF.Abs(MathF.Sin(x / 2))) - 1 : MathF.Sin(x);
    }

    /// <summary>Paints square tiles, each with a disc or a quarter of a larger one.</summary>
    private static void PaintTiles(Canvas canvas, Palette palette, SeededRandom random)
    {
        Vector3[] colors = [palette.Deep, palette.Dark, palette.Middle, palette.Light, palette.Accent];
        var count = random.Between(3, 6);
        var half = 0.5f / count;
        for (var tile = 0; tile < count * count; tile++)
        {
            var center = new Vector2((2 * (tile % count)) + 1, (2 * (tile / count)) + 1) * half;
            var corner = center + new Vector2(random.Pick(-half, half), random.Pick(-half, half));
            var disc = random.Chance(0.3) ? Disc(center, half * 0.8f) : Disc(corner, half * 2);
            var ground = random.Between(0, colors.Length);
            var figure = (ground + random.Between(1, colors.Length)) % colors.Length;
            canvas.Paint(Tile, _ => colors[ground]);
            canvas.Paint(place => Math.Max(Tile(place), disc(place)), _ => colors[figure]);

            float Tile(Vector2 place) => Math.Max(Math.Abs(place.X - center.X), Math.Abs(place.Y - center.Y)) - half - Overlap;
        }
    }

    /// <summary>Paints large translucent discs around the middle, each lit from one side.</summary>
    private static void PaintDiscs(Canvas canvas, Palette palette, SeededRandom random)
    {
        var slope = Direction(random.NextDouble());
        canvas.Fill(place => Palette.Blend(palette.Deep, palette.Dark, Vector2.Dot(place - Middle, slope) + 0.5f));
        Vector3[] colors = [palette.Accent, palette.Middle, palette.Light];
        var (count, first) = (random.Between(4, 7), random.NextDouble());
        for (var i = 0; i < count; i++)
        {
            var center = Middle + (Direction(first + ((double)i / count)) * random.Between(0.12, 0.24));
            var (radius, light) = (random.Between(0.16, 0.27), Direction(random.NextDouble()));
            var color = colors[i % colors.Length];
            var shade = Vector3.Lerp(color, palette.Dark, 0.75f);
            canvas.Paint(
                Disc(center, radius),
                place => Palette.Blend(color, shade, 0.5f - (0.8f * Vector2.Dot(place - center, light) / radius)),
                opacity: 0.72f);
        }
    }

    /// <summary>Paints a sun with straight or spiral rays.</summary>
    private static void PaintRays(Canvas canvas, Palette palette, SeededRandom random)
    {
        var center = new Vector2(random.Between(0.3, 0.7), random.Between(0.4, 0.9));
        var (count, twist, turn) = (random.Between(7, 15), random.Pick(0f, 0f, -3f, 3f, 5f), random.Between(0.0, 1));
        canvas.Fill(place => Palette.Blend(palette.Middle, palette.Dark, Vector2.Distance(place, center) * 0.9f));
        canvas.Paint(
            place =>
            {
                var (x, y) = (place.X - center.X, place.Y - center.Y);
                var radius = MathF.Sqrt((x * x) + (y * y));
                var ray = (MathF.Atan2(y, x) / MathF.Tau * count) + turn + (twist * radius);
                // The distance from the edge of a ray, brought from a share of the circle to a distance on the picture.
                return (Math.Abs(ray - MathF.Floor(ray) - 0.5f) - 0.25f) / count * MathF.Tau * radius;
            },
            place => Palette.Blend(palette.Light, palette.Accent, Vector2.Distance(place, center) * 0.85f),
            opacity: 0.85f);
        PaintSun(canvas, palette, center, radius: 0.23f);
        canvas.Paint(place => Math.Abs(Vector2.Distance(place, center) - 0.245f) - 0.02f, _ => palette.Deep);
    }

    private static void PaintSun(Canvas canvas, Palette palette, Vector2 center, float radius)
    {
        var top = Vector3.Lerp(palette.Accent, palette.Light, 0.5f);
        canvas.Paint(Disc(center, radius * 1.5f), _ => top, opacity: 0.5f, softness: radius * 2.4f);
        canvas.Paint(Disc(center, radius), place => Palette.Blend(top, palette.Accent, (place.Y - center.Y + radius) / (2 * radius)));
    }

    private static Func<Vector2, float> Disc(Vector2 center, float radius) => place => Vector2.Distance(place, center) - radius;

    /// <summary>Returns a unit vector: 0 turns is right, 0.25 down.</summary>
    private static Vector2 Direction(double turns)
    {
        var (sine, cosine) = MathF.SinCos((float)turns * MathF.Tau);
        return new(cosine, sine);
    }
}
