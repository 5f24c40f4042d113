using System.Globalization;
using System.Text.RegularExpressions;
using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>
/// A parser of ffmpeg's standard error. With <c>-v level+…</c>, each message begins with <c>[component @ address] [level]</c>.
/// </summary>
internal static partial class FfmpegLog
{
    private const int MaxErrors = 8;

    // The absolute gate of EBU R128. Quieter audio is not measured.
    private const double SilenceLufs = -70;

    /// <summary>Returns the first error, because later ones are usually its consequences. Null if there is none.</summary>
    public static string? Reason(string log) => Errors(log).FirstOrDefault();

    /// <summary>Returns the distinct errors, in order.</summary>
    public static IReadOnlyList<string> Errors(string log) =>
    [
        .. ErrorLine().Matches(log)
            .Select(match => match.Groups["text"].Value.Trim())
            .Where(text => text.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Take(MaxErrors)
            .Select(text => text.EndsWith('.') ? "ffmpeg: " + text : $"ffmpeg: {text}."),
    ];

    /// <summary>Returns the measurements of the decoded audio.</summary>
    /// <exception cref="IngestException">The log has no measurements.</exception>
    public static DecodedAudio Measurements(string log, int sampleRate)
    {
        // The last match is used, because the source's tags are logged before the measurements and could look like them.
        var loudness = LoudnessSummary().Matches(log).LastOrDefault();
        var (count, mixed) = (Count(log, FfmpegGraph.Source), Count(log, FfmpegGraph.Mix));
        if (count == 0 || mixed == 0) throw new IngestException(Reason(log) ?? "The file has no audio.");
        if (loudness is null) throw new IngestException("ffmpeg did not measure the loudness.");

        var integrated = Number(loudness.Groups["lufs"].ValueSpan);
        var isSilent = integrated is null or <= SilenceLufs;
        return new DecodedAudio(
            new AudioDuration(count, sampleRate),
            mixed,
            isSilent ? null : integrated,
            Number(loudness.Groups["peak"].ValueSpan),
            Errors(log));
    }

    /// <summary>Returns the number of samples that a <see cref="FfmpegGraph.Count"/> filter counted; 0 without a count.</summary>
    public static long Count(string log, string name) =>
        SampleCount().Matches(log).LastOrDefault(match => match.Groups["name"].ValueSpan.SequenceEqual(name)) is { } match
        && long.TryParse(match.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;

    private static double? Number(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    [GeneratedRegex(
        @"^(?:\[[^\]\n]* @ [^\]\n]*\] )*\[(?:error|fatal|panic)\] "
            + @"(?:Error while decoding stream #[0-9:]+: )?(?:file:.*: )?(?<text>.*)$",
        RegexOptions.Multiline)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"^\[astats@(?<name>\w+)[^\]\n]*\] \[info\] Number of samples: (?<count>[0-9]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex SampleCount();

    [GeneratedRegex(
        @"^\[Parsed_ebur128[^\]\n]*\] \[info\] Summary:\s*Integrated loudness:\s*I:\s*(?<lufs>\S+) LUFS"
            + @".*?True peak:\s*Peak:\s*(?<peak>\S+) dBFS",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex LoudnessSummary();
}
