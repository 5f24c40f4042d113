namespace Spotify.Demo.Music.Theory;

/// <summary>A set of steps within the octave.</summary>
/// <param name="Steps">Semitones above the tonic, ascending from 0.</param>
internal sealed record Scale(params int[] Steps)
{
    public static readonly Scale Major = new(0, 2, 4, 5, 7, 9, 11);
    public static readonly Scale Lydian = new(0, 2, 4, 6, 7, 9, 11);
    public static readonly Scale Mixolydian = new(0, 2, 4, 5, 7, 9, 10);
    public static readonly Scale Dorian = new(0, 2, 3, 5, 7, 9, 10);
    public static readonly Scale Minor = new(0, 2, 3, 5, 7, 8, 10);
    public static readonly Scale MajorPentatonic = new(0, 2, 4, 7, 9);
    public static readonly Scale MinorPentatonic = new(0, 3, 5, 7, 10);

    /// <summary>
    /// The pitches of a range that go with a chord: those of the scale, but a step that rubs against a tone of the chord
    /// from outside the scale gives way to it (the raised seventh of a minor key above its dominant).
    /// </summary>
    /// <param name="key">Pitch class of the tonic.</param>
    /// <param name="chord">The chord that sounds.</param>
    /// <param name="low">Lowest pitch, inclusive.</param>
    /// <param name="high">Highest pitch, inclusive.</param>
    public int[] Ladder(int key, Chord chord, int low, int high)
    {
        var foreign = chord.PitchClasses.Where(tone => !Has(key, tone)).ToArray();
        return [.. Enumerable.Range(low, high - low + 1).Where(pitch =>
            foreign.Contains(pitch % 12) || (Has(key, pitch) && !foreign.Any(tone => Math.Abs(tone - (pitch % 12)) is 1 or 11)))];
    }

    private bool Has(int key, int pitch) => Array.IndexOf(Steps, (pitch - key + 12) % 12) >= 0;
}
