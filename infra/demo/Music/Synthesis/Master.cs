namespace Spotify.Demo.Music.Synthesis;

/// <summary>The last steps of a mix: equalization, fades, loudness, a limiter, and conversion to 16 bits.</summary>
internal static class Master
{
    private const double TargetLoudness = -14;

    /// <summary>Highest sample: −1 dB below full scale.</summary>
    private const float Ceiling = 0.891f;

    private const int FadeIn = 220;
    private const int FadeOut = (int)(2.2 * Synthesizer.SampleRate);
    private const int Block = 64;

    /// <summary>Finishes a mix, whose buffers are overwritten.</summary>
    /// <returns>Interleaved stereo.</returns>
    public static short[] Finish(Bus mix, Mix settings)
    {
        Shape(mix.Left, settings.Brightness);
        Shape(mix.Right, settings.Brightness);
        var gain = Math.Pow(10, (TargetLoudness - Loudness.Measure(mix.Left, mix.Right)) / 20);
        return Limit(mix, double.IsFinite(gain) ? (float)gain : 0);
    }

    private static void Shape(float[] channel, double brightness)
    {
        StateFilter lows = default, highs = default;
        lows.Tune(28, 0.7f);
        highs.Tune((float)brightness, 0.7f);
        foreach (ref var sample in channel.AsSpan()) sample = highs.NextLow(lows.NextHigh(sample));
        for (var i = 0; i < FadeIn; i++) channel[i] *= (float)i / FadeIn;
        for (var i = 0; i < FadeOut; i++)
        {
            var rest = (float)i / FadeOut;
            channel[^(i + 1)] *= rest * rest * (3 - (2 * rest));
        }
    }

    /// <summary>
    /// Limits peaks. Each block of 1.5 ms has the gain that its highest sample allows; gains are interpolated linearly between the
    /// lower ones of adjacent blocks, so that no sample exceeds the ceiling.
    /// </summary>
    private static short[] Limit(Bus mix, float gain)
    {
        const float Attack = 0.3f, Release = 0.01f;
        var length = mix.Left.Length;
        var gains = new float[(length + Block - 1) / Block];
        Array.Fill(gains, gain);
        for (var i = 0; i < length; i++)
            gains[i / Block] = Math.Min(gains[i / Block], Ceiling / (Math.Max(Math.Abs(mix.Left[i]), Math.Abs(mix.Right[i])) + 1e-9f));
        for (var i = 1; i < gains.Length; i++) gains[i] = Math.Min(gains[i], gains[i - 1] + ((gain - gains[i - 1]) * Release));
        for (var i = gains.Length - 2; i >= 0; i--) gains[i] = Math.Min(gains[i], gains[i + 1] + ((gain - gains[i + 1]) * Attack));

        var pcm = new short[length * 2];
        for (var block = 0; block < gains.Length; block++)
        {
            var from = Math.Min(gains[block], gains[Math.Max(0, block - 1)]);
            var slope = (Math.Min(gains[block], gains[Math.Min(gains.Length - 1, block + 1)]) - from) / Block;
            for (var i = block * Block; i < Math.Min(length, (block + 1) * Block); i++, from += slope)
            {
                pcm[2 * i] = (short)MathF.Round(mix.Left[i] * from * short.MaxValue);
                pcm[(2 * i) + 1] = (short)MathF.Round(mix.Right[i] * from * short.MaxValue);
            }
        }

        return pcm;
    }
}
