namespace Spotify.Audio;

/// <summary>A rung of the quality ladder: one combination of quality and codec.</summary>
/// <param name="Quality">The quality level.</param>
/// <param name="Codec">The codec.</param>
/// <param name="BitrateKbps">
/// Target bit rate in kbit/s (1000 bits). For FLAC, the rate of the uncompressed samples, which is an upper limit.
/// </param>
/// <param name="SampleRate">Samples per second, in Hz.</param>
/// <param name="Channels">1 for mono, 2 for stereo.</param>
public sealed record Rung(AudioQuality Quality, Codec Codec, int BitrateKbps, int SampleRate, int Channels)
{
    /// <summary>The last segment of the object name, <c>{quality}.{ogg|m4a|flac}</c>. Unique within the ladder.</summary>
    public string FileName => $"{Quality.WireName}.{Codec.FileExtension}";

    /// <summary>The media type of the encoded file.</summary>
    public string ContentType => Codec.ContentType;
}

/// <summary>
/// The encodings that every track is offered in. The fragments of all AAC rungs begin at the same samples, so that a player can switch.
/// </summary>
public static class QualityLadder
{
    /// <summary>The sample rate of all lossy rungs but the lowest, in Hz.</summary>
    public const int SampleRate = 44_100;

    /// <summary>The rungs, ordered by codec and then by quality, lowest first.</summary>
    public static IReadOnlyList<Rung> Rungs { get; } =
    [
        new(AudioQuality.Low, Codec.Vorbis, 24, 22_050, 1),
        new(AudioQuality.Normal, Codec.Vorbis, 96, 44_100, 2),
        new(AudioQuality.High, Codec.Vorbis, 160, 44_100, 2),
        new(AudioQuality.VeryHigh, Codec.Vorbis, 320, 44_100, 2),
        new(AudioQuality.Low, Codec.Aac, 48, 44_100, 1),
        new(AudioQuality.Normal, Codec.Aac, 96, 44_100, 2),
        new(AudioQuality.High, Codec.Aac, 128, 44_100, 2),
        new(AudioQuality.VeryHigh, Codec.Aac, 256, 44_100, 2),
        new(AudioQuality.Lossless, Codec.Flac, 1411, 44_100, 2),
    ];

    /// <summary>Returns the rung for a quality and codec, or null if there is none (for example, lossless AAC).</summary>
    public static Rung? Find(AudioQuality quality, Codec codec) =>
        Rungs.FirstOrDefault(rung => rung.Quality == quality && rung.Codec == codec);

    /// <summary>Returns the rung whose <see cref="Rung.FileName"/> is <paramref name="fileName"/>, or null.</summary>
    public static Rung? FindByFileName(string fileName) => Rungs.FirstOrDefault(rung => rung.FileName == fileName);
}
