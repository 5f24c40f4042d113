using System.Text.Json;
using System.Text.Json.Serialization;

namespace Spotify.Audio;

public sealed partial record SeekIndex
{
    /// <summary>The version of the JSON format.</summary>
    public const int JsonVersion = 2;

    /// <summary>
    /// Serializes the index as one line of UTF-8 JSON, with the points in two parallel arrays (<c>times_ms</c>, <c>offsets</c>).
    /// </summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new SeekIndexDocument(
            JsonVersion,
            Codec.WireName,
            Samples.SampleRate,
            Samples.Total,
            Samples.EncoderDelay,
            Samples.EncoderPadding,
            DurationMs,
            HeaderBytes,
            PrerollMs,
            [.. Points.Select(point => point.TimeMs)],
            [.. Points.Select(point => point.Offset)]),
        SeekIndexJsonContext.Default.SeekIndexDocument);

    /// <summary>Deserializes an index written by <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">The text is not JSON, has another version, or is not a valid index.</exception>
    public static SeekIndex FromJson(ReadOnlySpan<byte> json)
    {
        var document = JsonSerializer.Deserialize(json, SeekIndexJsonContext.Default.SeekIndexDocument)
            ?? throw new JsonException("A seek index must be an object.");
        if (document.Version != JsonVersion)
            throw new JsonException($"The seek index has version {document.Version}; the supported version is {JsonVersion}.");
        if (!Codecs.TryParse(document.Codec, out var codec))
            throw new JsonException($"Unknown codec '{document.Codec}'.");
        if (document.TimesMs.Length != document.Offsets.Length)
            throw new JsonException("times_ms and offsets must have the same length.");

        try
        {
            return new SeekIndex(
                codec,
                new SampleCounts(document.SampleRate, document.TotalSamples, document.EncoderDelay, document.EncoderPadding),
                document.HeaderBytes,
                document.PrerollMs,
                [.. document.TimesMs.Zip(document.Offsets, (time, offset) => new SeekPoint(time, offset))]);
        }
        catch (ArgumentException e)
        {
            throw new JsonException(e.Message, e);
        }
    }
}

internal sealed record SeekIndexDocument(
    int Version,
    string Codec,
    int SampleRate,
    long TotalSamples,
    int EncoderDelay,
    int EncoderPadding,
    long DurationMs,
    long HeaderBytes,
    int PrerollMs,
    long[] TimesMs,
    long[] Offsets);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SeekIndexDocument))]
internal sealed partial class SeekIndexJsonContext : JsonSerializerContext;
