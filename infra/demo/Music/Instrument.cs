namespace Spotify.Demo.Music;

/// <summary>The sounds that the synthesiser makes. The drum kits come last.</summary>
public enum Instrument
{
    /// <summary>Grand piano.</summary>
    Piano,

    /// <summary>Tines struck by hammers.</summary>
    ElectricPiano,

    /// <summary>Metal bars with slow tremolo.</summary>
    Vibraphone,

    /// <summary>Plucked tongues, short and soft.</summary>
    Kalimba,

    /// <summary>Long and inharmonic.</summary>
    Bells,

    /// <summary>Plucked by fingers.</summary>
    NylonGuitar,

    /// <summary>Plucked, brighter.</summary>
    SteelGuitar,

    /// <summary>For chords of roots and fifths.</summary>
    OverdrivenGuitar,

    /// <summary>Overdriven further, for single notes.</summary>
    LeadGuitar,

    /// <summary>Plucked, short.</summary>
    UprightBass,

    /// <summary>Played with a pick.</summary>
    ElectricBass,

    /// <summary>Saws through a filter that closes.</summary>
    SynthBass,

    /// <summary>Hardly more than its fundamental.</summary>
    SubBass,

    /// <summary>Slow and dark.</summary>
    WarmPad,

    /// <summary>Quicker and brighter.</summary>
    SawPad,

    /// <summary>Bowed, several to a part.</summary>
    Strings,

    /// <summary>Drawbars through a rotating loudspeaker.</summary>
    Organ,

    /// <summary>Short saws.</summary>
    Pluck,

    /// <summary>Saws with vibrato, for single notes.</summary>
    SawLead,

    /// <summary>With breath and vibrato.</summary>
    Flute,

    /// <summary>Syllables without words.</summary>
    Voice,

    /// <summary>Drums; here and in the other kits a note's pitch is a number of <see cref="Drum"/>.</summary>
    AcousticKit,

    /// <summary>Drum machine.</summary>
    ElectronicKit,

    /// <summary>Soft and muffled drums.</summary>
    DustyKit,
}

/// <summary>The drums of a kit, numbered as in the General MIDI percussion map.</summary>
public enum Drum
{
    /// <summary>Bass drum.</summary>
    Kick = 36,

    /// <summary>Stick on the rim of the snare drum.</summary>
    Rim = 37,

    /// <summary>Snare drum.</summary>
    Snare = 38,

    /// <summary>Hands.</summary>
    Clap = 39,

    /// <summary>Short hi-hat.</summary>
    ClosedHat = 42,

    /// <summary>Lower tom-tom.</summary>
    LowTom = 45,

    /// <summary>Ringing hi-hat.</summary>
    OpenHat = 46,

    /// <summary>Higher tom-tom.</summary>
    HighTom = 48,

    /// <summary>Long cymbal.</summary>
    Crash = 49,

    /// <summary>Cymbal that keeps time.</summary>
    Ride = 51,

    /// <summary>Grains in a shell.</summary>
    Shaker = 70,
}
