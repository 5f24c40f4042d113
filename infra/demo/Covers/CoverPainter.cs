using Spotify.Demo.Music;

namespace Spotify.Demo.Covers;

/// <summary>Paints square covers.</summary>
internal static class CoverPainter
{
    private static readonly Action<Canvas, Palette, SeededRandom>[] Designs =
    [
        Landscapes.Waves, Landscapes.Mountains, Landscapes.SlicedSun, Geometry.Tiles, Geometry.Discs, Geometry.Orbits, Lines.Strings,
        Lines.Rays,
    ];

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
        random.Pick<Action<Canvas, Palette, SeededRandom>>(Designs)(canvas, palette, random);
        return JpegEncoder.Encode(canvas.ToRgb(), size, size);
    }
}
