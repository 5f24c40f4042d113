namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// Electric piano by frequency modulation (Chowning, "The synthesis of complex audio spectra by means of frequency
/// modulation", 1973): a body whose brightness fades, and the short ring of the tine.
/// </summary>
internal sealed class FmVoice : IVoice
{
    private const float ReleaseSeconds = 0.12f;

    /// <summary>Time in which the tone falls by 60 dB at middle C, in seconds.</summary>
    public double Seconds { get; init; } = 5;

    /// <summary>Modulation at full velocity, in radians.</summary>
    public float Index { get; init; } = 1.6f;

    /// <summary>Frequency of the tine over that of the note.</summary>
    public float TineRatio { get; init; } = 14;

    /// <summary>Loudness of the tine at full velocity.</summary>
    public float Tine { get; init; } = 0.12f;

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> buffer)
    {
        const float RadiansToPhase = 4_294_967_296f / (2 * MathF.PI);
        var table = Wave.Sine.For(440);
        var frequency = strike.Frequency;
        var step = Wave.Increment(frequency);
        // A hair sharp, so that the body beats slowly against its modulator.
        var modulatorStep = Wave.Increment(frequency * 1.0007);
        var hasTine = frequency * TineRatio < Synthesizer.SampleRate * 0.4;
        var tineStep = hasTine ? Wave.Increment(frequency * TineRatio) : 0;
        uint phase = 0, modulator = 0, tinePhase = 0;

        var fall = Decay.PerSample(Seconds * Math.Pow(2, -0.5 * (strike.Pitch - 60) / 12));
        var release = Decay.PerSample(ReleaseSeconds);
        var indexFall = Decay.PerSample(1.8);
        var tineFall = Decay.PerSample(0.5);
        var level = 0.5f * strike.Velocity;
        var index = Index * strike.Velocity * strike.Velocity * Math.Min(1f, 700f / frequency) * RadiansToPhase;
        var tine = hasTine ? Tine * strike.Velocity * strike.Velocity : 0;
        var floor = index * 0.18f;
        var rise = 0f;
        var output = buffer[Math.Min(strike.Start, buffer.Length)..];
        for (var i = 0; i < output.Length && level > Decay.Gone; i++)
        {
            if (i == strike.Length)
                fall *= release;
            var shift = (uint)(long)((index + floor) * Wave.Read(table, modulator));
            var value = Wave.Read(table, phase + shift) + (tine * Wave.Read(table, tinePhase));
            rise = Math.Min(1f, rise + 0.012f);
            output[i] += value * level * rise;
            phase += step;
            modulator += modulatorStep;
            tinePhase += tineStep;
            level *= fall;
            index *= indexFall;
            tine *= tineFall;
        }
    }
}
