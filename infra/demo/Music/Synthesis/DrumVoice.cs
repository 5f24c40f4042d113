using System.Collections.Concurrent;

namespace Spotify.Demo.Music.Synthesis;

/// <summary>A drum kit of falling sines and filtered noise. Each drum is rendered once and scaled by the velocity of each stroke.</summary>
/// <param name="kick">Frequency at which the kick drum settles, in hertz.</param>
/// <param name="kickSeconds">Its decay by 60 dB, in seconds.</param>
/// <param name="snareSeconds">Decay of the snares by 60 dB, in seconds.</param>
/// <param name="metal">Center of the noise of hi-hats and cymbals, in hertz.</param>
internal sealed class DrumVoice(double kick, double kickSeconds, double snareSeconds, float metal) : IVoice
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
        Drum.Kick => Mix(Skin(kick, kickSeconds, 1, bend: 4.2), Noise(3_000, 0.012, 0.4f)),
        Drum.Snare => Mix(Skin(185, 0.16, 0.6f, bend: 1.35), Noise(2_100, snareSeconds, 0.9f), Noise(metal, snareSeconds * 0.7, 0.3f)),
        Drum.Rim => Mix(Skin(820, 0.07, 0.5f), Skin(1_750, 0.04, 0.35f), Noise(2_400, 0.03, 0.4f)),
        Drum.Clap => Mix(Noise(1_250, 0.02, 0.7f), Noise(1_250, 0.02, 0.65f, delay: 0.011), Noise(1_250, 0.2, 0.9f, delay: 0.022)),
        Drum.ClosedHat => Mix(Noise(metal, 0.07, 0.6f)),
        Drum.OpenHat => Mix(Noise(metal, 0.38, 0.5f)),
        Drum.Ride => Mix(Noise(metal, 0.9, 0.25f), Skin(3_150, 0.5, 0.06f), Skin(4_820, 0.4, 0.05f)),
        Drum.Crash => Mix(Noise(metal, 1.9, 0.5f), Noise(4_200, 1.3, 0.2f)),
        Drum.Shaker => Mix(Noise(6_500, 0.09, 0.4f)),
        Drum.LowTom => Mix(Skin(95, 0.5, 0.8f, bend: 1.5), Noise(900, 0.06, 0.2f)),
        _ => Mix(Skin(150, 0.4, 0.8f, bend: 1.5), Noise(1_200, 0.06, 0.2f)),
    };

    private static float[] Mix(params float[][] layers)
    {
        var stroke = new float[layers.Max(layer => layer.Length)];
        foreach (var layer in layers)
            for (var i = 0; i < layer.Length; i++) stroke[i] += layer[i];
        return stroke;
    }

    /// <summary>Returns a sine that starts <paramref name="bend"/> times higher and settles.</summary>
    private static float[] Skin(double frequency, double seconds, float gain, double bend = 1)
    {
        var (settle, extra, phase) = (Synthesizer.DecayOf(0.09), bend - 1, 0u);
        return Decay(seconds, gain, 0, () =>
        {
            phase += Wave.Increment(frequency * (1 + extra));
            extra *= settle;
            return Wave.Read(Wave.Sine, phase);
        });
    }

    /// <summary>Returns band-passed noise.</summary>
    private static float[] Noise(float frequency, double seconds, float gain, double delay = 0)
    {
        var (random, filter) = (new SeededRandom((ulong)(frequency + (1_000 * delay))), new StateFilter());
        filter.Tune(frequency, 0.8f);
        return Decay(seconds, gain, delay, () => filter.NextBand(random.NextSigned()));
    }

    private static float[] Decay(double seconds, float gain, double delay, Func<float> next)
    {
        var (start, fall) = ((int)(delay * Synthesizer.SampleRate), Synthesizer.DecayOf(seconds));
        var sound = new float[start + (int)(1.2 * seconds * Synthesizer.SampleRate)];
        for (var i = start; i < sound.Length; i++, gain *= fall) sound[i] = gain * next();
        return sound;
    }
}
