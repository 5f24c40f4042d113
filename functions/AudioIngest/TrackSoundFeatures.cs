using Spotify.Audio.Features;
using Spotify.Domain.Ports;

namespace Spotify.Functions.AudioIngest;

/// <summary>The extraction of features from the samples that <see cref="IMediaEncoder.EncodeAsync"/> wrote.</summary>
public static class TrackSoundFeatures
{
    private const string MediaType = "application/gzip";

    /// <summary>Extracts the features of a file, and stores its analysis beside the encodings.</summary>
    /// <param name="directory">The directory with the samples.</param>
    /// <param name="decoded">The measurements of the file.</param>
    /// <param name="store">The object store.</param>
    /// <param name="prefix">The prefix of the object names.</param>
    /// <param name="ct">Cancels the work.</param>
    public static async Task<AudioFeatures> StoreAsync(
        string directory, DecodedAudio decoded, IObjectStore store, string prefix, CancellationToken ct)
    {
        await using var samples = File.OpenRead(Path.Combine(directory, DecodedAudio.SamplesFileName));
        var isTruncated = decoded.Duration.ToTimeSpan() > FeatureExtractor.MaxDuration;
        var (features, analysis) = await FeatureExtractor.ReadAsync(samples, isTruncated, ct);
        await store.WriteAsync(
            prefix + AudioAnalysis.FileName, new MemoryStream(analysis.ToGzip()), new WriteOptions(MediaType, Immutable: true), ct);
        return features;
    }

    /// <summary>Copies the analysis of another track with the same audio.</summary>
    /// <param name="store">The object store.</param>
    /// <param name="from">The prefix of the existing object.</param>
    /// <param name="to">The prefix of the copy.</param>
    /// <param name="ct">Cancels the work.</param>
    internal static async Task CopyAsync(IObjectStore store, string from, string to, CancellationToken ct)
    {
        await using var content = await store.OpenReadAsync(from + AudioAnalysis.FileName, null, ct);
        await store.WriteAsync(to + AudioAnalysis.FileName, content, new WriteOptions(MediaType, Immutable: true), ct);
    }
}
