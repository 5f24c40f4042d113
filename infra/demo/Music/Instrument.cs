using Spotify.Demo.Music.Synthesis;

namespace Spotify.Demo.Music;

/// <summary>An instrument: the voice that renders its notes, and the effect that is applied to the whole part.</summary>
internal sealed class Instrument(IVoice voice, Func<float[], Bus>? effect = null)
{
    public static readonly Instrument
        Piano = new(new ModalVoice(PianoPartials(), inharmonicity: 0.0004, damper: 0.25, softness: 2.2)),
        ElectricPiano = new(
            new ModalVoice(
                [new(1, 0.5, 5), new(1.0014, 0.1, 3), new(2, 0.22, 2.2), new(3, 0.08, 1.5), new(4, 0.02, 1), new(14, 0.07, 0.4)],
                damper: 0.12,
                softness: 1.6),
            Effects.Tremolo),
        Vibraphone = new(
            new ModalVoice([new(1, 0.6, 3.5), new(3.98, 0.16, 1.2), new(10.1, 0.05, 0.35)], damper: 0.5, attack: 0.003), Effects.Tremolo),
        Kalimba = new(new ModalVoice(
            [new(1, 0.7, 1.6), new(2, 0.06, 0.7), new(5.4, 0.1, 0.18), new(8.9, 0.03, 0.09)], decayPerOctave: 0.4, attack: 0.003)),
        Bells = new(new ModalVoice(
            [new(0.5, 0.12, 5), new(1, 0.5, 4.5), new(2.003, 0.2, 3), new(2.997, 0.09, 2), new(4.2, 0.06, 1.3), new(5.43, 0.03, 0.8)],
            attack: 0.006,
            softness: 2.5)),
        NylonGuitar = new(PluckedString(seconds: 3.5, position: 0.28, softness: 1.4, damper: 0.15)),
        SteelGuitar = new(PluckedString(seconds: 5.5, position: 0.16, softness: 0.8, damper: 0.3)),
        OverdrivenGuitar = new(ElectricGuitar(), input => Effects.Overdrive(input, 6)),
        LeadGuitar = new(ElectricGuitar(), input => Effects.Overdrive(input, 9)),
        UprightBass = new(PluckedString(seconds: 2, position: 0.35, softness: 1.4, damper: 0.12)),
        ElectricBass = new(PluckedString(seconds: 4, position: 0.18, softness: 0.9, damper: 0.06)),
        SynthBass = new(new SynthVoice(
            Wave.Saw, [-4, 4], attack: 0.004f, release: 0.05f, cutoff: 260, sub: 0.5f, decay: 0.5f, sustain: 0.6f,
            sweep: 6, sweepSeconds: 0.35f, resonance: 1.3f, keyFollow: 0.2f)),
        SubBass = new(new SynthVoice(
            Wave.Triangle, [0], attack: 0.012f, release: 0.12f, cutoff: 420, sub: 0.1f, decay: 0.8f, sustain: 0.75f, keyFollow: 0.2f)),
        WarmPad = new(
            new SynthVoice(Wave.Saw, [-9, 0, 8], attack: 0.7f, release: 1.4f, cutoff: 750, sub: 0.1f, sustain: 0.9f, keyFollow: 0.3f),
            Effects.Chorus),
        SawPad = new(
            new SynthVoice(
                Wave.Saw, [-12, -3, 5, 11], attack: 0.18f, release: 0.5f, cutoff: 1_700, sustain: 0.85f,
                sweep: 1.7f, sweepSeconds: 2.5f, keyFollow: 0.3f),
            Effects.Chorus),
        Strings = new(
            new SynthVoice(Wave.Saw, [-7, 1, 8], attack: 0.32f, release: 0.55f, cutoff: 2_100, sustain: 0.9f, keyFollow: 0.3f, vibrato: 9),
            Effects.Chorus),
        Organ = new(
            new SynthVoice(Wave.Drawbars, [0], attack: 0.006f, release: 0.06f, cutoff: 4_500, sustain: 1, keyFollow: 0.2f),
            Effects.Chorus),
        Pluck = new(new SynthVoice(
            Wave.Saw, [-5, 6], attack: 0.003f, release: 0.14f, cutoff: 700, decay: 0.35f, sustain: 0.12f,
            sweep: 7, sweepSeconds: 0.3f, resonance: 1.1f, keyFollow: 0.6f)),
        SawLead = new(
            new SynthVoice(
                Wave.Saw, [-6, 6], attack: 0.02f, release: 0.16f, cutoff: 2_200, decay: 0.6f, sustain: 0.75f,
                sweep: 1.8f, sweepSeconds: 0.6f, resonance: 1, vibrato: 14),
            Effects.Chorus),
        Flute = new(new SynthVoice(
            Wave.Triangle, [0], attack: 0.05f, release: 0.09f, cutoff: 3_200, decay: 0.5f, sustain: 0.85f,
            keyFollow: 0.5f, vibrato: 13, breath: 0.03f)),
        Voice = new(new SpeechVoice()),
        AcousticKit = new(new DrumVoice(kick: 58, kickSeconds: 0.32, snareSeconds: 0.3, metal: 8_500)),
        ElectronicKit = new(new DrumVoice(kick: 49, kickSeconds: 0.5, snareSeconds: 0.34, metal: 10_000)),
        DustyKit = new(new DrumVoice(kick: 56, kickSeconds: 0.34, snareSeconds: 0.2, metal: 6_500));

    /// <summary>Whether notes have a <see cref="Drum"/> for a pitch.</summary>
    public bool IsKit => voice is DrumVoice;

    /// <summary>Renders notes to a number of samples. Sound after the last sample is cut off.</summary>
    public Bus Render(IEnumerable<Note> notes, int length, double samplesPerBeat, SeededRandom random)
    {
        var samples = new float[length];
        foreach (var note in notes)
        {
            var start = Math.Min(length, (int)(note.Start * samplesPerBeat));
            voice.Play(new((int)(note.Length * samplesPerBeat), note.Pitch, note.Velocity, random.NextBits()), samples.AsSpan(start));
        }

        return effect?.Invoke(samples) ?? new(samples, samples);
    }

    private static ModalVoice ElectricGuitar() => PluckedString(seconds: 8, position: 0.22, softness: 0.6, damper: 0.05);

    /// <summary>Returns a string whose higher partials are weaker and decay faster.</summary>
    /// <param name="seconds">Time in which the fundamental decays by 60 dB at middle C.</param>
    /// <param name="position">Position of the pluck, as a share of the string; partials with a node there are silent.</param>
    /// <param name="softness">0.5 for a pick, 1.5 for a thumb: the power by which partials weaken.</param>
    /// <param name="damper">Time in which a released note decays by 60 dB, in seconds.</param>
    private static ModalVoice PluckedString(double seconds, double position, double softness, double damper) => new(
        [
            .. Enumerable.Range(1, ModalVoice.MaxPartials).Select(n => new ModalVoice.Partial(
                n, 0.5 * Math.Abs(Math.Sin(Math.PI * n * position)) / Math.Pow(n, softness), seconds / (1 + (0.3 * softness * (n - 1))))),
        ],
        inharmonicity: 0.0001, decayPerOctave: 0.5, softness: 1, damper: damper, attack: 0.001);

    /// <summary>Returns twelve partials, the higher the shorter, and four that ring on because a piano's strings are coupled.</summary>
    private static ModalVoice.Partial[] PianoPartials() =>
    [
        // The hammer strikes at a seventh of the string, a node of the seventh partial.
        .. Enumerable.Range(1, 12).Select(n => new ModalVoice.Partial(
            n, 0.55 * Math.Abs(Math.Sin(Math.PI * n / 7.3)) / Math.Pow(n, 1.25) / 0.42, 3.2 / (1 + (0.28 * (n - 1))))),
        .. Enumerable.Range(1, 4).Select(n => new ModalVoice.Partial(n * 1.0006, 0.12 / n, 7.0 / n)),
    ];
}

/// <summary>The drums of a kit, numbered as in the General MIDI percussion map.</summary>
internal enum Drum
{
    Kick = 36,
    Rim = 37,
    Snare = 38,
    Clap = 39,
    ClosedHat = 42,
    LowTom = 45,
    OpenHat = 46,
    HighTom = 48,
    Crash = 49,
    Ride = 51,
    Shaker = 70,
}
