namespace Spotify.Demo.Music.Synthesis;

/// <summary>How a drum kit sounds.</summary>
internal sealed record DrumSound
{
    /// <summary>Where the kick drum settles, in hertz.</summary>
    public double KickFrequency { get; init; } = 52;

    /// <summary>How long it rings, in seconds to −60 dB.</summary>
    public double KickSeconds { get; init; } = 0.45;

    /// <summary>The beater's click, as amplitude.</summary>
    public float KickClick { get; init; } = 0.25f;

    /// <summary>Pitch of the snare drum's skin, in hertz.</summary>
    public double SnareFrequency { get; init; } = 185;

    /// <summary>How long the snares rattle, in seconds to −60 dB.</summary>
    public double SnareSeconds { get; init; } = 0.28;

    /// <summary>Share of the rattle.</summary>
    public float SnareNoise { get; init; } = 0.6f;

    /// <summary>Lowest frequency of hats and cymbals, in hertz.</summary>
    public float Metal { get; init; } = 7_500;

    /// <summary>Where the kit's highs end, in hertz.</summary>
    public float Highs { get; init; } = 18_000;
}

/// <summary>A drum kit. Each drum is made once and then played at the velocity of each stroke.</summary>
internal sealed class DrumVoice(DrumSound sound) : IVoice
{
    private readonly Dictionary<Drum, float[]> strokes =
        Enum.GetValues<Drum>().ToDictionary(drum => drum, drum => new DrumMaker(sound).Make(drum));

    /// <inheritdoc/>
    public void Play(in Strike strike, Span<float> buffer)
    {
        var stroke = strokes[(Drum)(int)strike.Pitch];
        var level = strike.Velocity * strike.Velocity;
        var output = buffer[Math.Min(strike.Start, buffer.Length)..];
        var length = Math.Min(stroke.Length, output.Length);
        for (var i = 0; i < length; i++)
            output[i] += stroke[i] * level;
    }
}
