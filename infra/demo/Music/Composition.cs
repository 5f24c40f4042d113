namespace Spotify.Demo.Music;

/// <summary>A piece of music, ready to be rendered.</summary>
/// <param name="Tempo">Beats per minute.</param>
/// <param name="BeatsPerBar">3 or 4.</param>
/// <param name="Bars">Length; the final chord fades in the last bar.</param>
/// <param name="Mix">Settings that apply to all parts.</param>
/// <param name="Parts">The parts, one per instrument.</param>
internal sealed record Composition(double Tempo, int BeatsPerBar, int Bars, Mix Mix, IReadOnlyList<Part> Parts)
{
    /// <summary>Length in beats.</summary>
    public int Beats => Bars * BeatsPerBar;

    public TimeSpan Duration => TimeSpan.FromMinutes(Beats / Tempo);
}

/// <summary>The notes of one instrument.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Notes">The notes, in any order; they may overlap.</param>
/// <param name="Channel">Place in the mix.</param>
internal sealed record Part(Instrument Instrument, IReadOnlyList<Note> Notes, Channel Channel);

/// <summary>The place of a part in the mix.</summary>
/// <param name="Level">Loudness relative to the other parts, in decibels.</param>
/// <param name="Pan">−1 (left) to 1 (right).</param>
/// <param name="Reverb">Share sent to the reverb, 0–1.</param>
/// <param name="Echo">Share sent to the echo, 0–1.</param>
/// <param name="Ducked">Whether the kick drum attenuates this part.</param>
internal sealed record Channel(double Level, double Pan = 0, double Reverb = 0.15, double Echo = 0, bool Ducked = false);

/// <summary>One note.</summary>
/// <param name="Start">Beats since the beginning of the piece.</param>
/// <param name="Length">Beats until the release.</param>
/// <param name="Pitch">MIDI note number (60 is middle C), or a <see cref="Drum"/>.</param>
/// <param name="Velocity">0–1.</param>
internal readonly record struct Note(double Start, double Length, float Pitch, float Velocity);

/// <summary>Settings that apply to all parts.</summary>
/// <param name="ReverbSeconds">Time in which the reverb decays by 60 dB.</param>
/// <param name="EchoBeats">Distance of the echoes, in beats.</param>
/// <param name="Duck">Attenuation of ducked parts by the kick drum, 0 (none) to 1 (full).</param>
/// <param name="Brightness">Cutoff of the final low-pass filter, in hertz.</param>
internal sealed record Mix(double ReverbSeconds, double EchoBeats = 0.75, double Duck = 0, double Brightness = 16_000);
