using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music;

/// <summary>A composer of pieces of 20 to 40 seconds, each with an introduction, a theme, a variation and an ending.</summary>
internal static class Composer
{
    /// <summary>Composes a piece of several movements, to be played one after another. Equal arguments give equal pieces.</summary>
    public static IReadOnlyList<Composition> Compose(Genre genre, ulong seed, int movements) =>
        [.. Enumerable.Range(0, movements).Select(movement => Compose(genre, seed + (ulong)movement))];

    /// <summary>Composes a piece of one movement.</summary>
    public static Composition Compose(Genre genre, ulong seed)
    {
        var random = new SeededRandom(seed + ((ulong)genre << 56));
        return Compose(Styles.Of(genre, random), random);
    }

    /// <summary>Composes a voice that speaks syllables without words over quiet music.</summary>
    public static Composition ComposeNarration(ulong seed) => Compose(Styles.Narration, new SeededRandom(seed));

    private static Composition Compose(Style style, SeededRandom random)
    {
        var sheet = Form.Draw(style, random);
        var parts = style.Arrange(sheet, random.Fork())
            .Where(part => part.Notes.Count > 0)
            .Select(part => style.Groove.Play(part, sheet.Tempo, random));
        return new(sheet.Tempo, sheet.BeatsPerBar, sheet.Bars.Count, style.Mix, [.. parts]);
    }
}
