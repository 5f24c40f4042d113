namespace Spotify.Demo.Music;

/// <summary>How players keep time: swing, and the small deviations that make a performance sound human.</summary>
internal sealed record Groove
{
    /// <summary>Share of a pair of notes that the first one takes: 0.5 straight, 0.67 triplets.</summary>
    public double Swing { get; init; } = 0.5;

    /// <summary>Length of the pair, in beats: 1 swings eighths, 0.5 sixteenths.</summary>
    public double Pair { get; init; } = 1;

    /// <summary>Largest deviation of a note's start, in seconds.</summary>
    public double LooseSeconds { get; init; }

    /// <summary>Largest deviation of a note's velocity.</summary>
    public double LooseVelocity { get; init; } = 0.06;

    /// <summary>A part as this groove plays it.</summary>
    public Part Play(Part part, double tempo, SeededRandom random)
    {
        var looseBeats = LooseSeconds * tempo / 60;
        return part with
        {
            Notes = [.. part.Notes.Select(note =>
            {
                var start = Math.Max(0, Warp(note.Start) + (looseBeats * random.NextSigned()));
                var velocity = Math.Clamp(note.Velocity + (LooseVelocity * random.NextSigned()), 0.05, 1);
                return note with { Start = start, Length = Warp(note.Start + note.Length) - Warp(note.Start), Velocity = (float)velocity };
            })],
        };
    }

    private double Warp(double beat)
    {
        var pair = Math.Floor(beat / Pair);
        var within = (beat / Pair) - pair;
        var warped = within < 0.5 ? within * 2 * Swing : Swing + ((within - 0.5) * 2 * (1 - Swing));
        return (pair + warped) * Pair;
    }
}
