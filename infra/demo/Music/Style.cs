using Spotify.Demo.Music.Theory;
using static Spotify.Demo.Music.Theory.Sections;

namespace Spotify.Demo.Music;

/// <summary>The style of a genre: what its pieces are drawn from.</summary>
/// <param name="Slowest">Lowest tempo, in beats per minute, inclusive.</param>
/// <param name="Fastest">Highest tempo, in beats per minute, inclusive.</param>
/// <param name="Scale">The scale of tunes, relative to the tonic of the major key or of the relative major.</param>
/// <param name="Mix">Settings that apply to all parts.</param>
/// <param name="Swing">The swing of all parts.</param>
/// <param name="Songs">
/// Progressions in the notation of <see cref="Chord.Parse"/>, with | between bars and / between the theme and the bridge, of four bars
/// each, and the cadence of the ending, of two.
/// </param>
/// <param name="Lines">One per part.</param>
/// <param name="BeatsPerBar">3 or 4.</param>
internal sealed record Style(
    int Slowest, int Fastest, Scale Scale, Mix Mix, Swing Swing, string[] Songs, Line[] Lines, int BeatsPerBar = 4);

/// <summary>Parts of a style play chords, a bass line, drums, a tune or the syllables of a speaker.</summary>
internal enum Role
{
    Chords,
    PowerChords,
    Bass,
    Drums,
    Tune,
    Syllables,
}

/// <summary>One part of a style.</summary>
/// <param name="Role">What the part plays.</param>
/// <param name="Instruments">The instruments, of which each piece has one.</param>
/// <param name="Lowest">Lowest pitch, as a MIDI note number.</param>
/// <param name="Patterns">Patterns of one bar in the notation of <see cref="Pattern"/>; except for tunes, each piece has one.</param>
/// <param name="Channel">Place in the mix.</param>
/// <param name="In">The sections in which the part plays these patterns.</param>
/// <param name="Elsewhere">The pattern in the other sections; null if the part rests.</param>
/// <param name="Fill">A pattern of drums that is added in the last bar of a section; such parts also play a crash in the first.</param>
internal sealed record Line(
    Role Role,
    Instrument[] Instruments,
    int Lowest,
    string[] Patterns,
    Channel Channel,
    Sections In = All,
    string? Elsewhere = null,
    string? Fill = null);
