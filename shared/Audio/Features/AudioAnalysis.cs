using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Spotify.Audio.Features;

/// <summary>The structure of a recording, in the format of the Web API's audio analysis. Times are in seconds, levels in dB.</summary>
/// <param name="Meta">How the analysis was made.</param>
/// <param name="Track">The properties of the whole recording.</param>
/// <param name="Bars">The bars.</param>
/// <param name="Beats">The beats.</param>
/// <param name="Tatums">The smallest regular intervals, of which a beat has two or three.</param>
/// <param name="Sections">The parts that differ in timbre or harmony.</param>
/// <param name="Segments">The sounds, from onset to onset.</param>
public sealed record AudioAnalysis(
    AnalysisMeta Meta,
    AnalysisTrack Track,
    IReadOnlyList<TimeInterval> Bars,
    IReadOnlyList<TimeInterval> Beats,
    IReadOnlyList<TimeInterval> Tatums,
    IReadOnlyList<AnalysisSection> Sections,
    IReadOnlyList<AnalysisSegment> Segments)
{
    /// <summary>The media type of the stored form before compression.</summary>
    public const string MediaType = "application/json";

    /// <summary>The last segment of the object name, with the version of the extractor.</summary>
    public static string FileName { get; } = FormattableString.Invariant($"analysis-{AudioFeatures.Version}.json.gz");

    /// <summary>Returns the stored form: JSON, compressed with gzip.</summary>
    public byte[] ToGzip()
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal))
            JsonSerializer.Serialize(gzip, this, AudioAnalysisJson.Default.AudioAnalysis);
        return bytes.ToArray();
    }
}

/// <summary>How an analysis was made.</summary>
/// <param name="AnalyzerVersion">The version of the extractor.</param>
/// <param name="Platform">The kind of machine.</param>
/// <param name="DetailedStatus">OK.</param>
/// <param name="StatusCode">0 for success.</param>
/// <param name="InputProcess">How the audio was read.</param>
public sealed record AnalysisMeta(string AnalyzerVersion, string Platform, string DetailedStatus, int StatusCode, string InputProcess);

/// <summary>The properties of a whole recording. Confidences are from 0 to 1.</summary>
/// <param name="NumSamples">The number of samples that were analyzed.</param>
/// <param name="Duration">The duration of what was analyzed.</param>
/// <param name="SampleMd5">Always empty.</param>
/// <param name="OffsetSeconds">The start of what was analyzed: always 0.</param>
/// <param name="WindowSeconds">The duration of what was analyzed of a longer recording; 0 if the recording was analyzed to its end.</param>
/// <param name="AnalysisSampleRate">Samples per second, in Hz.</param>
/// <param name="AnalysisChannels">The number of channels.</param>
/// <param name="EndOfFadeIn">The end of the fade-in.</param>
/// <param name="StartOfFadeOut">The start of the fade-out.</param>
/// <param name="Loudness">The integrated loudness.</param>
/// <param name="Tempo">Beats per minute.</param>
/// <param name="TempoConfidence">The confidence in the tempo.</param>
/// <param name="TimeSignature">Beats per bar.</param>
/// <param name="TimeSignatureConfidence">The confidence in the beats per bar.</param>
/// <param name="Key">The pitch class of the tonic; -1 if there is none.</param>
/// <param name="KeyConfidence">The confidence in the key.</param>
/// <param name="Mode">1 for major, 0 for minor, -1 if there is no key.</param>
/// <param name="ModeConfidence">The confidence in the mode.</param>
public sealed record AnalysisTrack(
    long NumSamples,
    double Duration,
    string SampleMd5,
    int OffsetSeconds,
    int WindowSeconds,
    int AnalysisSampleRate,
    int AnalysisChannels,
    double EndOfFadeIn,
    double StartOfFadeOut,
    double Loudness,
    double Tempo,
    double TempoConfidence,
    int TimeSignature,
    double TimeSignatureConfidence,
    int Key,
    double KeyConfidence,
    int Mode,
    double ModeConfidence);

/// <summary>A bar, a beat or a tatum.</summary>
/// <param name="Start">The start.</param>
/// <param name="Duration">The duration.</param>
/// <param name="Confidence">The confidence, 0 to 1.</param>
public readonly record struct TimeInterval(double Start, double Duration, double Confidence);

/// <summary>A section. The properties are those of <see cref="AnalysisTrack"/>, within the section.</summary>
/// <param name="Start">The start.</param>
/// <param name="Duration">The duration.</param>
/// <param name="Confidence">How much the section differs from the one before, 0 to 1.</param>
/// <param name="Loudness">The mean level.</param>
/// <param name="Tempo">Beats per minute.</param>
/// <param name="TempoConfidence">The confidence in the tempo.</param>
/// <param name="Key">The pitch class of the tonic; -1 if there is none.</param>
/// <param name="KeyConfidence">The confidence in the key.</param>
/// <param name="Mode">1 for major, 0 for minor, -1 if there is no key.</param>
/// <param name="ModeConfidence">The confidence in the mode.</param>
/// <param name="TimeSignature">Beats per bar.</param>
/// <param name="TimeSignatureConfidence">The confidence in the beats per bar.</param>
public sealed record AnalysisSection(
    double Start,
    double Duration,
    double Confidence,
    double Loudness,
    double Tempo,
    double TempoConfidence,
    int Key,
    double KeyConfidence,
    int Mode,
    double ModeConfidence,
    int TimeSignature,
    double TimeSignatureConfidence);

/// <summary>A sound.</summary>
/// <param name="Start">The start.</param>
/// <param name="Duration">The duration.</param>
/// <param name="Confidence">The confidence in the onset, 0 to 1.</param>
/// <param name="LoudnessStart">The level at the start.</param>
/// <param name="LoudnessMax">The highest level.</param>
/// <param name="LoudnessMaxTime">The time of the highest level, from the start of the segment.</param>
/// <param name="LoudnessEnd">The level at the end.</param>
/// <param name="Pitches">The pitch classes from C to B, relative to the strongest.</param>
/// <param name="Timbre">Twelve coefficients of the spectrum: the level, the brightness and finer details.</param>
public sealed record AnalysisSegment(
    double Start,
    double Duration,
    double Confidence,
    double LoudnessStart,
    double LoudnessMax,
    double LoudnessMaxTime,
    double LoudnessEnd,
    IReadOnlyList<double> Pitches,
    IReadOnlyList<double> Timbre);

/// <summary>The JSON of <see cref="AudioAnalysis"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AudioAnalysis))]
public sealed partial class AudioAnalysisJson : JsonSerializerContext;
