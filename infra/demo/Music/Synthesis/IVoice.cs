namespace Spotify.Demo.Music.Synthesis;

/// <summary>A way to make the sound of single notes.</summary>
internal interface IVoice
{
    /// <summary>Adds one note to a buffer. What reaches past the buffer's end is lost.</summary>
    void Play(in Strike strike, Span<float> buffer);
}

/// <summary>A note in the units of the synthesiser.</summary>
/// <param name="Start">First sample.</param>
/// <param name="Length">Samples until it is let go.</param>
/// <param name="Pitch">MIDI note number.</param>
/// <param name="Velocity">0–1.</param>
/// <param name="Seed">For whatever is random in the sound.</param>
internal readonly record struct Strike(int Start, int Length, float Pitch, float Velocity, ulong Seed)
{
    /// <summary>Frequency in hertz, equal temperament with A at 440 Hz.</summary>
    public float Frequency => 440f * MathF.Pow(2f, (Pitch - 69f) / 12f);
}
