namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// Syllables in no language: pulses of a glottis through three resonances that move from vowel to vowel, and the hiss of a
/// consonant before some of them. Formants after Peterson and Barney, "Control methods used in a study of the vowels", 1952.
/// </summary>
internal sealed class SpeechVoice : IVoice
{
    private const int Block = 32;
    private const int Formants = 3;

    // Frequencies in hertz of ee, eh, ah, aw, oo, uh.
    private static readonly float[][] Vowels =
        [[300, 2200, 2900], [530, 1840, 2480], [730, 1190, 2440], [570, 900, 2410], [320, 870, 2240], [600, 1200, 2390]];

    private static readonly float[] Gains = [1f, 0.5f, 0.22f];
    private static readonly float[] Widths = [6, 11, 14];

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> buffer)
    {
        var random = new SeededRandom(strike.Seed);
        var from = random.Pick<float[]>(Vowels);
        var to = random.Chance(0.5) ? random.Pick<float[]>(Vowels) : from;
        var hiss = random.Chance(0.35) ? (float)random.Between(0.02, 0.05) : 0;
        var hissColor = random.Pick<float>(2_600, 3_800, 5_000);
        var table = Wave.Glottis.For(strike.Frequency);
        Span<StateFilter> filters = stackalloc StateFilter[Formants];
        filters.Clear();
        var consonant = new StateFilter();
        consonant.Tune(hissColor, 1.5f);
        var consonantLength = Synthesizer.SampleRate / 16;

        var fade = Synthesizer.SampleRate / 28;
        var length = strike.Length + fade;
        var output =
            buffer.Slice(Math.Min(strike.Start, buffer.Length), Math.Min(length, buffer.Length - Math.Min(strike.Start, buffer.Length)));
        uint phase = 0;
        for (var block = 0; block < output.Length; block += Block)
        {
            var way = (float)block / length;
            for (var i = 0; i < Formants; i++)
                filters[i].Tune(from[i] + ((to[i] - from[i]) * Ease(way)), Widths[i]);
            // Pitch bends a little over each syllable, as a speaker's does.
            var step = Wave.Increment(strike.Frequency * (1.03 - (0.05 * way)));
            for (var i = block; i < Math.Min(output.Length, block + Block); i++)
            {
                var source = Wave.Read(table, phase) + (0.02f * random.NextSigned());
                phase += step;
                var voiced = 0f;
                for (var k = 0; k < Formants; k++)
                    voiced += Gains[k] * filters[k].NextBand(source);
                var level = Ease(Math.Min(1f, Math.Min((float)i / fade, (float)(length - i) / (1.5f * fade))));
                var breath =
                    i < consonantLength ? hiss * consonant.NextBand(random.NextSigned()) * MathF.Sin(MathF.PI * i / consonantLength) : 0;
                output[i] += strike.Velocity * ((voiced * level) + breath);
            }
        }
    }

    private static float Ease(float x) => x * x * (3 - (2 * x));
}
