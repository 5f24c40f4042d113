namespace Spotify.Demo.Music;

/// <summary>The kinds of music that the demo catalog has.</summary>
public enum Genre
{
    /// <summary>Slow pads and bells.</summary>
    Ambient,

    /// <summary>Fingerpicked steel strings.</summary>
    Folk,

    /// <summary>Bossa nova: nylon strings, vibraphone, upright bass.</summary>
    Jazz,

    /// <summary>Four on the floor.</summary>
    House,

    /// <summary>Arpeggios and gated drums.</summary>
    Synthwave,

    /// <summary>Slow swung drums and electric piano.</summary>
    LoFi,

    /// <summary>Overdriven guitars.</summary>
    Rock,

    /// <summary>Piano and strings.</summary>
    Classical,
}
