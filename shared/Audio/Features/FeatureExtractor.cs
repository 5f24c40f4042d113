using System.Buffers;
using System.Runtime.InteropServices;

namespace Spotify.Audio.Features;

/// <summary>The features and the analysis of a recording.</summary>
/// <param name="Features">The features.</param>
/// <param name="Analysis">The analysis.</param>
public sealed record ExtractedAudio(AudioFeatures Features, AudioAnalysis Analysis);

/// <summary>
/// An extractor of audio features from mono samples at <see cref="SampleRate"/>. Reads the samples as a stream, keeps some 15 KB per
/// second, and ignores all samples after <see cref="MaxDuration"/>. Samples that are not finite count as silence, and others are limited to
/// ±4. The same samples give the same result, however they are split.
/// </summary>
public sealed class FeatureExtractor
{
    /// <summary>Samples per second, in Hz.</summary>
    public const int SampleRate = 22_050;

    // 12 dB above full scale, more than any decoder produces.
    private const float MaxSample = 4;

    private const double FramesPerSecond = (double)SampleRate / Spectrogram.Hop;

    private readonly LoudnessMeter loudness = new(SampleRate);
    private readonly Spectrogram spectrogram = new(SampleRate);
    private readonly Chromagram chromagram = new(SampleRate);
    private readonly float[] block = new float[4096];
    private long samples;

    /// <summary>The duration of the start of a recording that is analyzed. The rest is ignored: features are those of a song.</summary>
    public static TimeSpan MaxDuration { get; } = TimeSpan.FromMinutes(10);

    private static long MaxSamples => (long)MaxDuration.TotalSeconds * SampleRate;

    /// <summary>Adds samples, from -1 to 1.</summary>
    public void Add(ReadOnlySpan<float> added)
    {
        while (!added.IsEmpty && samples < MaxSamples)
        {
            var length = (int)Math.Min(Math.Min(added.Length, block.Length), MaxSamples - samples);
            var valid = block.AsSpan(0, length);
            for (var i = 0; i < length; i++) valid[i] = float.IsFinite(added[i]) ? Math.Clamp(added[i], -MaxSample, MaxSample) : 0;
            loudness.Add(valid);
            spectrogram.Add(valid);
            chromagram.Add(valid);
            samples += length;
            added = added[length..];
        }
    }

    /// <summary>Returns the features of the samples. Nothing can be added afterwards.</summary>
    /// <param name="isTruncated">Whether the recording continues after the samples that were added.</param>
    public ExtractedAudio Complete(bool isTruncated = false)
    {
        spectrogram.Complete();
        chromagram.Complete();
        var onsets = Onsets.Of(spectrogram);
        var sound = new SoundDescription(SampleRate, spectrogram, chromagram, onsets, loudness);
        var key = sound.HasSound ? KeyEstimator.Of(chromagram, 0, chromagram.Count) : KeyEstimate.None;
        var beats = BeatTracker.Track(onsets, chromagram, FramesPerSecond);
        var embedding = EmbeddingVector.Of(sound, spectrogram, chromagram, onsets, beats, key, FramesPerSecond);
        var window = isTruncated ? (int)(samples / SampleRate) : 0;
        var analysis = new AnalysisBuilder(SampleRate, samples, window, sound, spectrogram, chromagram, onsets, beats, key).Build();
        return new ExtractedAudio(PerceptualFeatures.Of(sound, beats, key, embedding), analysis);
    }

    /// <summary>Returns the features of a stream of little-endian 32-bit floats.</summary>
    /// <param name="stream">The samples.</param>
    /// <param name="isTruncated">Whether the recording continues after the stream.</param>
    /// <param name="ct">Cancels the work.</param>
    public static async Task<ExtractedAudio> ReadAsync(Stream stream, bool isTruncated, CancellationToken ct)
    {
        var extractor = new FeatureExtractor();
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            for (var count = 0; ;)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(count), ct);
                count += read;
                var whole = count - (count % sizeof(float));
                extractor.Add(MemoryMarshal.Cast<byte, float>(buffer.AsSpan(0, whole)));
                buffer.AsSpan(whole, count - whole).CopyTo(buffer);
                count -= whole;
                if (read == 0) return extractor.Complete(isTruncated || extractor.samples >= MaxSamples);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
