namespace Spotify.Demo.Music;

/// <summary>A piece of music, ready to be rendered.</summary>
/// <param name="Tempo">Beats per minute.</param>
/// <param name="BeatsPerBar">3 or 4.</param>
/// <param name="Bars">Length; the last bar is for the final chord to fade.</param>
/// <param name="Mix">What happens to the parts together.</param>
/// <param name="Parts">Who plays what.</param>
public sealed record Composition(double Tempo, int BeatsPerBar, int Bars, Mix Mix, IReadOnlyList<Part> Parts)
{
    /// <summary>Length in beats.</summary>
    public int Beats => Bars * BeatsPerBar;

    /// <summary>Length in time.</summary>
    public TimeSpan Duration => TimeSpan.FromMinutes(Beats / Tempo);
}

/// <summary>What one instrument plays.</summary>
/// <param name="Instrument">Its sound.</param>
/// <param name="Notes">Its notes, in any order; they may overlap.</param>
public sealed record Part(Instrument Instrument, IReadOnlyList<Note> Notes)
{
    /// <summary>Loudness beside the other parts, in decibels.</summary>
    public double Level { get; init; }

    /// <summary>−1 (left) to 1 (right).</summary>
    public double Pan { get; init; }

    /// <summary>Share sent to the reverberation, 0–1.</summary>
    public double Reverb { get; init; } = 0.15;

    /// <summary>Share sent to the echo, 0–1.</summary>
    public double Echo { get; init; }

    /// <summary>Whether the kick drum pushes this part down.</summary>
    public bool Ducked { get; init; }
}

/// <summary>One note.</summary>
/// <param name="Start">Beats since the beginning of the piece.</param>
/// <param name="Length">Beats until it is let go.</param>
/// <param name="Pitch">MIDI note number, 60 is middle C; a fraction lies between two keys.</param>
/// <param name="Velocity">How hard it is struck, 0–1.</param>
public readonly record struct Note(double Start, double Length, float Pitch, float Velocity);

/// <summary>What happens to all parts together.</summary>
public sealed record Mix
{
    /// <summary>Time in which the reverberation falls by 60 dB, in seconds.</summary>
    public double ReverbSeconds { get; init; } = 1.4;

    /// <summary>Distance of the echoes, in beats.</summary>
    public double EchoBeats { get; init; } = 0.75;

    /// <summary>How far the kick drum pushes ducked parts down, 0 (not) to 1 (away).</summary>
    public double Duck { get; init; }

    /// <summary>Where the highest sounds begin to be taken away, in hertz.</summary>
    public double Brightness { get; init; } = 16_000;
}
