using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>An <see cref="IMediaEncoder"/> that runs one single-threaded ffmpeg process per file.</summary>
public sealed class FfmpegEncoder(FfmpegTools tools, ProcessPriorityClass priority = ProcessPriorityClass.Normal) : IMediaEncoder
{
    // The maximum number of priming and padding samples of an MP3 stream: those of the usual encoders, and one more frame.
    private const int Mp3PaddingSamples = 3 * 1152;

    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public async Task<SourceAudio> ProbeAsync(string path, CancellationToken ct)
    {
        string[] arguments =
        [
            "-v", "level+warning", "-print_format", "json", "-select_streams", "a:0",
            "-show_entries",
            "format=format_name,duration:"
                + "stream=codec_name,sample_rate,channels,sample_fmt,bits_per_sample,bits_per_raw_sample,duration",
            .. FfmpegArguments.Input(path),
        ];
        var result = await FfmpegTools.RunAsync(tools.Ffprobe, arguments, ct);
        if (result.ExitCode != 0) throw Failed(result, "ffprobe cannot read the file.");

        using var document = JsonDocument.Parse(result.Output);
        if (!document.RootElement.TryGetProperty("streams", out var streams) || streams.GetArrayLength() == 0)
            throw new IngestException("The file has no audio.");
        var (stream, format) = (streams[0], document.RootElement.GetProperty("format"));

        var codec = Text(stream, "codec_name") ?? throw new IngestException("The audio has a codec that ffmpeg does not support.");
        var (sampleRate, channels) = (Number(stream, "sample_rate"), Number(stream, "channels"));
        if (sampleRate <= 0 || channels <= 0) throw new IngestException("The audio has no sample rate or no channels.");

        // ffprobe estimates the duration of files without an index from their first frames.
        var isEstimate = result.Log.Contains("Estimating duration from bitrate", StringComparison.Ordinal);
        var declared = isEstimate ? null : Duration(Text(stream, "duration") ?? Text(format, "duration"));
        var slack = Text(format, "format_name") == "mp3" ? Slack + TimeSpan.FromSeconds((double)Mp3PaddingSamples / sampleRate) : Slack;
        return new SourceAudio(IsLossless(codec), sampleRate, channels, BitsPerSample(stream), declared, slack);
    }

    /// <inheritdoc/>
    public async Task<DecodedAudio> EncodeAsync(
        string path, SourceAudio source, IReadOnlyList<Rung> rungs, string directory, CancellationToken ct)
    {
        var result = await FfmpegTools.RunAsync(tools.Ffmpeg, FfmpegArguments.Encode(path, source, rungs, directory), ct, priority);
        if (result.ExitCode != 0) throw Failed(result, "ffmpeg cannot encode the file.");
        return FfmpegLog.Measurements(result.Log, source.SampleRate);
    }

    /// <inheritdoc/>
    public async Task ScaleAsync(
        ReadOnlyMemory<byte> picture, string mimeType, IReadOnlyList<int> sizes, string directory, CancellationToken ct)
    {
        var path = Path.Combine(directory, "picture");
        await File.WriteAllBytesAsync(path, picture, ct);
        var result = await FfmpegTools.RunAsync(tools.Ffmpeg, FfmpegArguments.Scale(path, mimeType, sizes, directory), ct);
        if (result.ExitCode != 0 || sizes.Any(size => !File.Exists(FfmpegArguments.PicturePath(directory, size))))
            throw new IngestException(FfmpegLog.Reason(result.Log) ?? "ffmpeg cannot decode the picture.");
    }

    private static IngestException Failed(ToolResult result, string defaultReason) =>
        new(FfmpegLog.Reason(result.Log) ?? defaultReason) { IsTransient = result.IsTransientFailure };

    private static bool IsLossless(string codec) =>
        codec is "flac" or "alac" || (codec.StartsWith("pcm_", StringComparison.Ordinal) && codec is not ("pcm_alaw" or "pcm_mulaw"));

    private static int BitsPerSample(JsonElement stream)
    {
        var bits = Number(stream, "bits_per_raw_sample");
        if (bits == 0) bits = Number(stream, "bits_per_sample");
        return bits > 0 ? bits : 16;
    }

    private static TimeSpan? Duration(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static string? Text(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();

    private static int Number(JsonElement element, string name) =>
        int.TryParse(Text(element, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
