namespace Spotify.Audio.Tests.Features;

/// <summary>Voices, halls and audiences, mono at <see cref="SyntheticMusic.SampleRate"/>.</summary>
public static class SyntheticSounds
{
    private const int SampleRate = SyntheticMusic.SampleRate;

    // The first three formants of some vowels in Hz (Peterson and Barney 1952).
    private static readonly double[][] Vowels =
        [[730, 1090, 2440], [270, 2290, 3010], [300, 870, 2240], [530, 1840, 2480], [570, 840, 2410]];

    /// <summary>Returns talk: syllables of gliding pitch with changing vowels, consonants and pauses.</summary>
    public static float[] Speech(double seconds, int seed)
    {
        var random = new Random(seed);
        var audio = new float[(int)(seconds * SampleRate)];
        for (var at = 0.1; at < seconds;)
        {
            var phrase = 5 + random.Next(6);
            var pitch = 105 + (40 * random.NextDouble());
            for (var syllable = 0; syllable < phrase && at < seconds; syllable++)
            {
                var length = 0.13 + (0.1 * random.NextDouble());
                Consonant(audio, at, random);
                var from = pitch * (1 + (0.25 * random.NextDouble()));
                var to = from * (0.75 + (0.45 * random.NextDouble()));
                Vowel(audio, at + 0.04, length, time => from + ((to - from) * time / length), Vowels[random.Next(Vowels.Length)], 0.5);
                at += length + 0.05;
                pitch *= 0.985;
            }

            at += 0.25 + (0.4 * random.NextDouble());
        }

        return audio;
    }

    /// <summary>Returns singing: notes of a scale with vibrato and portamento.</summary>
    public static float[] Singing(double seconds, double bpm, int seed)
    {
        var random = new Random(seed);
        var audio = new float[(int)(seconds * SampleRate)];
        int[] scale = [0, 2, 4, 5, 7, 9, 11, 12];
        var before = 220.0;
        for (var at = 0.0; at < seconds;)
        {
            var length = 60 / bpm * (1 + random.Next(2));
            var (note, last) = (220 * Math.Pow(2, scale[random.Next(scale.Length)] / 12.0), before);
            Vowel(
                audio,
                at,
                length * 0.95,
                time => (note + ((last - note) * Math.Exp(-time * 14))) * (1 + (0.03 * Math.Sin(2 * Math.PI * 5.5 * time))),
                Vowels[random.Next(Vowels.Length)],
                0.5);
            before = note;
            at += length;
        }

        return audio;
    }

    /// <summary>Returns the sound of an audience: many claps and a murmur.</summary>
    public static float[] Crowd(double seconds, int seed)
    {
        var random = new Random(seed);
        var audio = new float[(int)(seconds * SampleRate)];
        var (low, band) = (0.0, 0.0);
        for (var i = 0; i < audio.Length; i++)
        {
            low += 0.35 * (((2 * random.NextDouble()) - 1) - low);
            band += 0.03 * (low - band);
            audio[i] = (float)((low - band) * (0.25 + (0.08 * Math.Sin(2 * Math.PI * 0.23 * i / SampleRate))));
        }

        for (var clap = 0; clap < seconds * 120; clap++) SyntheticMusic.Hat(audio, seconds * random.NextDouble(), random);
        return audio;
    }

    /// <summary>Returns audio in a hall (Schroeder 1962).</summary>
    public static float[] Reverberant(float[] audio, double mix = 0.5)
    {
        var wet = new float[audio.Length];
        foreach (var delay in new[] { 0.0297, 0.0371, 0.0411, 0.0437, 0.0531, 0.0613 })
        {
            var line = new float[(int)(delay * SampleRate)];
            for (var i = 0; i < audio.Length; i++)
            {
                var output = line[i % line.Length];
                line[i % line.Length] = audio[i] + (0.86f * output);
                wet[i] += output / 4;
            }
        }

        return Mix((audio, 1 - mix), (wet, mix));
    }

    /// <summary>Returns audio with a distortion that flattens the peaks.</summary>
    public static float[] Distorted(float[] audio, double drive) =>
        [.. audio.Select(sample => (float)(0.8 * Math.Tanh(sample * drive)))];

    /// <summary>Returns the sum of sounds with their gains, as long as the first one.</summary>
    public static float[] Mix(params (float[] Audio, double Gain)[] sounds)
    {
        var mix = new float[sounds[0].Audio.Length];
        foreach (var (audio, gain) in sounds)
            for (var i = 0; i < Math.Min(mix.Length, audio.Length); i++) mix[i] += (float)(audio[i] * gain);
        return mix;
    }

    private static void Consonant(float[] audio, double at, Random random)
    {
        var before = 0.0;
        for (var n = 0; n < 0.045 * SampleRate; n++)
        {
            var white = (2 * random.NextDouble()) - 1;
            var index = (int)(at * SampleRate) + n;
            if (index < audio.Length) audio[index] += (float)(0.06 * (white - before));
            before = white;
        }
    }

    /// <summary>Adds pulses of a pitch through resonators at the formants.</summary>
    private static void Vowel(float[] audio, double at, double seconds, Func<double, double> pitch, double[] formants, double gain)
    {
        var (start, count, phase) = ((int)(at * SampleRate), (int)(seconds * SampleRate), 0.0);
        var state = new double[formants.Length, 2];
        for (var n = 0; n < count && start + n < audio.Length; n++)
        {
            var time = n / (double)SampleRate;
            phase += pitch(time) / SampleRate;
            phase -= Math.Floor(phase);
            var source = phase < 0.4 ? Math.Sin(Math.PI * phase / 0.4) - 0.25 : -0.25;
            var sum = 0.15 * source;
            for (var i = 0; i < formants.Length; i++)
            {
                var r = Math.Exp(-Math.PI * (60 + (30 * i)) / SampleRate);
                var output = ((1 - r) * source) + (2 * r * Math.Cos(2 * Math.PI * formants[i] / SampleRate) * state[i, 0])
                    - (r * r * state[i, 1]);
                (state[i, 1], state[i, 0]) = (state[i, 0], output);
                sum += output / (1 + i);
            }

            var envelope = Math.Min(1, Math.Min(time / 0.03, (seconds - time) / 0.04));
            audio[start + n] += (float)(gain * sum * Math.Max(0, envelope));
        }
    }
}
