using System.Globalization;

namespace Spotify.Audio;

/// <summary>An available encoding of a track, episode or chapter.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="Quality">The quality level.</param>
/// <param name="BitrateKbps">The bit rate in kbit/s.</param>
/// <param name="SizeBytes">The file size in bytes.</param>
/// <param name="Samples">The sample counts; all 0 if unknown.</param>
public readonly record struct AudioEncoding(
    Codec Codec, AudioQuality Quality, int BitrateKbps, long SizeBytes, SampleCounts Samples = default)
{
    /// <summary>The sample counts, or null if they are unknown.</summary>
    public SampleCounts? KnownSamples => Samples.SampleRate > 0 ? Samples : null;

    /// <summary>The last segment of the object name, for example <c>high.ogg</c>.</summary>
    public string FileName => $"{Quality.WireName}.{Codec.FileExtension}";
}

/// <summary>
/// The text format of the catalog's <c>Encodings</c> columns: one line per encoding, with codec, quality, kbit/s, bytes, sample rate,
/// samples, encoder delay and encoder padding separated by spaces. The last four are left out if they are unknown.
/// </summary>
public static class EncodingList
{
    /// <summary>Formats encodings as lines.</summary>
    public static string Format(IEnumerable<AudioEncoding> encodings) => string.Join('\n', encodings.Select(Line));

    /// <summary>Parses the lines. Skips unknown codecs and qualities, because a newer version may have written them.</summary>
    /// <exception cref="FormatException">A line does not have the expected format.</exception>
    public static List<AudioEncoding> Parse(ReadOnlySpan<char> text)
    {
        var encodings = new List<AudioEncoding>(QualityLadder.Rungs.Count);
        foreach (var line in text.Split('\n'))
        {
            var rest = text[line];
            if (rest.IsEmpty) continue;
            var codecName = Next(ref rest);
            var qualityName = Next(ref rest);
            var (kbps, bytes) = ((int)Number(ref rest), Number(ref rest));
            var samples = rest.IsEmpty
                ? default
                : new SampleCounts((int)Number(ref rest), Number(ref rest), (int)Number(ref rest), (int)Number(ref rest));
            if (!rest.IsEmpty) throw new FormatException($"Invalid encoding: '{text[line]}'.");
            if (Codecs.TryParse(codecName, out var codec) && AudioQualities.TryParse(qualityName, out var quality))
                encodings.Add(new AudioEncoding(codec, quality, kbps, bytes, samples));
        }

        return encodings;
    }

    private static string Line(AudioEncoding encoding) => string.Create(
        CultureInfo.InvariantCulture,
        $"{encoding.Codec.WireName} {encoding.Quality.WireName} {encoding.BitrateKbps} {encoding.SizeBytes}{Line(encoding.KnownSamples)}");

    private static string Line(SampleCounts? samples) => samples is not { } known ? "" : string.Create(
        CultureInfo.InvariantCulture, $" {known.SampleRate} {known.Total} {known.EncoderDelay} {known.EncoderPadding}");

    private static long Number(ref ReadOnlySpan<char> rest)
    {
        var word = Next(ref rest);
        return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"Invalid number in an encoding: '{word}'.");
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(' ');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return word;
    }
}
