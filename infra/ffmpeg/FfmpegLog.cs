using System.Globalization;
using System.Text.RegularExpressions;
using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>Reads what ffmpeg writes to standard error, with <c>-v level+…</c>: each message begins <c>[part @ address] [level]</c>.</summary>
internal static partial class FfmpegLog
{
    private const int MaxComplaints = 8;

    // Below this the meter's gate lets nothing pass.
    private const double SilenceLufs = -70;

    /// <summary>The error that says most, which is the first: those after it follow from it. Null if there is none.</summary>
    public static string? Reason(string log) => Complaints(log).FirstOrDefault();

    /// <summary>The errors, each once, in order.</summary>
    public static IReadOnlyList<string> Complaints(string log) =>
    [
        .. ErrorLine().Matches(log).Select(match => match.Groups["text"].Value.Trim()).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal)
            .Take(MaxComplaints).Select(text => text.EndsWith('.') ? "ffmpeg: " + text : $"ffmpeg: {text}."),
    ];

    /// <summary>What was measured while decoding.</summary>
    /// <exception cref="IngestException">The log does not have it.</exception>
    public static DecodedAudio Measurements(string log, int sampleRate)
    {
        // Tags of the source are in the log too, before the measurements: the last match counts.
        var samples = SampleCount().Matches(log).LastOrDefault();
        var loudness = LoudnessSummary().Matches(log).LastOrDefault();
        if (samples is null || !long.TryParse(samples.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) count = 0;
        if (count == 0) throw new IngestException(Reason(log) ?? "It holds no sound.");
        if (loudness is null) throw new IngestException("ffmpeg did not measure its loudness.");

        var integrated = Number(loudness.Groups["lufs"].ValueSpan);
        var isSilent = integrated is null or <= SilenceLufs;
        return new DecodedAudio(
            new AudioDuration(count, sampleRate), isSilent ? null : integrated, Number(loudness.Groups["peak"].ValueSpan), Complaints(log));
    }

    private static double? Number(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    [GeneratedRegex(@"^(?:\[[^\]\n]* @ [^\]\n]*\] )*\[(?:error|fatal|panic)\] (?:Error while decoding stream #[0-9:]+: )?(?:file:.*: )?(?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"^\[Parsed_astats[^\]\n]*\] \[info\] Number of samples: (?<count>[0-9]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex SampleCount();

    [GeneratedRegex(@"^\[Parsed_ebur128[^\]\n]*\] \[info\] Summary:\s*Integrated loudness:\s*I:\s*(?<lufs>\S+) LUFS.*?True peak:\s*Peak:\s*(?<peak>\S+) dBFS", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex LoudnessSummary();
}
