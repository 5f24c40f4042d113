using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>A parser of the output of <see cref="FfmpegArguments.Identify"/>.</summary>
internal static partial class AudioHash
{
    /// <summary>
    /// Returns the hash of the encoded audio and of the parameters that its decoder depends on, because raw samples are the same at any
    /// sample rate. Returns null if the output has no audio.
    /// </summary>
    public static AudioIdentity? Parse(string output)
    {
        if (!AudioLine().IsMatch(output) || CodecLine().Match(output) is not { Success: true } line) return null;
        var codec = line.Groups["codec"].Value;
        var lines = Lines().Matches(output).Select(match => match.Value.TrimEnd());

        // The headers of Vorbis include its comments.
        if (codec == "vorbis") lines = lines.Where(text => !text.StartsWith("#extradata", StringComparison.Ordinal));
        var parameters = string.Join('\n', lines.Order(StringComparer.Ordinal));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(parameters)));
        return new AudioIdentity(hash, IsLossless(codec));
    }

    /// <summary>Returns whether a codec, by ffmpeg's name, is uncompressed or lossless.</summary>
    public static bool IsLossless(string codec) =>
        codec is "flac" or "alac" || (codec.StartsWith("pcm_", StringComparison.Ordinal) && codec is not ("pcm_alaw" or "pcm_mulaw"));

    [GeneratedRegex("^SHA256=[0-9a-f]{64}\\s*$", RegexOptions.Multiline)]
    private static partial Regex AudioLine();

    [GeneratedRegex("^#codec_id 0: (?<codec>[a-z0-9_]+)\\s*$", RegexOptions.Multiline)]
    private static partial Regex CodecLine();

    [GeneratedRegex("^(?:SHA256=|#(?:codec_id|sample_rate|channel_layout_name|extradata) 0).*$", RegexOptions.Multiline)]
    private static partial Regex Lines();
}
