using System.Runtime.CompilerServices;

namespace Spotify.Demo.Music.Synthesis;

/// <summary>A second-order filter that may be retuned while it runs (Zavalishin, "The art of VA filter design", chapter 4).</summary>
internal struct StateFilter
{
    private float g, damping, scale, first, second;

    /// <summary>Sets the cutoff, in hertz, and the resonance (Q).</summary>
    public void Tune(float cutoff, float resonance)
    {
        g = MathF.Tan(MathF.PI * Math.Clamp(cutoff, 20, Synthesizer.SampleRate * 0.42f) / Synthesizer.SampleRate);
        damping = 1 / resonance;
        scale = 1 / (1 + (g * (g + damping)));
    }

    /// <summary>Filters one sample: low-pass.</summary>
    public float NextLow(float input) => Step(input).Low;

    /// <summary>Filters one sample: band-pass with a gain of 1 at the cutoff.</summary>
    public float NextBand(float input) => Step(input).Band * damping;

    /// <summary>Filters one sample: high-pass.</summary>
    public float NextHigh(float input)
    {
        var (low, band) = Step(input);
        return input - (damping * band) - low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (float Low, float Band) Step(float input)
    {
        var high = (input - ((g + damping) * first) - second) * scale;
        var band = (g * high) + first;
        first = (g * high) + band;
        var low = (g * band) + second;
        second = (g * band) + low;
        return (low, band);
    }
}
