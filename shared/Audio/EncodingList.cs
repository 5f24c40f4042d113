using System.Globalization;

namespace Spotify.Audio;

/// <summary>An available encoding of a track, episode or chapter.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="Quality">The quality level.</param>
/// <param name="BitrateKbps">The bit rate in kbit/s.</param>
/// <param name="SizeBytes">The file size in bytes.</param>
public readonly record struct AudioEncoding(Codec Codec, AudioQuality Quality, int BitrateKbps, long SizeBytes)
{
    /// <summary>The last segment of the object name, for example <c>high.ogg</c>.</summary>
    public string FileName => $"{Quality.WireName}.{Codec.FileExtension}";
}

/// <summary>
/// The text format of the catalog's <c>Encodings</c> columns: one line per encoding, with codec, quality, kbit/s and bytes separated by
/// spaces.
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
            if (!int.TryParse(Next(ref rest), NumberStyles.None, CultureInfo.InvariantCulture, out var kbps)
                || !long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
                throw new FormatException($"Invalid encoding: '{text[line]}'.");
            if (Codecs.TryParse(codecName, out var codec) && AudioQualities.TryParse(qualityName, out var quality))
                encodings.Add(new AudioEncoding(codec, quality, kbps, bytes));
        }

        return encodings;
    }

    private static string Line(AudioEncoding encoding) => string.Create(
        CultureInfo.InvariantCulture,
        $"{encoding.Codec.WireName} {encoding.Quality.WireName} {encoding.BitrateKbps} {encoding.SizeBytes}");

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(' ');
        if (end < 0) throw new FormatException($"Invalid encoding: '{rest}'.");
        var word = rest[..end];
        rest = rest[(end + 1)..];
        return word;
    }
}
