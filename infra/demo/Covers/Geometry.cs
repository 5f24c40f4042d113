using System.Numerics;
using Spotify.Demo.Music;
using static Spotify.Demo.Covers.Shapes;

namespace Spotify.Demo.Covers;

/// <summary>Designs made of circles and squares.</summary>
internal static class Geometry
{
    /// <summary>Square tiles with quarter circles, half circles, discs and rings.</summary>
    public static void Tiles(Canvas canvas, Palette palette, SeededRandom random)
    {
        var count = random.Pick(3, 4, 4, 5);
        var side = 1f / count;
        Vector3[] colors = [palette.Deep, palette.Dark, palette.Middle, palette.Light, palette.Accent];
        canvas.Fill(_ => palette.Light);
        for (var tile = 0; tile < count * count; tile++)
        {
            var corner = new Vector2(tile % count, tile / count) * side;
            var center = corner + new Vector2(side / 2);
            // One pixel's overlap keeps the joints closed.
            var box = Box(center, new(side / 2 + 0.001f), 0);
            var ground = random.Between(0, colors.Length);
            var figure = (ground + random.Between(1, colors.Length)) % colors.Length;
            canvas.Paint(box, colors[ground]);
            var turn = new Vector2(random.Between(0, 2), random.Between(0, 2)) * side;
            switch (random.Between(0, 5))
            {
                case 0:
                    canvas.Paint(Both(box, Disc(corner + turn, side)), colors[figure]);
                    canvas.Paint(Both(box, Disc(corner + turn, side * 0.5f)), colors[(figure + 1) % colors.Length]);
                    break;
                case 1:
                    canvas.Paint(Disc(center, side * 0.4f), colors[figure]);
                    canvas.Paint(Disc(center, side * 0.17f), colors[(figure + 2) % colors.Length]);
                    break;
                case 2:
                    canvas.Paint(Both(box, Disc(center + new Vector2(turn.X - (side / 2), 0), side / 2)), colors[figure]);
                    break;
                case 3:
                    var slant = turn.Y > 0 ? 1 : -1;
                    canvas.Paint(
                        Both(box, place => (place.X - center.X + (slant * (place.Y - center.Y))) * 0.7071f), colors[figure]);
                    break;
                default:
                    canvas.Paint(Both(box, Disc(corner + turn, side)), colors[figure]);
                    break;
            }
        }
    }

    /// <summary>Large translucent discs over a gradient.</summary>
    public static void Discs(Canvas canvas, Palette palette, SeededRandom random)
    {
        var slope = Direction(random.NextDouble());
        canvas.Fill(place => Palette.Blend(palette.Deep, palette.Dark, Vector2.Dot(place - new Vector2(0.5f), slope) + 0.5f));
        var count = random.Between(4, 7);
        var first = random.NextDouble();
        Vector3[] colors = [palette.Accent, palette.Middle, palette.Light, palette.Accent, palette.Middle, palette.Light];
        for (var i = 0; i < count; i++)
        {
            var center = new Vector2(0.5f) + (Direction(first + ((double)i / count)) * random.Between(0.12, 0.24));
            var radius = random.Between(0.16, 0.27);
            var color = colors[i];
            var shade = Vector3.Lerp(color, palette.Dark, 0.75f);
            var light = Direction(random.NextDouble());
            canvas.Paint(
                Disc(center, radius),
                place => Palette.Blend(color, shade, 0.5f - (0.8f * Vector2.Dot(place - center, light) / radius)),
                0.72f);
        }
    }

    /// <summary>Thin orbits with planets around a glowing center.</summary>
    public static void Orbits(Canvas canvas, Palette palette, SeededRandom random)
    {
        var center = new Vector2(random.Between(0.35, 0.65), random.Between(0.35, 0.65));
        canvas.Fill(place => Palette.Blend(palette.Dark, palette.Deep, Vector2.Distance(place, center) * 1.5f));
        canvas.Paint(Disc(center, 0.12f), palette.Accent, 0.7f, 0.25f);
        canvas.Paint(Disc(center, 0.075f), Vector3.Lerp(palette.Accent, palette.Light, 0.55f));
        var radius = 0.14f;
        for (var orbit = 0; radius < 0.75f; orbit++)
        {
            var away = orbit / 8f;
            canvas.Paint(Ring(center, radius, 0.004f), palette.Light, 0.55f - (0.35f * Math.Min(1, away)));
            var planet = center + (Direction(random.NextDouble()) * radius);
            var size = random.Between(0.012, 0.042);
            var color = random.Pick(palette.Accent, palette.Middle, palette.Light);
            var night = Vector3.Lerp(color, palette.Deep, 0.7f);
            canvas.Paint(
                Disc(planet, size),
                place => Palette.Blend(color, night, 0.8f * (Vector2.Distance(place, center) - radius + size) / size));
            radius += random.Between(0.055, 0.1);
        }
    }

    /// <summary>Petals around a center.</summary>
    public static void Flower(Canvas canvas, Palette palette, SeededRandom random)
    {
        var center = new Vector2(0.5f);
        canvas.Fill(place => Palette.Blend(palette.Light, palette.Middle, (Vector2.Distance(place, center) * 1.2f) - 0.2f));
        var petals = random.Between(6, 11);
        var first = random.NextDouble();
        for (var ring = 0; ring < 3; ring++)
        {
            var (reach, half) = (0.27f - (0.075f * ring), 0.15f - (0.04f * ring));
            var color = ring switch { 0 => palette.Dark, 1 => palette.Accent, _ => palette.Light };
            for (var petal = 0; petal < petals; petal++)
            {
                var along = Direction(first + ((petal + (ring * 0.5)) / petals));
                var across = new Vector2(-along.Y, along.X);
                canvas.Paint(
                    place =>
                    {
                        var local = place - center - (along * reach);
                        var (x, y) = (Vector2.Dot(local, along) / (half * 1.15f), Vector2.Dot(local, across) / (half * 0.55f));
                        return (MathF.Sqrt((x * x) + (y * y)) - 1) * half * 0.55f;
                    },
                    place => Palette.Blend(palette.Deep, color, Vector2.Distance(place, center) / (reach + half)),
                    0.8f);
            }
        }
        canvas.Paint(Disc(center, 0.075f), palette.Deep);
        canvas.Paint(Disc(center, 0.045f), palette.Accent);
    }

    /// <summary>Nested arches side by side.</summary>
    public static void Arches(Canvas canvas, Palette palette, SeededRandom random)
    {
        canvas.Fill(place => Vector3.Lerp(palette.Light, palette.Middle, place.Y * 0.35f));
        Vector3[] colors = [palette.Deep, palette.Accent, palette.Dark, palette.Light, palette.Middle];
        var columns = random.Pick(2, 2, 3);
        var width = 1f / columns;
        for (var row = 0; row < columns; row++)
        {
            for (var column = 0; column <= columns; column++)
            {
                var foot = new Vector2((column + (row % 2 == 0 ? 0.5f : 0)) * width, (row + 1) * width);
                var bands = random.Between(4, 6);
                var start = random.Between(0, 4);
                for (var band = 0; band < bands; band++)
                {
                    var half = width / 2 * (1 - ((float)band / bands));
                    var color = colors[(start + band) % colors.Length];
                    canvas.Paint(Arch(foot, half, width / 2), color);
                }
            }
        }
    }
}
