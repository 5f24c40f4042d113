using System.Runtime.Intrinsics;

namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// Struck strings, bars and bells as sums of decaying partials, eight to a vector, each a complex number that turns and
/// shrinks from sample to sample.
/// </summary>
internal sealed class ModalVoice : IVoice
{
    private const int Lanes = 8;
    private const int MostPartials = 2 * Lanes;

    // Vectors work in steps; whether a note is over is looked at between them.
    private const int Block = 64;

    /// <summary>The partials, at most 16.</summary>
    public required IReadOnlyList<Partial> Partials { get; init; }

    /// <summary>Stiffness of a string: partial n sounds at n √(1 + B n²) times the fundamental.</summary>
    public double Inharmonicity { get; init; }

    /// <summary>How much shorter notes ring for each octave above middle C, as a power of two.</summary>
    public double DecayPerOctave { get; init; } = 0.6;

    /// <summary>Loss of each partial's brightness at the softest velocity, in decibels per step of its ratio.</summary>
    public double Softness { get; init; } = 1.2;

    /// <summary>Time for the damper to silence a note that is let go, in seconds; 0 lets it ring.</summary>
    public double DamperSeconds { get; init; }

    /// <summary>Rise time, in seconds.</summary>
    public double AttackSeconds { get; init; } = 0.002;

    /// <summary>One partial.</summary>
    /// <param name="Ratio">Frequency over that of the note.</param>
    /// <param name="Gain">Amplitude.</param>
    /// <param name="Seconds">Time in which it falls by 60 dB at middle C.</param>
    internal readonly record struct Partial(double Ratio, double Gain, double Seconds);

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> buffer)
    {
        Span<float> real = stackalloc float[MostPartials], imaginary = stackalloc float[MostPartials];
        Span<float> cosine = stackalloc float[MostPartials], sine = stackalloc float[MostPartials];
        real.Clear();
        imaginary.Clear();
        cosine.Clear();
        sine.Clear();
        var scale = Math.Pow(2, -DecayPerOctave * (strike.Pitch - 60) / 12);
        var longest = 0.0;
        for (var i = 0; i < Partials.Count; i++)
        {
            var partial = Partials[i];
            var frequency = strike.Frequency * partial.Ratio * Math.Sqrt(1 + (Inharmonicity * partial.Ratio * partial.Ratio));
            if (frequency > Synthesizer.SampleRate * 0.42)
                continue;
            var seconds = partial.Seconds * scale;
            longest = Math.Max(longest, seconds);
            var turn = 2 * Math.PI * frequency / Synthesizer.SampleRate;
            var shrink = Decay.PerSample(seconds);
            cosine[i] = (float)(Math.Cos(turn) * shrink);
            sine[i] = (float)(Math.Sin(turn) * shrink);
            var softer = Math.Pow(10, -Softness * (1 - strike.Velocity) * (partial.Ratio - 1) / 20);
            real[i] = (float)(partial.Gain * softer) * strike.Velocity;
        }
        var ring = (int)(longest * 1.2 * Synthesizer.SampleRate);
        var damped = DamperSeconds == 0 ? ring : Math.Min(ring, strike.Length + (int)(DamperSeconds * 1.2 * Synthesizer.SampleRate));
        var end = Math.Min(buffer.Length - strike.Start, damped);
        if (end > 0)
            Ring(buffer.Slice(strike.Start, end), strike.Length, real, imaginary, cosine, sine);
    }

    private void Ring(
        Span<float> buffer,
        int length,
        ReadOnlySpan<float> real,
        ReadOnlySpan<float> imaginary,
        ReadOnlySpan<float> cosine,
        ReadOnlySpan<float> sine)
    {
        Vector256<float> re0 = Vector256.Create(real), re1 = Vector256.Create(real[Lanes..]);
        Vector256<float> im0 = Vector256.Create(imaginary), im1 = Vector256.Create(imaginary[Lanes..]);
        Vector256<float> cos0 = Vector256.Create(cosine), cos1 = Vector256.Create(cosine[Lanes..]);
        Vector256<float> sin0 = Vector256.Create(sine), sin1 = Vector256.Create(sine[Lanes..]);
        var damper = DamperSeconds == 0 ? 1f : Decay.PerSample(DamperSeconds);
        var rise = 1f / Math.Max(1, (int)(AttackSeconds * Synthesizer.SampleRate));
        var gain = 0f;
        var held = true;
        for (var block = 0; block < buffer.Length; block += Block)
        {
            if (held && block >= length)
            {
                held = false;
                (cos0, sin0, cos1, sin1) = (cos0 * damper, sin0 * damper, cos1 * damper, sin1 * damper);
            }
            foreach (ref var sample in buffer[block..Math.Min(buffer.Length, block + Block)])
            {
                (re0, im0) = ((re0 * cos0) - (im0 * sin0), (re0 * sin0) + (im0 * cos0));
                (re1, im1) = ((re1 * cos1) - (im1 * sin1), (re1 * sin1) + (im1 * cos1));
                gain = Math.Min(1f, gain + rise);
                sample += Vector256.Sum(im0 + im1) * gain;
            }
        }
    }
}
