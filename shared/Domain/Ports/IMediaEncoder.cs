using Spotify.Audio;

namespace Spotify.Domain.Ports;

/// <summary>Decodes, measures and encodes audio, and scales pictures.</summary>
public interface IMediaEncoder
{
    /// <summary>What a file of audio holds.</summary>
    /// <exception cref="IngestException">It holds no audio that can be decoded.</exception>
    Task<SourceAudio> ProbeAsync(string path, CancellationToken ct);

    /// <summary>
    /// Decodes a file once and makes an encoding for each rung, in <paramref name="directory"/>, under the rung's file name. The same file
    /// gives the same bytes each time.
    /// </summary>
    /// <exception cref="IngestException">It cannot be decoded or encoded.</exception>
    Task<DecodedAudio> EncodeAsync(string path, SourceAudio source, IReadOnlyList<Rung> rungs, string directory, CancellationToken ct);

    /// <summary>
    /// Makes a square JPEG of each size (its side, in pixels) from the middle of a picture, in <paramref name="directory"/>, named
    /// <c>{size}.jpg</c>.
    /// </summary>
    /// <param name="picture">The picture's file.</param>
    /// <param name="mimeType">What its first bytes show it to be.</param>
    /// <exception cref="IngestException">It is no picture that can be decoded.</exception>
    Task ScaleAsync(ReadOnlyMemory<byte> picture, string mimeType, IReadOnlyList<int> sizes, string directory, CancellationToken ct);
}

/// <summary>What a file of audio holds.</summary>
/// <param name="IsLossless">Whether its compression, if any, keeps every bit.</param>
/// <param name="SampleRate">Samples per second, in Hz.</param>
/// <param name="Channels">Number of channels, at least 1.</param>
/// <param name="BitsPerSample">How precise a sample is; 16 where compression leaves that open.</param>
/// <param name="Declared">How long it says it is; null if it does not say, or only lets guess.</param>
/// <param name="Slack">By how much what it says may exceed what is decoded: some formats count the silence that encoders add.</param>
public sealed record SourceAudio(bool IsLossless, int SampleRate, int Channels, int BitsPerSample, TimeSpan? Declared, TimeSpan Slack)
{
    /// <summary>
    /// The encodings to make of it: every lossy rung of the ladder, so that each track has the same; and of a lossless source also a
    /// lossless one, at its own rate, channels and precision (no more than 24 bits).
    /// </summary>
    public IReadOnlyList<Rung> Rungs =>
    [
        .. QualityLadder.Rungs
            .Where(rung => rung.Quality != AudioQuality.Lossless || IsLossless)
            .Select(rung => rung.Quality != AudioQuality.Lossless
                ? rung
                : rung with { BitrateKbps = (int)((long)SampleRate * Channels * LosslessBits / 1000), SampleRate = SampleRate, Channels = Channels }),
    ];

    /// <summary>Bits per sample of the lossless encoding: 16 or 24.</summary>
    public int LosslessBits => BitsPerSample <= 16 ? 16 : 24;
}

/// <summary>What decoding a file found out.</summary>
/// <param name="Duration">How much sound came out, at the source's own rate.</param>
/// <param name="IntegratedLufs">Its loudness by EBU R128, in LUFS; null for silence.</param>
/// <param name="TruePeakDb">Its highest true peak, in dB relative to full scale; null for silence.</param>
/// <param name="Complaints">What the decoder had to pass over, a line each.</param>
public sealed record DecodedAudio(AudioDuration Duration, double? IntegratedLufs, double? TruePeakDb, IReadOnlyList<string> Complaints)
{
    // ReplayGain 2.0's reference.
    private const double ReferenceLufs = -18;

    /// <summary>What brings it to the reference loudness of ReplayGain 2.0 (-18 LUFS), in dB; 0 for silence.</summary>
    public double GainDb => IntegratedLufs is { } loudness ? Math.Round(ReferenceLufs - loudness, 2) : 0;
}
