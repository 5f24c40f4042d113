using System.Runtime.CompilerServices;

namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// A state-variable filter of second order that may be retuned while it runs (Zavalishin, "The art of VA filter design",
/// chapter 4).
/// </summary>
internal struct StateFilter
{
    private float g;
    private float damping;
    private float scale;
    private float first;
    private float second;

    /// <summary>Sets the cutoff, in hertz, and the emphasis (Q) there.</summary>
    public void Tune(float cutoff, float resonance)
    {
        g = MathF.Tan(MathF.PI * Math.Clamp(cutoff, 20, Synthesizer.SampleRate * 0.42f) / Synthesizer.SampleRate);
        damping = 1 / resonance;
        scale = 1 / (1 + (g * (g + damping)));
    }

    /// <summary>What passes of one sample below the cutoff.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float NextLow(float input)
    {
        Step(input, out var low, out _);
        return low;
    }

    /// <summary>What passes of one sample around the cutoff, with a gain of 1 there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float NextBand(float input)
    {
        Step(input, out _, out var band);
        return band * damping;
    }

    /// <summary>What passes of one sample above the cutoff.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float NextHigh(float input)
    {
        Step(input, out var low, out var band);
        return input - (damping * band) - low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(float input, out float low, out float band)
    {
        var high = (input - ((g + damping) * first) - second) * scale;
        band = (g * high) + first;
        first = (g * high) + band;
        low = (g * band) + second;
        second = (g * band) + low;
    }
}
