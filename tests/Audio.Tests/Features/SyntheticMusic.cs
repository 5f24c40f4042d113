using Spotify.Audio.Features;

namespace Spotify.Audio.Tests.Features;

/// <summary>The timbres of the synthesizer.</summary>
public enum Timbre
{
    Organ,
    Plucked,
    Saw,
    Square,
    Flute,
}

/// <summary>The rhythms of the synthesizer.</summary>
public enum Groove
{
    /// <summary>Chords only, one per beat.</summary>
    NoDrums,

    /// <summary>A bass drum on every beat, hi-hats between.</summary>
    FourOnTheFloor,

    /// <summary>Bass drum and snare in turn, hi-hats on eighths.</summary>
    Backbeat,

    /// <summary>Hi-hats on sixteenths and a syncopated bass drum.</summary>
    Syncopated,
}

/// <summary>A piece of music with a known tempo and key.</summary>
public sealed record Piece(double Bpm, int Key, int Mode)
{
    public Timbre Timbre { get; init; } = Timbre.Organ;

    public Groove Groove { get; init; } = Groove.Backbeat;

    public int BeatsPerBar { get; init; } = 4;

    public int Progression { get; init; }

    public double Seconds { get; init; } = 14;

    /// <summary>The deviation from 440 Hz in cents.</summary>
    public double Detuning { get; init; }

    /// <summary>The delay of every other eighth, in eighths: 0 straight, 0.33 swing.</summary>
    public double Swing { get; init; }

    /// <summary>The standard deviation of the onsets in seconds.</summary>
    public double Jitter { get; init; }

    /// <summary>The level of white noise.</summary>
    public double Noise { get; init; }

    public double Gain { get; init; } = 0.5;

    public int Seed { get; init; } = 1;
}

/// <summary>A synthesizer of pieces, mono at <see cref="FeatureExtractor.SampleRate"/>.</summary>
public static class SyntheticMusic
{
    public const int SampleRate = FeatureExtractor.SampleRate;

    private static readonly int[] MajorScale = [0, 2, 4, 5, 7, 9, 11];
    private static readonly int[] MinorScale = [0, 2, 3, 5, 7, 8, 10];

    // Degrees of the scale, from 0.
    private static readonly int[][] MajorProgressions = [[0, 4, 5, 3], [0, 3, 4, 0], [0, 5, 3, 4], [0, 3, 0, 4], [3, 4, 0, 0]];
    private static readonly int[][] MinorProgressions = [[0, 5, 2, 6], [0, 3, 4, 0], [0, 5, 6, 0], [0, 3, 0, 4], [3, 4, 0, 0]];

    public static float[] Render(Piece piece)
    {
        var random = new Random(piece.Seed);
        var audio = new float[(int)(piece.Seconds * SampleRate)];
        var beat = 60 / piece.Bpm;
        var scale = piece.Mode == 1 ? MajorScale : MinorScale;
        var progressions = piece.Mode == 1 ? MajorProgressions : MinorProgressions;
        var progression = progressions[piece.Progression % progressions.Length];
        for (var index = 0; index * beat < piece.Seconds; index++)
        {
            var (bar, position) = (index / piece.BeatsPerBar, index % piece.BeatsPerBar);
            var degree = progression[bar % progression.Length];
            var at = index * beat;
            foreach (var third in new[] { 0, 2, 4 })
            {
                var note = degree + third;
                var pitch = 60 + piece.Key + scale[note % 7] + (12 * (note / 7));
                Note(audio, At(at), beat * 0.95, Frequency(pitch - (pitch >= 72 ? 12 : 0)), 0.12, piece.Timbre);
            }

            if (position == 0 || position == 2)
            {
                var bass = piece.Key + scale[degree];
                Note(audio, At(at), beat * 1.6, Frequency(36 + bass - (bass > 12 ? 12 : 0)), 0.3, Timbre.Organ);
            }

            // A melody on eighths.
            for (var half = 0; half < 2; half++)
            {
                if (random.NextDouble() < 0.4) continue;
                var note = degree + (2 * random.Next(3)) + (random.NextDouble() < 0.25 ? 1 : 0);
                var delay = half * (0.5 + (0.5 * piece.Swing)) * beat;
                Note(audio, At(at + delay), beat * 0.4, Frequency(72 + piece.Key + scale[note % 7]), 0.12, piece.Timbre);
            }

            Drums(position, at);
        }

        for (var i = 0; i < audio.Length; i++) audio[i] += (float)(piece.Noise * ((2 * random.NextDouble()) - 1));
        var peak = audio.Max(Math.Abs);
        for (var i = 0; i < audio.Length && peak > 0; i++) audio[i] *= (float)(piece.Gain / peak);
        return audio;

        double At(double time) => Math.Max(0, time + (piece.Jitter * Gaussian(random)));

        double Frequency(double pitch) => 440 * Math.Pow(2, (pitch - 69 + (piece.Detuning / 100)) / 12);

        void Drums(int position, double at)
        {
            if (piece.Groove == Groove.NoDrums) return;
            var eighth = (0.5 + (0.5 * piece.Swing)) * beat;
            if (piece.Groove == Groove.FourOnTheFloor || position == 0 || (position == 2 && piece.BeatsPerBar == 4)) Kick(audio, At(at));
            if (piece.Groove == Groove.Syncopated && position == 1) Kick(audio, At(at + eighth));
            if (piece.Groove != Groove.FourOnTheFloor && position % 2 == 1) Snare(audio, At(at), random);
            if (piece.Groove != Groove.FourOnTheFloor) Hat(audio, At(at), random);
            Hat(audio, At(at + eighth), random);
            if (piece.Groove != Groove.Syncopated) return;
            Hat(audio, At(at + (0.25 * beat)), random);
            Hat(audio, At(at + (0.75 * beat)), random);
        }
    }

    /// <summary>Adds a note.</summary>
    public static void Note(float[] audio, double at, double seconds, double frequency, double gain, Timbre timbre)
    {
        var (harmonics, decay) = timbre switch
        {
            Timbre.Organ => (new[] { 1, 0.5, 0.3, 0.15 }, 0.5),
            Timbre.Plucked => ([1, 0.6, 0.35, 0.2, 0.12, 0.07], 4.5),
            Timbre.Saw => ([.. Enumerable.Range(1, 18).Select(i => 0.8 / i)], 0.5),
            Timbre.Square => ([.. Enumerable.Range(1, 12).Select(i => i % 2 == 1 ? 0.8 / i : 0)], 0.5),
            _ => (new[] { 1, 0.1, 0.03 }, 0.3),
        };
        var (start, count) = ((int)(at * SampleRate), (int)(seconds * SampleRate));
        var release = Math.Min(count / 4, SampleRate / 50);
        for (var i = 0; i < harmonics.Length; i++)
        {
            if (frequency * (i + 1) > SampleRate * 0.48 || harmonics[i] == 0) continue;
            // A rotating phasor.
            var (sin, cos) = Math.SinCos(2 * Math.PI * frequency * (i + 1) / SampleRate);
            var (x, y) = (1.0, 0.0);
            var (level, fade) = (gain * harmonics[i], Math.Exp(-decay * (timbre == Timbre.Plucked ? 1 + (0.3 * i) : 1) / SampleRate));
            for (var n = 0; n < count && start + n < audio.Length; n++)
            {
                (x, y) = ((x * cos) - (y * sin), (x * sin) + (y * cos));
                level *= fade;
                var attack = Math.Min(1, n / 100.0) * Math.Min(1, (count - n) / (double)Math.Max(1, release));
                audio[start + n] += (float)(y * level * attack);
            }
        }
    }

    /// <summary>Adds a bass drum.</summary>
    public static void Kick(float[] audio, double at)
    {
        var (start, phase) = ((int)(at * SampleRate), 0.0);
        for (var n = 0; n < SampleRate / 5 && start + n < audio.Length; n++)
        {
            var time = n / (double)SampleRate;
            phase += 2 * Math.PI * (50 + (90 * Math.Exp(-time * 40))) / SampleRate;
            audio[start + n] += (float)(0.7 * Math.Sin(phase) * Math.Exp(-time * 18));
        }
    }

    /// <summary>Adds a snare drum.</summary>
    public static void Snare(float[] audio, double at, Random random) => Burst(audio, at, 0.35, 22, random, highPass: false);

    /// <summary>Adds a hi-hat.</summary>
    public static void Hat(float[] audio, double at, Random random) => Burst(audio, at, 0.12, 60, random, highPass: true);

    /// <summary>Returns a number of the standard normal distribution.</summary>
    public static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void Burst(float[] audio, double at, double gain, double decay, Random random, bool highPass)
    {
        var (start, before) = ((int)(at * SampleRate), 0.0);
        for (var n = 0; n < SampleRate / 6 && start + n < audio.Length; n++)
        {
            var white = (2 * random.NextDouble()) - 1;
            audio[start + n] += (float)(gain * (highPass ? white - before : white) * Math.Exp(-n * decay / SampleRate));
            before = white;
        }
    }
}
