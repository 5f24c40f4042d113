namespace Spotify.Local.Demo.Music.Synthesis;

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
        float before = 0, input = 0, passed = 0;
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

    private void Excite(Span<float> line, in Strike strike)
    {
        var random = new SeededRandom(strike.Seed);
        // Harder plucks are brighter.
        var smooth = (float)(1 - (Brightness * (0.55 + (0.45 * strike.Velocity))));
        var last = 0f;
        var mean = 0f;
        foreach (ref var value in line)
        {
            last = ((1 - smooth) * random.NextSigned()) + (smooth * last);
            value = last;
            mean += value / line.Length;
        }
        // Subtracting the burst from itself, shifted, takes away the harmonics that have a node where the string is plucked.
        var shift = Math.Max(1, (int)(line.Length * Position));
        Span<float> copy = stackalloc float[LongestLine];
        line.CopyTo(copy);
        var power = 0f;
        for (var i = 0; i < line.Length; i++)
        {
            line[i] = copy[i] - mean - (0.8f * (copy[(i + line.Length - shift) % line.Length] - mean));
            power += line[i] * line[i];
        }
        var scale = 0.35f * strike.Velocity / MathF.Sqrt((power / line.Length) + 1e-9f);
        foreach (ref var value in line)
            value *= scale;
    }
}
