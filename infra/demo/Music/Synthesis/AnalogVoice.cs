namespace Spotify.Demo.Music.Synthesis;

/// <summary>Oscillators through a low-pass filter and an envelope: pads, basses, leads, organs, bowed strings and flutes.</summary>
internal sealed class AnalogVoice : IVoice
{
    // Envelope, vibrato and filter are worked out this often and move in straight lines between.
    private const int Block = 32;
    private const int MostOscillators = 4;

    /// <summary>What the oscillators sound like.</summary>
    public required Wave Wave { get; init; }

    /// <summary>One oscillator for each detuning, in cents; at most four.</summary>
    public IReadOnlyList<double> Cents { get; init; } = [0];

    /// <summary>Amplitude of a pure tone an octave below.</summary>
    public float Sub { get; init; }

    /// <summary>Time to rise, in seconds.</summary>
    public float Attack { get; init; } = 0.005f;

    /// <summary>Time to fall towards <see cref="Sustain"/>, in seconds.</summary>
    public float DecaySeconds { get; init; } = 0.3f;

    /// <summary>Level while the note is held, 0–1.</summary>
    public float Sustain { get; init; } = 0.7f;

    /// <summary>Time to fall silent, in seconds.</summary>
    public float Release { get; init; } = 0.1f;

    /// <summary>Where the filter rests, in hertz.</summary>
    public float Cutoff { get; init; } = 2_000;

    /// <summary>How many times higher the filter starts, at full velocity.</summary>
    public float Sweep { get; init; } = 1;

    /// <summary>How fast it comes down, in seconds.</summary>
    public float SweepSeconds { get; init; } = 0.2f;

    /// <summary>How far the filter follows the keys, 0–1, from middle C.</summary>
    public float KeyFollow { get; init; } = 0.4f;

    /// <summary>Emphasis at the cutoff: 0.7 none, 4 much.</summary>
    public float Resonance { get; init; } = 0.8f;

    /// <summary>Depth of the vibrato, in cents; it begins after a third of a second.</summary>
    public float Vibrato { get; init; }

    /// <summary>Breath in the tone, as amplitude.</summary>
    public float Breath { get; init; }

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> buffer)
    {
        var random = new SeededRandom(strike.Seed);
        var table = Wave.For(strike.Frequency);
        var sine = Wave.Sine.For(440);
        Span<uint> phases = stackalloc uint[MostOscillators];
        Span<uint> steps = stackalloc uint[MostOscillators];
        phases = phases[..Cents.Count];
        for (var i = 0; i < phases.Length; i++)
        {
            phases[i] = (uint)random.NextBits();
            steps[i] = Wave.Increment(strike.Frequency * Math.Pow(2, Cents[i] / 1200));
        }
        uint sub = 0;
        var subStep = Wave.Increment(strike.Frequency / 2);
        var share = strike.Velocity / MathF.Sqrt(phases.Length);

        var envelope = new Envelope(this, strike.Length);
        var filter = new StateFilter();
        var sweep = (Sweep - 1) * strike.Velocity;
        var sweepFall = MathF.Pow(Decay.PerSample(SweepSeconds), Block);
        var follow = MathF.Pow(2, KeyFollow * (strike.Pitch - 60) / 12);
        var output = buffer[Math.Min(strike.Start, buffer.Length)..];
        var level = 0f;
        for (var block = 0; block < output.Length && !envelope.IsOver(block); block += Block)
        {
            var target = envelope.At(block + Block);
            var slope = (target - level) / Block;
            filter.Tune(Cutoff * follow * (1 + sweep), Resonance);
            sweep *= sweepFall;
            var bend = Bend(block, sine);
            foreach (ref var sample in output[block..Math.Min(output.Length, block + Block)])
            {
                var sum = 0f;
                for (var i = 0; i < phases.Length; i++)
                {
                    sum += Wave.Read(table, phases[i]);
                    phases[i] += (uint)(steps[i] * bend);
                }
                sub += subStep;
                sum += Sub * Wave.Read(sine, sub);
                if (Breath > 0)
                    sum += Breath * random.NextSigned();
                level += slope;
                sample += filter.NextLow(sum) * level * share;
            }
            level = target;
        }
    }

    private float Bend(int time, float[] sine)
    {
        const float Speed = 5.3f;
        if (Vibrato == 0)
            return 1;
        var seconds = (float)time / Synthesizer.SampleRate;
        var depth = Vibrato * Math.Clamp((seconds - 0.3f) / 0.4f, 0, 1);
        return 1 + (depth * 0.000578f * Wave.Read(sine, Wave.Increment(Speed) * (uint)time));
    }

    /// <summary>Rise, fall to the sustained level, and release from wherever it was.</summary>
    private readonly struct Envelope(AnalogVoice voice, int length)
    {
        private readonly float held = length / (float)Synthesizer.SampleRate;

        public bool IsOver(int sample) => sample / (float)Synthesizer.SampleRate > held + voice.Release + 0.005f;

        public float At(int sample)
        {
            var seconds = sample / (float)Synthesizer.SampleRate;
            var level = Held(Math.Min(seconds, held));
            if (seconds <= held)
                return level;
            var rest = Math.Max(0, 1 - ((seconds - held) / voice.Release));
            return level * rest * rest;
        }

        private float Held(float seconds)
        {
            if (seconds < voice.Attack)
                return seconds / voice.Attack;
            var fallen = MathF.Exp(-3 * (seconds - voice.Attack) / voice.DecaySeconds);
            return voice.Sustain + ((1 - voice.Sustain) * fallen);
        }
    }
}
