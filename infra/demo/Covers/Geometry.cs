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
            // Overlapping by a pixel leaves no gaps.
            var square = Square(center, (side / 2) + 0.001f);
            var ground = random.Between(0, colors.Length);
            var figure = (ground + random.Between(1, colors.Length)) % colors.Length;
            canvas.Paint(square, colors[ground]);
            var turn = new Vector2(random.Between(0, 2), random.Between(0, 2)) * side;
            var slant = turn.Y > 0 ? 1 : -1;
            Func<Vector2, float>[] figures = random.Between(0, 5) switch
            {
                0 => [Both(square, Disc(corner + turn, side)), Both(square, Disc(corner + turn, side * 0.5f))],
                1 => [Disc(center, side * 0.4f), Disc(center, side * 0.17f)],
                2 => [Both(square, Disc(center + new Vector2(turn.X - (side / 2), 0), side / 2))],
                3 => [Both(square, place => (place.X - center.X + (slant * (place.Y - center.Y))) * 0.7071f)],
                _ => [Both(square, Disc(corner + turn, side))],
            };
            foreach (var (i, shape) in figures.Index()) canvas.Paint(shape, colors[(figure + i) % colors.Length]);
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
}
