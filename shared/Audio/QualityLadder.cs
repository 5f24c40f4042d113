namespace Spotify.Audio;

/// <summary>One encoding that a track is offered in.</summary>
/// <param name="Quality">The quality it stands for.</param>
/// <param name="Codec">How it is compressed.</param>
/// <param name="BitrateKbps">Target bit rate in kbit/s (1000 bits); for FLAC the rate of the uncompressed samples, which it stays
/// below.</param>
/// <param name="SampleRate">Samples per second, in Hz.</param>
/// <param name="Channels">1 for mono, 2 for stereo.</param>
public sealed record Rung(AudioQuality Quality, Codec Codec, int BitrateKbps, int SampleRate, int Channels)
{
    /// <summary>The last part of its object name, <c>{quality}.{ogg|m4a|flac}</c>; unique within the ladder.</summary>
    public string FileName => $"{Quality.WireName}.{Codec.FileExtension}";

    /// <summary>The media type it is served with.</summary>
    public string ContentType => Codec.ContentType;
}

/// <summary>Every encoding that a track is offered in.</summary>
public static class QualityLadder
{
    /// <summary>The rungs, by codec and then from worst to best.</summary>
    public static IReadOnlyList<Rung> Rungs { get; } =
    [
        new(AudioQuality.Low, Codec.Vorbis, 24, 22_050, 1),
        new(AudioQuality.Normal, Codec.Vorbis, 96, 44_100, 2),
        new(AudioQuality.High, Codec.Vorbis, 160, 44_100, 2),
        new(AudioQuality.VeryHigh, Codec.Vorbis, 320, 44_100, 2),
        new(AudioQuality.High, Codec.Aac, 128, 44_100, 2),
        new(AudioQuality.VeryHigh, Codec.Aac, 256, 44_100, 2),
        new(AudioQuality.Lossless, Codec.Flac, 1411, 44_100, 2),
    ];

    /// <summary>The rung of a quality in a codec, or null where the ladder has none (there is no lossless AAC, say).</summary>
    public static Rung? Find(AudioQuality quality, Codec codec) =>
        Rungs.FirstOrDefault(rung => rung.Quality == quality && rung.Codec == codec);

    /// <summary>The rung whose <see cref="Rung.FileName"/> is <paramref name="fileName"/>, or null.</summary>
    public static Rung? FindByFileName(string fileName) => Rungs.FirstOrDefault(rung => rung.FileName == fileName);
}
