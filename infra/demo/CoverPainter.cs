using Spotify.Demo.Covers;
using Spotify.Demo.Music;

namespace Spotify.Demo;

/// <summary>Paints square cover pictures. What it paints follows from the arguments alone.</summary>
public static class CoverPainter
{
    private const int Quality = 90;
    private const int MaxSize = 2_048;

    private static readonly Action<Canvas, Palette, SeededRandom>[] Designs =
    [
        Landscapes.Waves, Landscapes.Mountains, Landscapes.SlicedSun,
        Geometry.Tiles, Geometry.Discs, Geometry.Orbits, Geometry.Flower, Geometry.Arches,
        Lines.Strings, Lines.Bars, Lines.Rays,
    ];

    /// <summary>Paints one cover.</summary>
    /// <param name="seed">Any number; another seed gives another picture. The same seed gives the same picture in every size.</param>
    /// <param name="genre">Decides the colours.</param>
    /// <param name="size">Side in pixels, 1–2048; covers come in 640, 300 and 64.</param>
    /// <returns>The bytes of a JPEG file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is outside its range.</exception>
    public static byte[] Paint(ulong seed, Genre genre, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MaxSize);
        var random = new SeededRandom(seed ^ ((ulong)genre << 48));
        var palette = Palette.Draw(genre, random);
        var canvas = new Canvas(size);
        random.Pick<Action<Canvas, Palette, SeededRandom>>(Designs)(canvas, palette, random);
        return JpegEncoder.Encode(canvas.ToRgb(), size, size, Quality);
    }
}
