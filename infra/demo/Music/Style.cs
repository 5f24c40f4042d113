using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music;

/// <summary>The style of a genre. Progressions are chords in the notation of <see cref="Chord.Parse"/>, with | between bars.</summary>
/// <param name="Slowest">Lowest tempo, in beats per minute, inclusive.</param>
/// <param name="Fastest">Highest tempo, in beats per minute, inclusive.</param>
/// <param name="Themes">Progressions of four bars for the theme.</param>
/// <param name="Bridges">Contrasting progressions of four bars.</param>
/// <param name="Cadences">Progressions of two bars for the ending.</param>
/// <param name="Mix">Settings that apply to all parts.</param>
/// <param name="Groove">Swing and looseness.</param>
/// <param name="Arrange">Writes the parts.</param>
/// <param name="BeatsPerBar">3 or 4.</param>
internal sealed record Style(
    int Slowest,
    int Fastest,
    string[] Themes,
    string[] Bridges,
    string[] Cadences,
    Mix Mix,
    Groove Groove,
    Func<LeadSheet, SeededRandom, IEnumerable<Part>> Arrange,
    int BeatsPerBar = 4);
