using System.Numerics;
using Spotify.Demo.Music;
using static Spotify.Demo.Covers.Shapes;

namespace Spotify.Demo.Covers;

/// <summary>Designs made of lines.</summary>
internal static class Lines
{
    /// <summary>Many strings that swing together.</summary>
    public static void Strings(Canvas canvas, Palette palette, SeededRandom random)
    {
        canvas.Fill(place => Vector3.Lerp(palette.Deep, palette.Dark, place.Y * 0.6f));
        var count = random.Between(18, 28);
        var (speed, phase, twist) = (random.Between(3.0, 7), random.Between(0, 6.28), random.Between(0.06, 0.2));
        var bulge = random.Between(0.35, 0.65);
        for (var line = 0; line < count; line++)
        {
            var share = (float)line / (count - 1);
            var level = 0.14f + (0.72f * share);
            float Surface(float x)
            {
                var swell = MathF.Exp(-18 * (x - bulge) * (x - bulge));
                var shiver = MathF.Sin((x * speed * 4) + phase + (line * twist * 5));
                return level + (0.075f * swell * shiver) + (0.02f * MathF.Sin((x * speed) + (line * twist)));
            }
            var color = share < 0.5f
                ? Vector3.Lerp(palette.Accent, palette.Light, share * 2)
                : Vector3.Lerp(palette.Light, palette.Middle, (share * 2) - 1);
            canvas.Paint(place => (Math.Abs(place.Y - Surface(place.X)) * 0.75f) - 0.0028f, color, 0.92f);
        }
    }

    /// <summary>Rays from a rising disc.</summary>
    public static void Rays(Canvas canvas, Palette palette, SeededRandom random)
    {
        var center = new Vector2(random.Between(0.3, 0.7), random.Between(0.6, 0.95));
        var count = random.Pick(10, 12, 14, 16);
        var turn = (float)random.NextDouble();
        canvas.Fill(place => Palette.Blend(palette.Middle, palette.Dark, Vector2.Distance(place, center) * 0.9f));
        canvas.Paint(
            place =>
            {
                var local = place - center;
                var angle = (MathF.Atan2(local.Y, local.X) / (2 * MathF.PI) * count) + turn;
                var within = Math.Abs(angle - MathF.Floor(angle) - 0.5f) - 0.25f;
                return within / count * 2 * MathF.PI * local.Length();
            },
            place => Palette.Blend(palette.Light, palette.Accent, Vector2.Distance(place, center) * 0.85f),
            0.85f);
        canvas.Paint(Disc(center, 0.27f), palette.Deep);
        canvas.Paint(
            Disc(center, 0.235f), place => Palette.Blend(palette.Accent, palette.Light, (center.Y - place.Y + 0.2f) * 1.6f));
        canvas.Paint(Ring(center, 0.31f, 0.008f), palette.Deep, 0.7f);
    }
}
