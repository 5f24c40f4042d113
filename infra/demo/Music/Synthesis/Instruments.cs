namespace Spotify.Demo.Music.Synthesis;

/// <summary>What is done to the sound of a whole part.</summary>
internal enum Coloring
{
    None,

    /// <summary>Two wavering copies, left and right.</summary>
    Chorus,

    /// <summary>Loudness that wanders between left and right.</summary>
    Tremolo,

    /// <summary>An overdriven amplifier and its loudspeaker.</summary>
    Overdrive,
}

/// <summary>How each instrument makes its sound.</summary>
internal static class Instruments
{
    private static readonly ModalVoice Piano = new()
    {
        Partials = [.. PianoPartials()],
        Inharmonicity = 0.0004,
        DamperSeconds = 0.25,
        Softness = 2.2,
    };

    private static readonly ModalVoice Vibraphone = new()
    {
        Partials = [new(1, 0.6, 3.5), new(3.98, 0.16, 1.2), new(10.1, 0.05, 0.35)],
        DamperSeconds = 0.5,
        AttackSeconds = 0.003,
    };

    private static readonly ModalVoice Kalimba = new()
    {
        Partials = [new(1, 0.7, 1.6), new(2, 0.06, 0.7), new(5.4, 0.1, 0.18), new(8.9, 0.03, 0.09)],
        DecayPerOctave = 0.4,
        AttackSeconds = 0.003,
    };

    private static readonly ModalVoice Bells = new()
    {
        Partials =
        [
            new(0.5, 0.12, 5), new(1, 0.5, 4.5), new(2.003, 0.2, 3), new(2.997, 0.09, 2), new(4.2, 0.06, 1.3), new(5.43, 0.03, 0.8),
        ],
        AttackSeconds = 0.006,
        Softness = 2.5,
    };

    private static readonly FmVoice ElectricPiano = new();

    private static readonly PluckedVoice Nylon = new()
    {
        Seconds = 4, Brightness = 0.38, Damping = 0.42, Position = 0.28,
    };

    private static readonly PluckedVoice Steel = new()
    {
        Seconds = 5.5, Brightness = 0.6, Damping = 0.22, Position = 0.16, ReleaseSeconds = 0.3,
    };

    private static readonly PluckedVoice Electric = new()
    {
        Seconds = 8, Brightness = 0.6, Damping = 0.3, Position = 0.22, ReleaseSeconds = 0.05,
    };

    private static readonly PluckedVoice Upright = new()
    {
        Seconds = 2.2, Brightness = 0.25, Damping = 0.45, Position = 0.35, ReleaseSeconds = 0.12,
    };

    private static readonly PluckedVoice Picked = new()
    {
        Seconds = 4, Brightness = 0.4, Damping = 0.4, Position = 0.18, ReleaseSeconds = 0.06,
    };

    private static readonly AnalogVoice SynthBass = new()
    {
        Wave = Wave.Saw, Cents = [-4, 4], Sub = 0.5f, Attack = 0.004f, DecaySeconds = 0.5f, Sustain = 0.6f, Release = 0.05f,
        Cutoff = 260, Sweep = 6, SweepSeconds = 0.35f, Resonance = 1.3f, KeyFollow = 0.2f,
    };

    private static readonly AnalogVoice SubBass = new()
    {
        Wave = Wave.Triangle, Sub = 0.1f, Attack = 0.012f, DecaySeconds = 0.8f, Sustain = 0.75f, Release = 0.12f,
        Cutoff = 420, KeyFollow = 0.2f,
    };

    private static readonly AnalogVoice WarmPad = new()
    {
        Wave = Wave.Saw, Cents = [-9, 0, 8], Attack = 0.7f, Sustain = 0.9f, Release = 1.4f, Cutoff = 750, KeyFollow = 0.3f, Sub = 0.1f,
    };

    private static readonly AnalogVoice SawPad = new()
    {
        Wave = Wave.Saw, Cents = [-12, -3, 5, 11], Attack = 0.18f, Sustain = 0.85f, Release = 0.5f,
        Cutoff = 1_700, Sweep = 1.7f, SweepSeconds = 2.5f, KeyFollow = 0.3f,
    };

    private static readonly AnalogVoice Strings = new()
    {
        Wave = Wave.Saw, Cents = [-7, 1, 8], Attack = 0.32f, Sustain = 0.9f, Release = 0.55f, Cutoff = 2_100, KeyFollow = 0.3f, Vibrato = 9,
    };

    private static readonly AnalogVoice Organ = new()
    {
        Wave = Wave.Drawbars, Attack = 0.006f, Sustain = 1, Release = 0.06f, Cutoff = 4_500, KeyFollow = 0.2f,
    };

    private static readonly AnalogVoice Pluck = new()
    {
        Wave = Wave.Saw, Cents = [-5, 6], Attack = 0.003f, DecaySeconds = 0.35f, Sustain = 0.12f, Release = 0.14f,
        Cutoff = 700, Sweep = 7, SweepSeconds = 0.3f, Resonance = 1.1f, KeyFollow = 0.6f,
    };

    private static readonly AnalogVoice SawLead = new()
    {
        Wave = Wave.Saw, Cents = [-6, 6], Attack = 0.02f, DecaySeconds = 0.6f, Sustain = 0.75f, Release = 0.16f,
        Cutoff = 2_200, Sweep = 1.8f, SweepSeconds = 0.6f, Resonance = 1f, Vibrato = 14,
    };

    private static readonly AnalogVoice Flute = new()
    {
        Wave = Wave.Triangle, Attack = 0.05f, DecaySeconds = 0.5f, Sustain = 0.85f, Release = 0.09f,
        Cutoff = 3_200, KeyFollow = 0.5f, Vibrato = 13, Breath = 0.03f,
    };

    private static readonly SpeechVoice Speech = new();

    private static readonly DrumVoice Acoustic = new(new()
    {
        KickFrequency = 58,
        KickSeconds = 0.32,
        SnareSeconds = 0.3,
    });

    private static readonly DrumVoice Electronic = new(new()
    {
        KickFrequency = 49,
        KickSeconds = 0.5,
        KickClick = 0.35f,
        SnareFrequency = 200,
        SnareSeconds = 0.34,
        SnareNoise = 0.75f,
        Metal = 8_200,
    });

    private static readonly DrumVoice Dusty = new(new()
    {
        KickFrequency = 56,
        KickSeconds = 0.34,
        KickClick = 0.1f,
        SnareFrequency = 172,
        SnareSeconds = 0.2,
        SnareNoise = 0.5f,
        Metal = 6_200,
        Highs = 7_000,
    });

    /// <summary>The voice of an instrument and what is done to the whole part.</summary>
    public static (IVoice Voice, Coloring Coloring) For(Instrument instrument) => instrument switch
    {
        Instrument.Piano => (Piano, Coloring.None),
        Instrument.ElectricPiano => (ElectricPiano, Coloring.Tremolo),
        Instrument.Vibraphone => (Vibraphone, Coloring.Tremolo),
        Instrument.Kalimba => (Kalimba, Coloring.None),
        Instrument.Bells => (Bells, Coloring.None),
        Instrument.NylonGuitar => (Nylon, Coloring.None),
        Instrument.SteelGuitar => (Steel, Coloring.None),
        Instrument.OverdrivenGuitar or Instrument.LeadGuitar => (Electric, Coloring.Overdrive),
        Instrument.UprightBass => (Upright, Coloring.None),
        Instrument.ElectricBass => (Picked, Coloring.None),
        Instrument.SynthBass => (SynthBass, Coloring.None),
        Instrument.SubBass => (SubBass, Coloring.None),
        Instrument.WarmPad => (WarmPad, Coloring.Chorus),
        Instrument.SawPad => (SawPad, Coloring.Chorus),
        Instrument.Strings => (Strings, Coloring.Chorus),
        Instrument.Organ => (Organ, Coloring.Chorus),
        Instrument.Pluck => (Pluck, Coloring.None),
        Instrument.SawLead => (SawLead, Coloring.Chorus),
        Instrument.Flute => (Flute, Coloring.None),
        Instrument.Voice => (Speech, Coloring.None),
        Instrument.AcousticKit => (Acoustic, Coloring.None),
        Instrument.ElectronicKit => (Electronic, Coloring.None),
        Instrument.DustyKit => (Dusty, Coloring.None),
        _ => throw new ArgumentOutOfRangeException(nameof(instrument), instrument, "There is no such instrument."),
    };

    /// <summary>Twelve partials that die the sooner the higher they are, and four that ring on: a piano's strings are coupled.</summary>
    private static IEnumerable<ModalVoice.Partial> PianoPartials()
    {
        for (var n = 1; n <= 12; n++)
        {
            // The hammer strikes at a seventh of the string, where the seventh partial does not move.
            var gain = 0.55 * Math.Abs(Math.Sin(Math.PI * n / 7.3)) / Math.Pow(n, 1.25) / 0.42;
            yield return new(n, gain, 3.2 / (1 + (0.28 * (n - 1))));
        }
        for (var n = 1; n <= 4; n++)
            yield return new(n * 1.0006, 0.12 / n, 7.0 / n);
    }
}
