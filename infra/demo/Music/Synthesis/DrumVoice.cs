using System.Collections.Concurrent;

namespace Spotify.Demo.Music.Synthesis;

/// <summary>A drum kit of falling sines and filtered noise. Each drum is rendered once and scaled by the velocity of each stroke.</summary>
/// <param name="kick">Frequency at which the kick drum settles, in hertz.</param>
/// <param name="kickSeconds">Its decay by 60 dB, in seconds.</param>
/// <param name="snareSeconds">Decay of the snares by 60 dB, in seconds.</param>
/// <param name="kickClick">Amplitude of the kick drum's click.</param>
/// <param name="snare">Frequency of the snare drum's skin, in hertz.</param>
/// <param name="snareNoise">Amplitude of the snares.</param>
/// <param name="metal">Lowest frequency of hi-hats and cymbals, in hertz.</param>
/// <param name="highs">Highest frequency of the kit, in hertz.</param>
internal sealed class DrumVoice(
    double kick, double kickSeconds, double snareSeconds, float kickClick = 0.25f, double snare = 185, float snareNoise = 0.6f,
    float metal = 7_500, float highs = 18_000)
    : IVoice
{
    private readonly ConcurrentDictionary<Drum, float[]> strokes = new();

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> output)
    {
        var stroke = strokes.GetOrAdd((Drum)(int)strike.Pitch, Render);
        var level = strike.Velocity * strike.Velocity;
        for (var i = 0; i < Math.Min(stroke.Length, output.Length); i++) output[i] += stroke[i] * level;
    }

    private float[] Render(Drum drum) => drum switch
    {
        Drum.Kick => Mix(kickSeconds, Skin(kick, 4.2, kickSeconds, 1), Noise(3_000, 0.8f, 0.012, kickClick)),
        Drum.Snare => Mix(
            snareSeconds * 1.2,
            Skin(snare, 1.35, 0.16, 0.55f),
            Skin(snare * 1.78, 1.1, 0.1, 0.25f),
            Noise(2_100, 0.6f, snareSeconds, snareNoise),
            Metal(snareSeconds * 0.7, 0.25f * snareNoise)),
        Drum.Rim => Mix(0.12, Skin(820, 1, 0.07, 0.5f), Skin(1_750, 1, 0.04, 0.35f), Noise(2_400, 2, 0.03, 0.3f)),
        Drum.Clap => Mix(
            0.25,
            Noise(1_250, 1.2f, 0.02, 0.5f, seed: 40),
            Noise(1_250, 1.2f, 0.02, 0.45f, seed: 525, delay: 0.011),
            Noise(1_250, 1.2f, 0.2, 0.6f, seed: 1_010, delay: 0.022)),
        Drum.ClosedHat => Mix(0.1, Metal(0.07, 0.32f)),
        Drum.OpenHat => Mix(0.45, Metal(0.38, 0.3f)),
        Drum.Ride => Mix(1.2, Metal(0.9, 0.12f), Skin(3_150, 1, 0.5, 0.06f), Skin(4_820, 1, 0.4, 0.05f)),
        Drum.Crash => Mix(2.2, Metal(1.9, 0.3f), Noise(4_200, 0.7f, 1.3, 0.14f)),
        Drum.Shaker => Mix(0.1, Noise(6_500, 0.9f, 0.12, 0.35f, attack: 0.025)),
        Drum.LowTom => Mix(0.6, Skin(95, 1.5, 0.5, 0.8f), Noise(900, 0.8f, 0.06, 0.15f)),
        _ => Mix(0.5, Skin(150, 1.5, 0.4, 0.8f), Noise(1_200, 0.8f, 0.06, 0.15f)),
    };

    private float[] Mix(double seconds, params Func<float>[] layers)
    {
        const int Edge = 24;
        var stroke = new float[(int)(seconds * Synthesizer.SampleRate)];
        var filter = new StateFilter();
        filter.Tune(highs, 0.7f);
        for (var i = 0; i < stroke.Length; i++)
        {
            var edge = Math.Min(1, Math.Min(i, stroke.Length - 1 - i) / (float)Edge);
            stroke[i] = edge * filter.NextLow(layers.Sum(layer => layer()));
        }

        return stroke;
    }

    /// <summary>Returns the samples of a sine that starts <paramref name="bend"/> times higher and settles.</summary>
    private static Func<float> Skin(double frequency, double bend, double seconds, float gain)
    {
        var (fall, settle, extra, phase) = (Synthesizer.DecayOf(seconds), Synthesizer.DecayOf(0.09), bend - 1, 0u);
        return () =>
        {
            var value = gain * Wave.Read(Wave.Sine, phase);
            phase += Wave.Increment(frequency * (1 + extra));
            (extra, gain) = (extra * settle, gain * fall);
            return value;
        };
    }

    /// <summary>Returns the samples of band-passed noise.</summary>
    private static Func<float> Noise(
        float frequency, float resonance, double seconds, float gain, ulong seed = 17, double delay = 0, double attack = 0)
    {
        var (random, filter, fall, time) = (new SeededRandom(seed), new StateFilter(), Synthesizer.DecayOf(seconds), -delay);
        filter.Tune(frequency, resonance);
        return () =>
        {
            time += 1.0 / Synthesizer.SampleRate;
            if (time <= 0) return 0;
            var value = gain * 1.6f * filter.NextBand(random.NextSigned()) * (time < attack ? (float)(time / attack) : 1);
            gain *= fall;
            return value;
        };
    }

    /// <summary>Returns the samples of six square waves without common harmonics and of noise, high-passed: hi-hats and cymbals.</summary>
    private Func<float> Metal(double seconds, float gain)
    {
        double[] frequencies = [205.3, 304.4, 369.6, 522.7, 800.0, 1_053.4];
        var phases = new uint[frequencies.Length];
        var (random, first, second, fall) = (new SeededRandom(23), new StateFilter(), new StateFilter(), Synthesizer.DecayOf(seconds));
        first.Tune(metal, 0.9f);
        second.Tune(metal * 0.8f, 0.8f);
        return () =>
        {
            var sum = 1.2f * random.NextSigned();
            for (var k = 0; k < phases.Length; k++)
            {
                sum += phases[k] < 0x80000000 ? 0.25f : -0.25f;
                phases[k] += Wave.Increment(frequencies[k] * 4.1);
            }

            var value = gain * second.NextHigh(first.NextHigh(sum));
            gain *= fall;
            return value;
        };
    }
}
