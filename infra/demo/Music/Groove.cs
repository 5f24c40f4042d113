namespace Spotify.Demo.Music;

/// <summary>Swing, and the small random deviations of a human performance.</summary>
/// <param name="Seconds">Largest deviation of a note's start, in seconds.</param>
/// <param name="Velocity">Largest deviation of a note's velocity.</param>
/// <param name="Swing">Share of the first note in a pair of notes: 0.5 straight, 0.67 triplets.</param>
/// <param name="Pair">Length of the pair, in beats: 1 swings eighths, 0.5 sixteenths.</param>
internal sealed record Groove(double Seconds = 0, double Velocity = 0.06, double Swing = 0.5, double Pair = 1)
{
    /// <summary>Applies the groove to a part.</summary>
    public Part Play(Part part, double tempo, SeededRandom random) => part with
    {
        Notes = [.. part.Notes.Select(note => note with
        {
            Start = Math.Max(0, Warp(note.Start) + (Seconds * tempo / 60 * random.NextSigned())),
            Length = Warp(note.Start + note.Length) - Warp(note.Start),
            Velocity = (float)Math.Clamp(note.Velocity + (Velocity * random.NextSigned()), 0.05, 1),
        })],
    };

    private double Warp(double beat)
    {
        var pair = Math.Floor(beat / Pair);
        var within = (beat / Pair) - pair;
        return (pair + (within < 0.5 ? within * 2 * Swing : Swing + ((within - 0.5) * 2 * (1 - Swing)))) * Pair;
    }
}
