namespace Spotify.Local.Demo.Music;

/// <summary>The sounds that the synthesiser makes.</summary>
public enum Instrument
{
    Piano,
    ElectricPiano,
    Vibraphone,
    Kalimba,
    Bells,
    NylonGuitar,
    SteelGuitar,
    OverdrivenGuitar,
    LeadGuitar,
    UprightBass,
    ElectricBass,
    SynthBass,
    SubBass,
    WarmPad,
    SawPad,
    Strings,
    Organ,
    Pluck,
    SawLead,
    Flute,

    /// <summary>Syllables without words.</summary>
    Voice,

    /// <summary>Drums; a note's pitch is a number of <see cref="Drum"/>, as for the kits below.</summary>
    AcousticKit,

    /// <summary>Drum machine.</summary>
    ElectronicKit,

    /// <summary>Soft and muffled drums.</summary>
    DustyKit,
}

/// <summary>The drums of a kit, numbered as in the General MIDI percussion map.</summary>
public enum Drum
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
