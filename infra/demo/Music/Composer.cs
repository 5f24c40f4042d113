using Spotify.Demo.Music.Styles;
using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music;

/// <summary>Composes short pieces. What it composes follows from the arguments alone.</summary>
public static class Composer
{
    /// <summary>A piece of 20 to 40 seconds with introduction, theme, variation and a proper ending.</summary>
    /// <param name="genre">Kind of music.</param>
    /// <param name="seed">Any number; another seed gives another piece.</param>
    public static Composition Compose(Genre genre, ulong seed)
    {
        var random = new SeededRandom(seed + ((ulong)genre << 56));
        var style = StyleOf(genre, random);
        return Compose(style, random);
    }

    /// <summary>A voice that tells something in no language, over quiet music; 20 to 40 seconds.</summary>
    /// <param name="seed">Any number; another seed gives another voice and text.</param>
    public static Composition ComposeNarration(ulong seed)
    {
        var random = new SeededRandom(seed);
        return Compose(new NarrationStyle(), random);
    }

    private static Composition Compose(Style style, SeededRandom random)
    {
        var sheet = Form.Draw(style, random);
        var parts = style.Arrange(sheet, random.Fork())
            .Where(part => part.Notes.Count > 0)
            .Select(part => style.Groove.Play(part, sheet.Tempo, random))
            .ToList();
        return new(sheet.Tempo, sheet.BeatsPerBar, sheet.Bars.Count, style.Mix, parts);
    }

    private static Style StyleOf(Genre genre, SeededRandom random) => genre switch
    {
        Genre.Ambient => new AmbientStyle(),
        Genre.Folk => new FolkStyle(random.Pick(4, 4, 3)),
        Genre.Jazz => new JazzStyle(),
        Genre.House => new HouseStyle(),
        Genre.Synthwave => new SynthwaveStyle(),
        Genre.LoFi => new LoFiStyle(),
        Genre.Rock => new RockStyle(),
        Genre.Classical => new ClassicalStyle(random.Pick(4, 3), random.Chance(0.5)),
        _ => throw new ArgumentOutOfRangeException(nameof(genre), genre, "There is no such genre."),
    };
}
