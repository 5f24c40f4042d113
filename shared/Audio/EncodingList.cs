using System.Globalization;

namespace Spotify.Audio;

/// <summary>An encoding of a playable that exists.</summary>
/// <param name="Codec">How it is compressed.</param>
/// <param name="Quality">How good it is.</param>
/// <param name="BitrateKbps">Its bit rate in kbit/s.</param>
/// <param name="SizeBytes">Its size in bytes.</param>
public readonly record struct AudioEncoding(Codec Codec, AudioQuality Quality, int BitrateKbps, long SizeBytes)
{
    /// <summary>The last part of its object's name.</summary>
    public string FileName => $"{Quality.WireName}.{Codec.FileExtension}";
}

/// <summary>Encodings as the catalog keeps them: a line each, of codec, quality, kbit/s and bytes, separated by spaces.</summary>
public static class EncodingList
{
    /// <summary>Writes the lines.</summary>
    public static string Format(IEnumerable<AudioEncoding> encodings) => string.Join('\n', encodings.Select(encoding => string.Create(
        CultureInfo.InvariantCulture, $"{encoding.Codec.WireName} {encoding.Quality.WireName} {encoding.BitrateKbps} {encoding.SizeBytes}")));

    /// <summary>Reads the lines; those of codecs and qualities that this version does not know are passed over.</summary>
    /// <exception cref="FormatException">A line does not have that form.</exception>
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
                throw new FormatException($"Not an encoding: '{text[line]}'.");
            if (Codecs.TryParse(codecName, out var codec) && AudioQualities.TryParse(qualityName, out var quality))
                encodings.Add(new AudioEncoding(codec, quality, kbps, bytes));
        }

        return encodings;
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(' ');
        if (end < 0) throw new FormatException($"Not an encoding: '{rest}'.");
        var word = rest[..end];
        rest = rest[(end + 1)..];
        return word;
    }
}
