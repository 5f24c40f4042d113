namespace Spotify.Demo.Music.Synthesis;

/// <summary>A renderer of the notes of an instrument.</summary>
internal interface IVoice
{
    /// <summary>Adds one note to a buffer that starts with the note. The part past the buffer's end is dropped.</summary>
    void Play(in Strike strike, Span<float> output);
}

/// <summary>A note in the units of the synthesizer.</summary>
/// <param name="Length">Samples until the release.</param>
/// <param name="Pitch">MIDI note number.</param>
/// <param name="Velocity">0–1.</param>
/// <param name="Seed">Seed for the random parts of the sound.</param>
internal readonly record struct Strike(int Length, float Pitch, float Velocity, ulong Seed)
{
    /// <summary>Frequency in hertz, in equal temperament with A at 440 Hz.</summary>
    public float Frequency => 440f * MathF.Pow(2f, (Pitch - 69f) / 12f);
}

/// <summary>A stereo signal.</summary>
internal sealed record Bus(float[] Left, float[] Right)
{
    public static Bus Silent(int length) => new(new float[length], new float[length]);

    public void Add(Bus other)
    {
        for (var i = 0; i < Left.Length; i++)
        {
            Left[i] += other.Left[i];
            Right[i] += other.Right[i];
        }
    }
}
