using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music;

/// <summary>A composer of pieces of 20 to 40 seconds, each with an introduction, a theme, a variation and an ending.</summary>
internal static class Composer
{
    // The largest random deviations of a human performance.
    private const double LateBeats = 0.015;
    private const double Unevenness = 0.07;

    /// <summary>Composes a piece of several movements, to be played one after another. Equal arguments give equal pieces.</summary>
    public static IReadOnlyList<Composition> Compose(Genre genre, ulong seed, int movements) =>
        [.. Enumerable.Range(0, movements).Select(movement => Compose(genre, seed + (ulong)movement))];

    /// <summary>Composes a piece of one movement.</summary>
    public static Composition Compose(Genre genre, ulong seed) =>
        Compose(Styles.Of(genre), new SeededRandom(seed + ((ulong)genre << 56)));

    /// <summary>Composes a voice that speaks syllables without words over quiet music.</summary>
    public static Composition ComposeNarration(ulong seed) => Compose(Styles.Narration, new SeededRandom(seed));

    private static Composition Compose(Style style, SeededRandom random)
    {
        var sheet = Form.Draw(style, random);
        var parts =
            from line in style.Lines
            let notes = Write(line, style, sheet, random).ConvertAll(note => Perform(note, style.Swing, random))
            where notes.Count > 0
            select new Part(random.Pick<Instrument>(line.Instruments), notes, line.Channel);
        return new(sheet.Tempo, sheet.BeatsPerBar, sheet.Bars.Count, style.Mix, [.. parts]);
    }

    private static Note Perform(Note note, Swing swing, SeededRandom random) => note with
    {
        Start = Math.Max(0, swing.Warp(note.Start) + (LateBeats * random.NextSigned())),
        Length = swing.Warp(note.Start + note.Length) - swing.Warp(note.Start),
        Velocity = (float)Math.Clamp(note.Velocity + (Unevenness * random.NextSigned()), 0.05, 1),
    };

    private static List<Note> Write(Line line, Style style, LeadSheet sheet, SeededRandom random)
    {
        var pattern = random.Pick<string>(line.Patterns);
        return line.Role switch
        {
            Role.Chords => sheet.Chords(line.Lowest, PatternOf),
            Role.PowerChords => sheet.PowerChords(line.Lowest, PatternOf),
            Role.Bass => sheet.Bass(line.Lowest, PatternOf),
            Role.Drums => sheet.Drums(PatternOf, line.Fill),
            Role.Syllables => sheet.Syllables(line.Lowest, random),
            _ => new Melody(sheet, style.Scale, line.Lowest, line.Patterns, random).Write(line.In),
        };

        string? PatternOf(Bar bar) => line.In.HasFlag(bar.Section) ? pattern : line.Elsewhere;
    }
}
