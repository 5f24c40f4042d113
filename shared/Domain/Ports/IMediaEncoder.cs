using Spotify.Audio;
using Spotify.Audio.Features;
using Spotify.Audio.Tags;

namespace Spotify.Domain.Ports;

/// <summary>An encoder of audio, which also measures audio and scales pictures.</summary>
public interface IMediaEncoder
{
    /// <summary>
    /// Returns the identity of a file's audio: the same for files that differ only in their tags and pictures, different if the audio may
    /// sound different.
    /// </summary>
    /// <exception cref="IngestException">The file has no audio that can be read.</exception>
    Task<AudioIdentity> IdentifyAsync(string path, CancellationToken ct);

    /// <summary>Returns the properties of an audio file.</summary>
    /// <exception cref="IngestException">The file has no audio that can be decoded.</exception>
    Task<SourceAudio> ProbeAsync(string path, CancellationToken ct);

    /// <summary>
    /// Decodes a file once and writes an encoding for each rung to <paramref name="directory"/>, with the rung's file name. The result is
    /// reproducible: the same file has the same encodings, byte for byte.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="source">The properties of the file.</param>
    /// <param name="rungs">The rungs, or none.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="withSamples">
    /// Whether to write the samples for <see cref="FeatureExtractor"/>, too: <see cref="DecodedAudio.SamplesFileName"/> has the mono mix at
    /// <see cref="FeatureExtractor.SampleRate"/> as little-endian 32-bit floats, up to <see cref="FeatureExtractor.MaxDuration"/>.
    /// </param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="IngestException">The file cannot be decoded or encoded.</exception>
    Task<DecodedAudio> EncodeAsync(
        string path, SourceAudio source, IReadOnlyList<Rung> rungs, string directory, bool withSamples, CancellationToken ct);

    /// <summary>Decodes files completely and returns the number of samples in a channel of each.</summary>
    /// <exception cref="IngestException">A file cannot be decoded without an error.</exception>
    Task<IReadOnlyList<long>> CountSamplesAsync(IReadOnlyList<string> paths, CancellationToken ct);

    /// <summary>
    /// Scales and crops a picture to centered squares, and writes them to <paramref name="directory"/> as <c>{size}.jpg</c>.
    /// </summary>
    /// <param name="picture">The image file.</param>
    /// <param name="mimeType">The media type, detected from the first bytes.</param>
    /// <param name="sizes">The widths in pixels.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="IngestException">The picture cannot be decoded.</exception>
    Task ScaleAsync(
        ReadOnlyMemory<byte> picture, string mimeType, IReadOnlyList<int> sizes, string directory, CancellationToken ct);
}

/// <summary>The identity of the audio of a file.</summary>
/// <param name="Hash">A SHA-256 of the encoded audio, in lower-case hexadecimal.</param>
/// <param name="IsLossless">Whether the audio is uncompressed or losslessly compressed.</param>
public sealed record AudioIdentity(string Hash, bool IsLossless);

/// <summary>The properties of an audio file.</summary>
/// <param name="IsLossless">Whether the audio is uncompressed or losslessly compressed.</param>
/// <param name="SampleRate">Samples per second, in Hz.</param>
/// <param name="Channels">Number of channels, at least 1.</param>
/// <param name="BitsPerSample">Bits per sample; 16 for codecs without a fixed sample size.</param>
/// <param name="Declared">The duration that the file declares; null if there is none, or only an estimate.</param>
/// <param name="Slack">
/// How much longer the declared duration may be than the decoded one, because some formats count the padding that encoders add.
/// </param>
public sealed record SourceAudio(bool IsLossless, int SampleRate, int Channels, int BitsPerSample, TimeSpan? Declared, TimeSpan Slack)
{
    private const int MaxFlacChannels = 8;

    /// <summary>Whether the file is native FLAC, whose frames can be copied.</summary>
    public bool IsNativeFlac { get; init; }

    /// <summary>The duration that is estimated from the bit rate, for files without a declared one; null if unknown.</summary>
    public TimeSpan? Estimate { get; init; }

    /// <summary>The tags as far as the encoder reads them, for files whose tags nothing else can read. Without a picture.</summary>
    public AudioTags Tags { get; init; } = new();

    /// <summary>
    /// The rungs to encode: all lossy rungs of the ladder, so that every track has them, and for a lossless source also a lossless rung
    /// with the source's sample rate, channels and sample size (at most 24 bits).
    /// </summary>
    public IReadOnlyList<Rung> Rungs =>
    [
        .. QualityLadder.Rungs
            .Where(rung => rung.Quality != AudioQuality.Lossless || (IsLossless && Channels <= MaxFlacChannels))
            .Select(rung => rung.Quality != AudioQuality.Lossless
                ? rung
                : rung with
                {
                    BitrateKbps = (int)((long)SampleRate * Channels * LosslessBits / 1000),
                    SampleRate = SampleRate,
                    Channels = Channels,
                }),
    ];

    /// <summary>Bits per sample of the lossless encoding: 16 or 24.</summary>
    public int LosslessBits => BitsPerSample <= 16 ? 16 : 24;
}

/// <summary>The measurements of decoded audio.</summary>
/// <param name="Duration">The decoded duration, at the source's sample rate.</param>
/// <param name="MixSamples">The samples in a channel of the stereo mix at 44.1 kHz, which the lossy rungs encode.</param>
/// <param name="IntegratedLufs">The integrated loudness of the mix by EBU R128, in LUFS; null for silence.</param>
/// <param name="TruePeakDb">The true peak of the mix in dB relative to full scale, above 0 if it would clip; null for silence.</param>
/// <param name="Errors">The errors that the decoder recovered from, one line each.</param>
public sealed record DecodedAudio(
    AudioDuration Duration, long MixSamples, double? IntegratedLufs, double? TruePeakDb, IReadOnlyList<string> Errors)
{
    /// <summary>The name of the file with the samples of the start of the audio.</summary>
    public const string SamplesFileName = "samples.f32";

    // The reference loudness of ReplayGain 2.0.
    private const double ReferenceLufs = -18;

    /// <summary>The gain to the reference loudness of ReplayGain 2.0 (-18 LUFS), in dB; 0 for silence.</summary>
    public double GainDb => IntegratedLufs is { } loudness ? Math.Round(ReferenceLufs - loudness, 2) : 0;
}
