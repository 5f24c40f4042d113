namespace Spotify.Demo.Music.Synthesis;

/// <summary>
/// Syllables without words: glottal pulses through three formants that move from vowel to vowel, some after the hiss of a consonant.
/// Formants from Peterson and Barney, "Control methods used in a study of the vowels", 1952.
/// </summary>
internal sealed class SpeechVoice : IVoice
{
    private const int Block = 32;
    private const int Fade = Synthesizer.SampleRate / 28;
    private const int ConsonantLength = Synthesizer.SampleRate / 16;

    // Frequencies in hertz of ee, eh, ah, aw, oo, uh.
    private static readonly float[][] Vowels =
        [[300, 2200, 2900], [530, 1840, 2480], [730, 1190, 2440], [570, 900, 2410], [320, 870, 2240], [600, 1200, 2390]];

    private static readonly float[] Gains = [1f, 0.5f, 0.22f];
    private static readonly float[] Resonances = [6, 11, 14];

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> output)
    {
        var random = new SeededRandom(strike.Seed);
        var from = random.Pick<float[]>(Vowels);
        var to = random.Chance(0.5) ? random.Pick<float[]>(Vowels) : from;
        var hiss = random.Chance(0.35) ? random.Between(0.02, 0.05) : 0;
        var consonant = new StateFilter();
        consonant.Tune(random.Pick<float>(2_600, 3_800, 5_000), 1.5f);
        var table = Wave.Glottis.For(strike.Frequency);
        Span<StateFilter> filters = stackalloc StateFilter[Gains.Length];
        filters.Clear();
        var length = strike.Length + Fade;
        output = output[..Math.Min(output.Length, length)];
        uint phase = 0;
        for (var block = 0; block < output.Length; block += Block)
        {
            var progress = (float)block / length;
            for (var k = 0; k < filters.Length; k++) filters[k].Tune(from[k] + ((to[k] - from[k]) * Ease(progress)), Resonances[k]);
            // The pitch falls slightly over each syllable, as in natural speech.
            var step = Wave.Increment(strike.Frequency * (1.03 - (0.05 * progress)));
            for (var i = block; i < Math.Min(output.Length, block + Block); i++)
            {
                var source = Wave.Read(table, phase) + (0.02f * random.NextSigned());
                phase += step;
                var voiced = 0f;
                for (var k = 0; k < filters.Length; k++) voiced += Gains[k] * filters[k].NextBand(source);
                var level = Ease(Math.Min(1f, Math.Min((float)i / Fade, (length - i) / (1.5f * Fade))));
                var breath = i < ConsonantLength
                    ? hiss * consonant.NextBand(random.NextSigned()) * MathF.Sin(MathF.PI * i / ConsonantLength)
                    : 0;
                output[i] += strike.Velocity * ((voiced * level) + breath);
            }
        }
    }

    private static float Ease(float x) => x * x * (3 - (2 * x));
}
