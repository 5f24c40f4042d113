namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// Plucked strings: a delay line with a low-pass filter in its loop (Karplus and Strong, "Digital synthesis of plucked-string and drum
/// timbres", 1983), tuned by an all-pass filter (Jaffe and Smith, 1983).
/// </summary>
/// <param name="seconds">Time in which the fundamental decays by 60 dB at middle C.</param>
/// <param name="brightness">Share of high frequencies in the pluck, 0 (thumb) to 1 (pick).</param>
/// <param name="damping">Decay of the high frequencies, 0 (none) to 0.5 (soft string).</param>
/// <param name="position">Position of the pluck, as a share of the string from the bridge.</param>
/// <param name="release">Time in which a released note decays by 60 dB, in seconds.</param>
internal sealed class PluckedVoice(double seconds, double brightness, double damping, double position, double release) : IVoice
{
    private const int MaxLine = 2048;

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> output)
    {
        var period = Synthesizer.SampleRate / (double)strike.Frequency;
        var loss = (float)damping;
        // The two-point average delays by `loss` samples; the all-pass filter adds the remaining fraction of the period.
        var size = Math.Clamp((int)(period - loss - 0.3), 2, MaxLine);
        var rest = period - loss - size;
        var tuning = (float)((1 - rest) / (1 + rest));
        Span<float> line = stackalloc float[MaxLine];
        line = line[..size];
        Excite(line, strike);

        var keep = (float)Math.Pow(0.001, 1 / (seconds * Math.Pow(2, -0.5 * (strike.Pitch - 60) / 12) * strike.Frequency));
        var released = keep * (float)Math.Pow(0.001, 1 / (release * strike.Frequency));
        // The filters start in mid-swing, because starting them at rest would add a click that stays in the loop.
        float before = line[^1], input = before, passed = before, rise = 0;
        var next = 0;
        output = output[..Math.Min(output.Length, strike.Length + (int)(release * Synthesizer.SampleRate))];
        for (var i = 0; i < output.Length; i++)
        {
            if (i == strike.Length) keep = released;
            var value = line[next];
            var averaged = keep * (value + (loss * (before - value)));
            before = value;
            passed = (tuning * (averaged - passed)) + input;
            input = averaged;
            line[next] = passed;
            if (++next == size) next = 0;
            rise = Math.Min(1f, rise + 0.02f);
            output[i] += value * rise;
        }
    }

    /// <summary>Fills the line with the triangle into which the string is pulled, and the noise of the pluck.</summary>
    private void Excite(Span<float> line, in Strike strike)
    {
        Span<float> noise = stackalloc float[MaxLine];
        noise = noise[..line.Length];
        // Harder plucks are brighter.
        var bright = (float)(brightness * (0.55 + (0.45 * strike.Velocity)));
        Scratch(noise, 1 - bright, strike.Seed);
        var shift = Math.Max(1, (int)(line.Length * position));
        var power = 0f;
        for (var i = 0; i < line.Length; i++)
        {
            // Subtracting the shifted noise removes the harmonics that have a node at the position of the pluck.
            line[i] = noise[i] - (0.8f * noise[(i + line.Length - shift) % line.Length]);
            power += line[i] * line[i];
        }

        var level = bright / MathF.Sqrt((power / line.Length) + 1e-9f);
        for (var i = 0; i < line.Length; i++)
            line[i] = 0.35f * strike.Velocity * ((line[i] * level) + (1.7f * (1 - bright) * Triangle((float)i / line.Length)));
    }

    /// <summary>Fills a circular buffer with low-passed noise without a mean.</summary>
    private static void Scratch(Span<float> noise, float smooth, ulong seed)
    {
        var random = new SeededRandom(seed);
        foreach (ref var value in noise) value = random.NextSigned();
        // Two poles, applied in place around the circle.
        for (var pass = 0; pass < 2; pass++)
        {
            var last = 0f;
            foreach (var value in noise) last = ((1 - smooth) * value) + (smooth * last);
            foreach (ref var value in noise) value = last = ((1 - smooth) * value) + (smooth * last);
        }

        var mean = 0f;
        foreach (var value in noise) mean += value / noise.Length;
        foreach (ref var value in noise) value -= mean;
    }

    /// <summary>Returns the shape of the string over one period: once upright, once mirrored.</summary>
    private float Triangle(float time)
    {
        var along = time < 0.5f ? 2 * time : 2 * (1 - time);
        var height = along < position ? along / (float)position : (1 - along) / (1 - (float)position);
        return time < 0.5f ? height : -height;
    }
}
