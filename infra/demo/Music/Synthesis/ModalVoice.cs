using System.Runtime.Intrinsics;

namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// Plucked and struck strings, bars and bells as sums of decaying partials, eight per vector, each a complex number that is rotated and
/// scaled from sample to sample.
/// </summary>
/// <param name="partials">The partials, at most <see cref="MaxPartials"/>.</param>
/// <param name="inharmonicity">Stiffness B of a string: partial n has the frequency n √(1 + B n²) times the fundamental.</param>
/// <param name="decayPerOctave">Reduction of the decay time per octave above middle C, as a power of two.</param>
/// <param name="softness">Attenuation of the partials at the lowest velocity, in decibels per step of their ratio.</param>
/// <param name="damper">Time in which a released note decays by 60 dB, in seconds; 0 if it rings on.</param>
/// <param name="attack">Rise time, in seconds.</param>
internal sealed class ModalVoice(
    ModalVoice.Partial[] partials,
    double inharmonicity = 0,
    double decayPerOctave = 0.6,
    double softness = 1.2,
    double damper = 0,
    double attack = 0.002)
    : IVoice
{
    /// <summary>The largest number of partials.</summary>
    public const int MaxPartials = 2 * Lanes;

    private const int Lanes = 8;

    /// <summary>One partial.</summary>
    /// <param name="Ratio">Frequency relative to the note's.</param>
    /// <param name="Gain">Amplitude.</param>
    /// <param name="Seconds">Time in which it decays by 60 dB at middle C.</param>
    internal readonly record struct Partial(double Ratio, double Gain, double Seconds);

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> output)
    {
        Span<float> gains = stackalloc float[MaxPartials], cosines = stackalloc float[MaxPartials], sines = stackalloc float[MaxPartials];
        gains.Clear();
        cosines.Clear();
        sines.Clear();
        var scale = Math.Pow(2, -decayPerOctave * (strike.Pitch - 60) / 12);
        var longest = 0.0;
        for (var i = 0; i < partials.Length; i++)
        {
            var (ratio, gain, seconds) = partials[i];
            var frequency = strike.Frequency * ratio * Math.Sqrt(1 + (inharmonicity * ratio * ratio));
            if (frequency > Synthesizer.SampleRate * 0.42) continue;
            longest = Math.Max(longest, seconds * scale);
            var (sine, cosine) = Math.SinCos(2 * Math.PI * frequency / Synthesizer.SampleRate);
            var shrink = Synthesizer.DecayOf(seconds * scale);
            (cosines[i], sines[i]) = ((float)(cosine * shrink), (float)(sine * shrink));
            gains[i] = (float)(gain * Math.Pow(10, -softness * (1 - strike.Velocity) * (ratio - 1) / 20)) * strike.Velocity;
        }

        var samples = longest * 1.2 * Synthesizer.SampleRate;
        if (damper > 0) samples = Math.Min(samples, strike.Length + (damper * 1.2 * Synthesizer.SampleRate));
        Ring(output[..Math.Min(output.Length, (int)samples)], strike.Length, gains, cosines, sines);
    }

    private void Ring(Span<float> output, int release, Span<float> gains, Span<float> cosines, Span<float> sines)
    {
        const int Block = 64;
        Vector256<float> re0 = Vector256.Create<float>(gains), re1 = Vector256.Create<float>(gains[Lanes..]);
        Vector256<float> im0 = Vector256<float>.Zero, im1 = Vector256<float>.Zero;
        Vector256<float> cos0 = Vector256.Create<float>(cosines), cos1 = Vector256.Create<float>(cosines[Lanes..]);
        Vector256<float> sin0 = Vector256.Create<float>(sines), sin1 = Vector256.Create<float>(sines[Lanes..]);
        var damping = damper == 0 ? 1f : Synthesizer.DecayOf(damper);
        var rise = 1f / Math.Max(1, (int)(attack * Synthesizer.SampleRate));
        var level = 0f;
        for (var block = 0; block < output.Length; block += Block)
        {
            if (release >= 0 && block >= release)
            {
                release = -1;
                (cos0, sin0, cos1, sin1) = (cos0 * damping, sin0 * damping, cos1 * damping, sin1 * damping);
            }

            foreach (ref var sample in output[block..Math.Min(output.Length, block + Block)])
            {
                (re0, im0) = ((re0 * cos0) - (im0 * sin0), (re0 * sin0) + (im0 * cos0));
                (re1, im1) = ((re1 * cos1) - (im1 * sin1), (re1 * sin1) + (im1 * cos1));
                level = Math.Min(1f, level + rise);
                sample += Vector256.Sum(im0 + im1) * level;
            }
        }
    }
}
