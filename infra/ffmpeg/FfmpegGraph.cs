using System.Globalization;
using Spotify.Audio;
using Spotify.Audio.Features;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>
/// The filter graph of an encoding. All lossy rungs and the measurements have the same stereo mix, whose level is that of the source, so
/// that one gain is right for every rung.
/// </summary>
internal static class FfmpegGraph
{
    /// <summary>The label of the output that is measured.</summary>
    public const string Meter = "meter";

    /// <summary>The label of the samples for the extraction of features.</summary>
    public const string Samples = "samples";

    /// <summary>The name of the filter that counts the source's samples.</summary>
    public const string Source = "source";

    /// <summary>The name of the filter that counts the mix's samples.</summary>
    public const string Mix = "mix";

    private const int MaxNamedChannels = 8;
    private const string ToMono = "pan=mono|c0=0.5*c0+0.5*c1,";

    // Recalculates timestamps from the sample count, because those of Ogg sources jump by the length of a block, which encoders would treat
    // as gaps. Rounded, because the quotient is not always an integer.
    private const string Timestamps = "asetpts=round(N/SR/TB)";

    // ITU-R BS.775-3, annex 4, table 2, which browsers apply to surround sound, too. ffmpeg's own matrix is attenuated by up to 8 dB.
    private const string Surround =
        "pan=stereo|FL=FL+0.70710678*FC+0.70710678*SL+0.70710678*BL+0.5*BC|FR=FR+0.70710678*FC+0.70710678*SR+0.70710678*BR+0.5*BC,";

    // ffmpeg's AAC encoder attenuates every frame with a sample above 0.95, which makes loud music up to 2 dB quieter than in other codecs.
    private const string Clip = "asoftclip=type=hard:threshold=0.95";

    /// <summary>Returns the graph.</summary>
    public static string Of(SourceAudio source, IReadOnlyList<Rung> rungs, bool withSamples)
    {
        var lossy = rungs.Where(IsLossy).ToList();
        var lossless = rungs.Where(rung => !IsLossy(rung) && !Copies(rung, source)).ToList();
        List<string> chains =
        [
            $"[0:a:0]{Timestamps},{Count(Source)},{Split([.. lossless.Select(Label), Mix])}",
            // Floating point, because the sum of surround channels can exceed full scale.
            $"[{Mix}]aformat=sample_fmts=fltp,{Stereo(source.Channels)}{Resample(QualityLadder.SampleRate)},{Count(Mix)},"
                + Split([.. lossy.Select(rung => "to_" + Label(rung)), .. withSamples ? (string[])["to_" + Samples] : [], "loudness"]),
            .. lossy.Select(rung => $"[to_{Label(rung)}]{Mono(rung)}{(rung.Codec == Codec.Aac ? Clip : "anull")}[{Label(rung)}]"),
            .. withSamples ? (string[])[$"[to_{Samples}]{Mono(FeatureExtractor.MaxDuration)}[{Samples}]"] : [],
            $"[loudness]ebur128=peak=true:framelog=verbose[{Meter}]",
        ];
        return string.Join(';', chains);
    }

    /// <summary>Returns the label of the output for a rung.</summary>
    public static string Label(Rung rung) => $"{rung.Quality.WireName}_{rung.Codec.WireName}";

    /// <summary>Returns whether the source's own frames are the encoding.</summary>
    public static bool Copies(Rung rung, SourceAudio source) => rung.Codec == Codec.Flac && source.IsNativeFlac;

    /// <summary>Returns a filter that counts samples.</summary>
    public static string Count(string name) => $"astats@{name}=measure_perchannel=none:measure_overall=Number_of_samples";

    // The sample format is that of the encoders, so that the samples do not depend on the rungs.
    private static string Mono(TimeSpan duration) => string.Create(
        CultureInfo.InvariantCulture,
        $"aformat=sample_fmts=fltp,atrim=end={duration.TotalSeconds},{ToMono}{Resample(FeatureExtractor.SampleRate)}");

    private static string Mono(Rung rung) => rung.Channels == 1 ? $"{ToMono}{Resample(rung.SampleRate)}," : "";

    private static bool IsLossy(Rung rung) => rung.Quality != AudioQuality.Lossless;

    private static string Split(IReadOnlyList<string> labels) =>
        $"asplit={labels.Count.ToString(CultureInfo.InvariantCulture)}{string.Concat(labels.Select(label => $"[{label}]"))}";

    private static string Resample(int sampleRate) => $"aresample={sampleRate.ToString(CultureInfo.InvariantCulture)}";

    // Channels without a position cannot be mixed.
    private static string Stereo(int channels) => channels switch
    {
        1 => "pan=stereo|c0=c0|c1=c0,",
        <= 2 or > MaxNamedChannels => "pan=stereo|c0=c0|c1=c1,",
        _ => Surround,
    };
}
