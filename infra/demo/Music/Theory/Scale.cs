namespace Spotify.Demo.Music.Theory;

/// <summary>A scale.</summary>
/// <param name="Steps">Semitones above the tonic, ascending from 0.</param>
internal sealed record Scale(params int[] Steps)
{
    public static readonly Scale Major = new(0, 2, 4, 5, 7, 9, 11), Pentatonic = new(0, 2, 4, 7, 9);

    /// <summary>
    /// Returns the pitches of a range that fit a chord: those of the scale, except steps that are a semitone away from a chord tone
    /// outside the scale, which replaces them (the raised seventh of a minor key above its dominant).
    /// </summary>
    /// <param name="chord">The chord that sounds.</param>
    /// <param name="key">Pitch class of the tonic.</param>
    /// <param name="low">Lowest pitch, inclusive.</param>
    /// <param name="high">Highest pitch, inclusive.</param>
    public int[] PitchesFor(Chord chord, int key, int low, int high)
    {
        var foreign = chord.PitchClasses.Where(tone => !Has(key, tone)).ToArray();
        return [.. Enumerable.Range(low, high - low + 1).Where(pitch =>
            foreign.Contains(pitch % 12) || (Has(key, pitch) && !foreign.Any(tone => Math.Abs(tone - (pitch % 12)) is 1 or 11)))];
    }

    private bool Has(int key, int pitch) => Steps.Contains((pitch - key + 12) % 12);
}
