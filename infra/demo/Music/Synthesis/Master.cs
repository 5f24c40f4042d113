namespace Spotify.Demo.Music.Synthesis;

/// <summary>The last steps: tone, fades, loudness, a limiter, and whole numbers.</summary>
internal static class Master
{
    private const double TargetLoudness = -14;

    /// <summary>Highest sample: −1 dB below full scale.</summary>
    private const float Ceiling = 0.891f;

    private const int FadeInSamples = 220;
    private const double FadeOutSeconds = 2.2;
    private const int LimiterBlock = 64;

    /// <summary>Finishes a mix, which is changed on the way.</summary>
    /// <returns>Interleaved stereo.</returns>
    public static short[] Finish(Bus mix, Mix settings)
    {
        Shape(mix.Left, settings.Brightness);
        Shape(mix.Right, settings.Brightness);
        var gain = Math.Pow(10, (TargetLoudness - Loudness.Measure(mix.Left, mix.Right)) / 20);
        if (!double.IsFinite(gain))
            gain = 0;
        return Limit(mix, (float)gain);
    }

    private static void Shape(float[] channel, double brightness)
    {
        var lows = new StateFilter();
        lows.Tune(28, 0.7f);
        var highs = new StateFilter();
        highs.Tune((float)brightness, 0.7f);
        foreach (ref var sample in channel.AsSpan())
            sample = highs.NextLow(lows.NextHigh(sample));
        for (var i = 0; i < FadeInSamples; i++)
            channel[i] *= (float)i / FadeInSamples;
        var fade = (int)(FadeOutSeconds * Synthesizer.SampleRate);
        for (var i = 0; i < fade; i++)
        {
            var rest = (float)i / fade;
            channel[^(i + 1)] *= rest * rest * (3 - (2 * rest));
        }
    }

    /// <summary>
    /// Gains are found for blocks of 1.5 ms, from each one's highest sample, and joined by straight lines that never lie
    /// above the gain of a block they touch: no sample can pass the ceiling.
    /// </summary>
    private static short[] Limit(Bus mix, float gain)
    {
        const float Attack = 0.3f, Release = 0.01f;
        var length = mix.Left.Length;
        var gains = new float[(length + LimiterBlock - 1) / LimiterBlock];
        for (var block = 0; block < gains.Length; block++)
        {
            var peak = 0f;
            for (var i = block * LimiterBlock; i < Math.Min(length, (block + 1) * LimiterBlock); i++)
                peak = Math.Max(peak, Math.Max(Math.Abs(mix.Left[i]), Math.Abs(mix.Right[i])));
            gains[block] = Math.Min(gain, Ceiling / (peak + 1e-9f));
        }
        for (var block = 1; block < gains.Length; block++)
            gains[block] = Math.Min(gains[block], gains[block - 1] + ((gain - gains[block - 1]) * Release));
        for (var block = gains.Length - 2; block >= 0; block--)
            gains[block] = Math.Min(gains[block], gains[block + 1] + ((gain - gains[block + 1]) * Attack));

        var pcm = new short[length * 2];
        for (var block = 0; block < gains.Length; block++)
        {
            var from = Math.Min(gains[block], gains[Math.Max(0, block - 1)]);
            var to = Math.Min(gains[block], gains[Math.Min(gains.Length - 1, block + 1)]);
            var slope = (to - from) / LimiterBlock;
            for (var i = block * LimiterBlock; i < Math.Min(length, (block + 1) * LimiterBlock); i++, from += slope)
            {
                pcm[2 * i] = (short)MathF.Round(mix.Left[i] * from * short.MaxValue);
                pcm[(2 * i) + 1] = (short)MathF.Round(mix.Right[i] * from * short.MaxValue);
            }
        }
        return pcm;
    }
}
