using System.Globalization;
using Spotify.Audio;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;

namespace Spotify.Local.Import;

/// <summary>
/// An estimate of the time and disk space of an import. The duration of the music is extrapolated from a sample of the files, by their
/// sizes; the speed is measured by importing one of them with its first quality, to which the cost of the others is known.
/// </summary>
internal sealed class ImportEstimate
{
    private const int MaxSamples = 16;

    // A shorter file takes most of its time to start programs.
    private static readonly TimeSpan MinSample = TimeSpan.FromSeconds(20);

    // The size of FLAC relative to that of the samples of a WAV file.
    private const double FlacRatio = 0.7;

    // The processor time to decode and measure a source, relative to that of AAC at 128 kbit/s.
    private const double DecodingCost = 0.4;

    private readonly ImportOptions options;
    private readonly int files;
    private readonly double seconds;
    private readonly double losslessBytes;

    private ImportEstimate(
        ImportOptions options, IReadOnlyList<SourceFile> files, IReadOnlyList<(SourceFile File, SourceAudio Audio)> probed)
    {
        (this.options, this.files) = (options, files.Count);
        Samples = [.. probed
            .OrderBy(sample => sample.Audio.Declared < MinSample).ThenBy(sample => sample.Audio.Declared)
            .Select(sample => (sample.File, sample.Audio.Declared!.Value))];
        var byFormat = probed.ToLookup(sample => Format(sample.File));
        foreach (var format in files.GroupBy(Format))
        {
            // A format that the sample lacks is like the others.
            var samples = byFormat.Contains(format.Key) ? byFormat[format.Key].ToList() : [.. probed];
            double size = samples.Sum(sample => sample.File.SizeBytes);
            var share = format.Sum(file => file.SizeBytes) / size;
            seconds += share * samples.Sum(sample => sample.Audio.Declared!.Value.TotalSeconds);
            losslessBytes += share * samples.Where(sample => sample.Audio.IsLossless)
                .Sum(sample => sample.File.SizeBytes * (Format(sample.File) == ".wav" ? FlacRatio : 1));
        }
    }

    /// <summary>The files of the sample with their durations, the most suitable one to measure the speed first.</summary>
    public IReadOnlyList<(SourceFile File, TimeSpan Duration)> Samples { get; }

    /// <summary>Creates an estimate from a sample of files.</summary>
    public static async Task<ImportEstimate> OfAsync(
        IMediaEncoder encoder, ImportOptions options, IReadOnlyList<SourceFile> files, CancellationToken ct)
    {
        var probed = new List<(SourceFile, SourceAudio)>();
        var count = Math.Min(MaxSamples, files.Count);
        foreach (var file in Enumerable.Range(0, count).Select(i => files[(int)((long)i * files.Count / count)]))
        {
            try
            {
                if (await encoder.ProbeAsync(file.Path, ct) is { Declared: not null } audio) probed.Add((file, audio));
            }
            catch (IngestException)
            {
                // The import reports the reason.
            }
        }

        return new ImportEstimate(options, probed.Count == 0 ? [] : files, probed);
    }

    /// <summary>Returns the estimate in a line.</summary>
    /// <param name="sample">The duration of the file that was imported as a sample.</param>
    /// <param name="first">The time until it could be played.</param>
    /// <param name="freeBytes">The free disk space.</param>
    public string Describe(TimeSpan sample, TimeSpan first, long freeBytes)
    {
        var rungs = QualityLadder.Rungs.Where(rung => options.Ladder.Qualities.Contains(rung.Quality)).ToList();
        var bytes = seconds * rungs.Where(rung => rung.Quality != AudioQuality.Lossless).Sum(rung => rung.BitrateKbps * 125.0)
            + (rungs.Exists(rung => rung.Quality == AudioQuality.Lossless) ? losslessBytes : 0);
        var all = first * (1 + ((DecodingCost + rungs.Sum(Cost) - 1) / (DecodingCost + 1)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"About {Text(TimeSpan.FromSeconds(seconds))} of music in {files} files: playable in {Time(first)}, in every quality in "
            + $"{Time(all)}. About {Size(bytes)} of disk space of {Size(freeBytes)}{(bytes > freeBytes ? ", which is not enough" : "")}.");

        string Time(TimeSpan measured) => Text(measured * (seconds / sample.TotalSeconds / Math.Min(options.Workers, files)));
    }

    /// <summary>Returns whether a track is long enough to measure the speed, or no track is.</summary>
    public static bool IsSample(IncompleteTrack track, IReadOnlyList<IncompleteTrack> all) =>
        track.DurationMs >= MinSample.TotalMilliseconds || all.All(other => other.DurationMs < MinSample.TotalMilliseconds);

    /// <summary>Returns the estimate of the tracks that lack qualities, in a line.</summary>
    public static string Describe(int tracks, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"About {Text(time)} to encode the other qualities of {tracks} tracks.");

    // The processor time relative to that of AAC at 128 kbit/s.
    private static double Cost(Rung rung) => rung.Quality switch
    {
        AudioQuality.Low => 0.4,
        AudioQuality.Lossless => 0.2,
        _ => 0.9,
    };

    private static string Format(SourceFile file) => Path.GetExtension(file.Path).ToLowerInvariant();

    private static string Text(TimeSpan time) => time switch
    {
        { TotalSeconds: < 99.5 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds)} s"),
        { TotalMinutes: < 99.5 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        { TotalHours: < 47.5 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} days"),
    };

    private static string Size(double bytes) => bytes < 1e9
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes / 1e6)} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB");
}
