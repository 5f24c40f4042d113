namespace Spotify.Demo.Music.Synthesis;

/// <summary>Detuned oscillators through a low-pass filter and an envelope: pads, basses, leads, organs, bowed strings and flutes.</summary>
/// <param name="wave">Waveform.</param>
/// <param name="cents">The detuning of each oscillator, in cents.</param>
/// <param name="attack">Rise time, in seconds.</param>
/// <param name="release">Fall time after the release, in seconds.</param>
/// <param name="cutoff">Cutoff of the filter, in hertz, after the sweep.</param>
/// <param name="sub">Amplitude of a sine an octave below.</param>
/// <param name="decay">Fall time to the sustain level, in seconds.</param>
/// <param name="sustain">Level until the release, 0–1.</param>
/// <param name="sweep">Factor by which the cutoff starts higher at full velocity.</param>
/// <param name="sweepSeconds">Time in which the sweep decays by 60 dB.</param>
/// <param name="keyFollow">Degree to which the cutoff follows the pitch, 0–1, relative to middle C.</param>
/// <param name="resonance">Resonance (Q) of the filter: 0.7 none, 4 much.</param>
/// <param name="vibrato">Depth of the vibrato, in cents; it starts after a third of a second.</param>
/// <param name="breath">Amplitude of added noise.</param>
internal sealed class SynthVoice(
    Wave wave, double[] cents, float attack, float release, float cutoff, float sub = 0, float decay = 0.3f, float sustain = 0.7f,
    float sweep = 1, float sweepSeconds = 0.2f, float keyFollow = 0.4f, float resonance = 0.8f, float vibrato = 0, float breath = 0)
    : IVoice
{
    // Envelope, vibrato and filter are updated once per block; the envelope is interpolated between.
    private const int Block = 32;

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> output)
    {
        var random = new SeededRandom(strike.Seed);
        var table = wave.For(strike.Frequency);
        Span<uint> phases = stackalloc uint[cents.Length], steps = stackalloc uint[cents.Length];
        for (var i = 0; i < phases.Length; i++)
        {
            phases[i] = (uint)random.NextBits();
            steps[i] = Wave.Increment(strike.Frequency * Math.Pow(2, cents[i] / 1200));
        }

        uint subPhase = 0, subStep = Wave.Increment(strike.Frequency / 2);
        var share = strike.Velocity / MathF.Sqrt(phases.Length);
        var held = strike.Length / (float)Synthesizer.SampleRate;
        var filter = new StateFilter();
        var swept = (sweep - 1) * strike.Velocity;
        var sweepFall = MathF.Pow(Synthesizer.DecayOf(sweepSeconds), Block);
        var follow = MathF.Pow(2, keyFollow * (strike.Pitch - 60) / 12);
        var level = 0f;
        var end = (int)((held + release + 0.005f) * Synthesizer.SampleRate);
        for (var block = 0; block < Math.Min(output.Length, end); block += Block)
        {
            var slope = (Level((block + Block) / (float)Synthesizer.SampleRate, held) - level) / Block;
            filter.Tune(cutoff * follow * (1 + swept), resonance);
            swept *= sweepFall;
            var bend = Bend(block);
            foreach (ref var sample in output[block..Math.Min(output.Length, block + Block)])
            {
                subPhase += subStep;
                var sum = sub * Wave.Read(Wave.Sine, subPhase);
                for (var i = 0; i < phases.Length; i++)
                {
                    sum += Wave.Read(table, phases[i]);
                    phases[i] += (uint)(steps[i] * bend);
                }

                if (breath > 0) sum += breath * random.NextSigned();
                level += slope;
                sample += filter.NextLow(sum) * level * share;
            }
        }
    }

    private float Level(float seconds, float held)
    {
        var time = Math.Min(seconds, held);
        var level = time < attack ? time / attack : sustain + ((1 - sustain) * MathF.Exp(-3 * (time - attack) / decay));
        var rest = seconds <= held ? 1 : Math.Max(0, 1 - ((seconds - held) / release));
        return level * rest * rest;
    }

    private float Bend(int sample)
    {
        if (vibrato == 0) return 1;
        var depth = vibrato * Math.Clamp((((float)sample / Synthesizer.SampleRate) - 0.3f) / 0.4f, 0, 1);
        return 1 + (depth * 0.000578f * Wave.Read(Wave.Sine, Wave.Increment(5.3) * (uint)sample));
    }
}
