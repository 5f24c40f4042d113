namespace Spotify.Demo.Music.Synthesis;

/// <summary>Makes the sound of one stroke on each drum of a kit, from sines that fall in pitch and filtered noise.</summary>
internal sealed class DrumMaker(DrumSound sound)
{
    /// <summary>The samples of one stroke at full velocity.</summary>
    public float[] Make(Drum drum)
    {
        var stroke = drum switch
        {
            Drum.Kick => Kick(),
            Drum.Snare => Snare(),
            Drum.Rim => Mix(0.12, Skin(820, 1, 0.07, 0.5f), Skin(1_750, 1, 0.04, 0.35f), Noise(2_400, 2, 0.03, 0.3f)),
            Drum.Clap => Clap(),
            Drum.ClosedHat => Mix(0.1, Metal(0.07, 0.32f)),
            Drum.OpenHat => Mix(0.45, Metal(0.38, 0.3f)),
            Drum.Ride => Mix(1.2, Metal(0.9, 0.12f), Skin(3_150, 1, 0.5, 0.06f), Skin(4_820, 1, 0.4, 0.05f)),
            Drum.Crash => Mix(2.2, Metal(1.9, 0.3f), Noise(4_200, 0.7f, 1.3, 0.14f)),
            Drum.Shaker => Shaker(),
            Drum.LowTom => Mix(0.6, Skin(95, 1.5, 0.5, 0.8f), Noise(900, 0.8f, 0.06, 0.15f)),
            _ => Mix(0.5, Skin(150, 1.5, 0.4, 0.8f), Noise(1_200, 0.8f, 0.06, 0.15f)),
        };
        return Finish(stroke);
    }

    private float[] Kick() => Mix(
        sound.KickSeconds, Skin(sound.KickFrequency, 4.2, sound.KickSeconds, 1f), Noise(3_000, 0.8f, 0.012, sound.KickClick));

    private float[] Snare() => Mix(
        sound.SnareSeconds * 1.2,
        Skin(sound.SnareFrequency, 1.35, 0.16, 0.55f),
        Skin(sound.SnareFrequency * 1.78, 1.1, 0.1, 0.25f),
        Noise(2_100, 0.6f, sound.SnareSeconds, sound.SnareNoise),
        Metal(sound.SnareSeconds * 0.7, 0.25f * sound.SnareNoise));

    /// <summary>Several hands, a hundredth of a second after one another.</summary>
    private static float[] Clap()
    {
        var hands = new float[Synthesizer.SampleRate / 4];
        foreach (var (delay, seconds, gain) in ((double, double, float)[])[(0, 0.02, 0.5f), (0.011, 0.02, 0.45f), (0.022, 0.2, 0.6f)])
        {
            var start = (int)(delay * Synthesizer.SampleRate);
            var hand = Noise(1_250, 1.2f, seconds, gain, seed: 40 + start)(hands.Length - start);
            for (var i = 0; i < hand.Length; i++)
                hands[start + i] += hand[i];
        }
        return hands;
    }

    private static float[] Shaker()
    {
        var stroke = Mix(0.1, Noise(6_500, 0.9f, 0.12, 0.35f));
        // Grains gather before they hit.
        var rise = Synthesizer.SampleRate / 40;
        for (var i = 0; i < rise; i++)
            stroke[i] *= (float)i / rise;
        return stroke;
    }

    private static float[] Mix(double seconds, params ReadOnlySpan<Func<int, float[]>> layers)
    {
        var mixed = new float[(int)(seconds * Synthesizer.SampleRate)];
        foreach (var layer in layers)
        {
            var samples = layer(mixed.Length);
            for (var i = 0; i < mixed.Length; i++)
                mixed[i] += samples[i];
        }
        return mixed;
    }

    /// <summary>A sine that starts <paramref name="bend"/> times higher and settles.</summary>
    private static Func<int, float[]> Skin(double frequency, double bend, double seconds, float gain) => length =>
    {
        var samples = new float[length];
        var sine = Wave.Sine.For(440);
        var fall = Decay.PerSample(seconds);
        var settle = Decay.PerSample(0.09);
        var extra = bend - 1;
        uint phase = 0;
        for (var i = 0; i < length; i++)
        {
            samples[i] = gain * Wave.Read(sine, phase);
            phase += Wave.Increment(frequency * (1 + extra));
            extra *= settle;
            gain *= fall;
        }
        return samples;
    };

    /// <summary>Noise around a frequency.</summary>
    private static Func<int, float[]> Noise(float frequency, float resonance, double seconds, float gain, int seed = 17) => length =>
    {
        var samples = new float[length];
        var random = new SeededRandom((ulong)seed);
        var filter = new StateFilter();
        filter.Tune(frequency, resonance);
        var fall = Decay.PerSample(seconds);
        for (var i = 0; i < length; i++)
        {
            samples[i] = gain * 1.6f * filter.NextBand(random.NextSigned());
            gain *= fall;
        }
        return samples;
    };

    /// <summary>Six squares that share no harmonics, and noise, without their lows: hats and cymbals.</summary>
    private Func<int, float[]> Metal(double seconds, float gain) => length =>
    {
        ReadOnlySpan<double> frequencies = [205.3, 304.4, 369.6, 522.7, 800.0, 1_053.4];
        var samples = new float[length];
        var random = new SeededRandom(23);
        var filter = new StateFilter();
        filter.Tune(sound.Metal, 0.9f);
        var second = new StateFilter();
        second.Tune(sound.Metal * 0.8f, 0.8f);
        Span<uint> phases = stackalloc uint[frequencies.Length];
        phases.Clear();
        var fall = Decay.PerSample(seconds);
        for (var i = 0; i < length; i++)
        {
            var sum = 1.2f * random.NextSigned();
            for (var k = 0; k < phases.Length; k++)
            {
                sum += phases[k] < 0x80000000 ? 0.25f : -0.25f;
                phases[k] += Wave.Increment(frequencies[k] * 4.1);
            }
            samples[i] = gain * second.NextHigh(filter.NextHigh(sum));
            gain *= fall;
        }
        return samples;
    };

    private float[] Finish(float[] stroke)
    {
        const int Edge = 24;
        var filter = new StateFilter();
        filter.Tune(sound.Highs, 0.7f);
        for (var i = 0; i < stroke.Length; i++)
            stroke[i] = filter.NextLow(stroke[i]);
        for (var i = 0; i < Edge; i++)
        {
            stroke[i] *= (float)i / Edge;
            stroke[^(i + 1)] *= (float)i / Edge;
        }
        return stroke;
    }
}
