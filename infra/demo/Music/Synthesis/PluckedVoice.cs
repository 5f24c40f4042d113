namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// Plucked strings: noise that runs around a delay line and loses its highs (Karplus and Strong, "Digital synthesis of
/// plucked-string and drum timbres", 1983), tuned by an all-pass filter (Jaffe and Smith, 1983).
/// </summary>
internal sealed class PluckedVoice : IVoice
{
    private const int LongestLine = 2048;

    /// <summary>Time in which the fundamental falls by 60 dB at middle C, in seconds.</summary>
    public double Seconds { get; init; } = 3;

    /// <summary>How much of the highs the pluck has, 0 (thumb) to 1 (pick).</summary>
    public double Brightness { get; init; } = 0.6;

    /// <summary>How fast the highs go, 0 (never) to 0.5 (soft string).</summary>
    public double Damping { get; init; } = 0.3;

    /// <summary>Where the string is plucked, as a share of its length from the bridge.</summary>
    public double Position { get; init; } = 0.2;

    /// <summary>Time for the string to fall silent once it is let go, in seconds.</summary>
    public double ReleaseSeconds { get; init; } = 0.15;

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> buffer)
    {
        var period = Synthesizer.SampleRate / (double)strike.Frequency;
        var loss = (float)Damping;
        // The two-point average delays by `loss` samples, the all-pass makes up what is missing to the period.
        var size = Math.Clamp((int)(period - loss - 0.3), 2, LongestLine);
        var rest = period - loss - size;
        var tuning = (float)((1 - rest) / (1 + rest));
        Span<float> line = stackalloc float[LongestLine];
        line = line[..size];
        Excite(line, strike);

        var seconds = Seconds * Math.Pow(2, -0.5 * (strike.Pitch - 60) / 12);
        var keep = (float)Math.Pow(0.001, 1 / (seconds * strike.Frequency));
        var released = (float)Math.Pow(0.001, 1 / (ReleaseSeconds * strike.Frequency));
        var ring = strike.Length + (int)(ReleaseSeconds * Synthesizer.SampleRate);
        var output = buffer.Slice(strike.Start, Math.Max(0, Math.Min(ring, buffer.Length - strike.Start)));
        // The filters begin as if the string had always moved: from rest they would add a click that runs around for long.
        float before = line[^1], input = before, passed = before;
        var position = 0;
        var rise = 0f;
        for (var i = 0; i < output.Length; i++)
        {
            if (i == strike.Length)
                keep *= released;
            var value = line[position];
            var averaged = keep * (value + (loss * (before - value)));
            before = value;
            passed = (tuning * (averaged - passed)) + input;
            input = averaged;
            line[position] = passed;
            if (++position == size)
                position = 0;
            rise = Math.Min(1f, rise + 0.02f);
            output[i] += value * rise;
        }
    }

    /// <summary>What runs around the line at first: the triangle into which the finger pulls the string, and its noise.</summary>
    private void Excite(Span<float> line, in Strike strike)
    {
        Span<float> noise = stackalloc float[LongestLine];
        noise = noise[..line.Length];
        // Harder plucks are brighter.
        var brightness = (float)(Brightness * (0.55 + (0.45 * strike.Velocity)));
        Scratch(noise, 1 - brightness, strike.Seed);
        var shift = Math.Max(1, (int)(line.Length * Position));
        var power = 0f;
        for (var i = 0; i < line.Length; i++)
        {
            // The noise less itself, shifted, lacks the harmonics that have a node where the string is plucked.
            line[i] = noise[i] - (0.8f * noise[(i + line.Length - shift) % line.Length]);
            power += line[i] * line[i];
        }
        var level = brightness / MathF.Sqrt((power / line.Length) + 1e-9f);
        for (var i = 0; i < line.Length; i++)
            line[i] = 0.35f * strike.Velocity * ((line[i] * level) + (1.7f * (1 - brightness) * Triangle((float)i / line.Length)));
    }

    /// <summary>Noise without an average and with few highs, around a circle.</summary>
    private static void Scratch(Span<float> noise, float smooth, ulong seed)
    {
        var random = new SeededRandom(seed);
        Span<float> burst = stackalloc float[LongestLine];
        burst = burst[..noise.Length];
        foreach (ref var value in burst)
            value = random.NextSigned();
        float once = 0, twice = 0, mean = 0;
        // In the first round the filter forgets that it began anywhere.
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < burst.Length; i++)
            {
                once = ((1 - smooth) * burst[i]) + (smooth * once);
                twice = ((1 - smooth) * once) + (smooth * twice);
                noise[i] = twice;
            }
        }
        foreach (var value in noise)
            mean += value / noise.Length;
        foreach (ref var value in noise)
            value -= mean;
    }

    /// <summary>The string's shape, there and mirrored back, over one period.</summary>
    private float Triangle(float time)
    {
        var along = time < 0.5f ? 2 * time : 2 * (1 - time);
        var height = along < Position ? along / (float)Position : (1 - along) / (1 - (float)Position);
        return time < 0.5f ? height : -height;
    }
}
