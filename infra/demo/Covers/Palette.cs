using System.Numerics;
using Spotify.Demo.Music;

namespace Spotify.Demo.Covers;

/// <summary>Five matching colors in linear light, from the darkest to the accent.</summary>
internal sealed record Palette(Vector3 Deep, Vector3 Dark, Vector3 Middle, Vector3 Light, Vector3 Accent)
{
    // sRGB, three palettes per genre.
    private static readonly Dictionary<Genre, string[]> Colors = new()
    {
        [Genre.Ambient] =
            ["0B1D3A 1F4E79 5FA8D3 CAE9FF F6C6EA", "10002B 3C096C 7B2CBF FFD6FF C77DFF", "012A36 29274C 7E52A0 E6BCCD D295BF"],
        [Genre.Folk] = ["283618 606C38 DDA15E FEFAE0 BC6C25", "3D405B 81B29A F2CC8F F4F1DE E07A5F", "344E41 588157 A3B18A DAD7CD D4A373"],
        [Genre.Jazz] = ["14213D 274060 FCA311 F1E9DA E63946", "2B2D42 5C677D 8D99AE EDF2F4 EF233C", "1B1B2F 53354A 903749 F6D186 E84545"],
        [Genre.House] = ["0D0221 26408B 3BA7C4 D5F2F5 FF5D8F", "003049 D62828 F77F00 EAE2B7 FCBF49", "2D00A7 6A00F4 D100D1 FFD6F5 FFB600"],
        [Genre.Synthwave] =
            ["0D0221 2E0259 7209B7 4CC9F0 F72585", "10002B 3C0A5E FF006E FFBE0B FB5607", "03071E 3A0CA3 4361EE FFD166 F72585"],
        [Genre.LoFi] = ["2F2A3B 5C5470 B9B4C7 FAF0E6 F2A07B", "3A3042 7A5C61 DB9D47 FFE19C FF784F", "22223B 4A4E69 9A8C98 F2E9E4 C98F7A"],
        [Genre.Rock] = ["0B090A 660708 BA181B F5F3F4 E5383B", "1A1A1D 4E4E50 6F2232 F2F2F2 C3073F", "212529 495057 F8961E F8F9FA F94144"],
        [Genre.Classical] =
            ["1B263B 415A77 778DA9 E0E1DD C9A227", "2C2A4A 4F518C 907AD6 F3E9D2 DABFFF", "352208 806443 E1BB80 FFF8E8 7B2D26"],
    };

    /// <summary>Draws one of a genre's palettes.</summary>
    public static Palette Draw(Genre genre, SeededRandom random)
    {
        Vector3[] colors = [.. random.Pick<string>(Colors[genre]).Split(' ').Select(hex => Parse(Convert.FromHexString(hex)))];
        return new(colors[0], colors[1], colors[2], colors[3], colors[4]);
    }

    /// <summary>Returns a color of the gradient from the deep (0) over the dark and the middle to the light one (1).</summary>
    public Vector3 Between(float position)
    {
        var place = Math.Clamp(position, 0, 1) * 3;
        return place < 1 ? Vector3.Lerp(Deep, Dark, place)
            : place < 2 ? Vector3.Lerp(Dark, Middle, place - 1)
            : Vector3.Lerp(Middle, Light, place - 2);
    }

    /// <summary>Blends two colors; positions below 0 and above 1 give the first and the second one.</summary>
    public static Vector3 Blend(Vector3 from, Vector3 to, float position) => Vector3.Lerp(from, to, Math.Clamp(position, 0, 1));

    private static Vector3 Parse(byte[] rgb)
    {
        return new(Linear(rgb[0]), Linear(rgb[1]), Linear(rgb[2]));

        static float Linear(byte value)
        {
            var x = value / 255f;
            return x <= 0.04045f ? x / 12.92f : MathF.Pow((x + 0.055f) / 1.055f, 2.4f);
        }
    }
}
