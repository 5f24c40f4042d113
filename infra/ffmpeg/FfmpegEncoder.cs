using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>Probes, encodes and scales with ffmpeg: a process for each file, one thread for each process.</summary>
public sealed class FfmpegEncoder(FfmpegTools tools, ProcessPriorityClass priority = ProcessPriorityClass.Normal) : IMediaEncoder
{
    // Frames at the start and the end of an MP3 stream that only prime and flush: those of the usual encoders, and one more.
    private const int Mp3PaddingSamples = 3 * 1152;

    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public async Task<SourceAudio> ProbeAsync(string path, CancellationToken ct)
    {
        string[] arguments =
        [
            "-v", "level+warning", "-print_format", "json", "-select_streams", "a:0",
            "-show_entries", "format=format_name,duration:stream=codec_name,sample_rate,channels,sample_fmt,bits_per_sample,bits_per_raw_sample,duration",
            .. FfmpegArguments.Input(path),
        ];
        var result = await FfmpegTools.RunAsync(tools.Ffprobe, arguments, ct);
        if (result.ExitCode != 0) throw new IngestException(FfmpegLog.Reason(result.Log) ?? "ffprobe cannot make anything of it.") { MayPass = result.FailedForMachine };

        using var document = JsonDocument.Parse(result.Output);
        if (!document.RootElement.TryGetProperty("streams", out var streams) || streams.GetArrayLength() == 0) throw new IngestException("It holds no audio.");
        var (stream, format) = (streams[0], document.RootElement.GetProperty("format"));

        var codec = Text(stream, "codec_name") ?? throw new IngestException("Its audio is of a codec that ffmpeg does not know.");
        var (sampleRate, channels) = (Number(stream, "sample_rate"), Number(stream, "channels"));
        if (sampleRate <= 0 || channels <= 0) throw new IngestException("Its audio has no sample rate or no channels.");

        // Without an index ffprobe guesses from the first frames.
        var guessed = result.Log.Contains("Estimating duration from bitrate", StringComparison.Ordinal);
        var seconds = guessed ? null : Text(stream, "duration") ?? Text(format, "duration");
        var declared = double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1e9 ? TimeSpan.FromSeconds(value) : (TimeSpan?)null;
        var slack = Text(format, "format_name") == "mp3" ? Slack + TimeSpan.FromSeconds((double)Mp3PaddingSamples / sampleRate) : Slack;
        return new SourceAudio(IsLossless(codec), sampleRate, channels, BitsPerSample(stream), declared, slack);
    }

    /// <inheritdoc/>
    public async Task<DecodedAudio> EncodeAsync(string path, SourceAudio source, IReadOnlyList<Rung> rungs, string directory, CancellationToken ct)
    {
        var result = await FfmpegTools.RunAsync(tools.Ffmpeg, FfmpegArguments.Encode(path, source, rungs, directory), ct, priority);
        if (result.ExitCode != 0) throw new IngestException(FfmpegLog.Reason(result.Log) ?? "ffmpeg cannot encode it.") { MayPass = result.FailedForMachine };
        return FfmpegLog.Measurements(result.Log, source.SampleRate);
    }

    /// <inheritdoc/>
    public async Task ScaleAsync(ReadOnlyMemory<byte> picture, string mimeType, IReadOnlyList<int> sizes, string directory, CancellationToken ct)
    {
        var path = Path.Combine(directory, "picture");
        await File.WriteAllBytesAsync(path, picture, ct);
        var result = await FfmpegTools.RunAsync(tools.Ffmpeg, FfmpegArguments.Scale(path, mimeType, sizes, directory), ct);
        if (result.ExitCode != 0 || sizes.Any(size => !File.Exists(FfmpegArguments.PicturePath(directory, size))))
            throw new IngestException(FfmpegLog.Reason(result.Log) ?? "ffmpeg cannot decode the picture.");
    }

    private static bool IsLossless(string codec) =>
        codec is "flac" or "alac" || (codec.StartsWith("pcm_", StringComparison.Ordinal) && codec is not ("pcm_alaw" or "pcm_mulaw"));

    private static int BitsPerSample(JsonElement stream)
    {
        var bits = Number(stream, "bits_per_raw_sample");
        if (bits == 0) bits = Number(stream, "bits_per_sample");
        return bits > 0 ? bits : 16;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;

    private static int Number(JsonElement element, string name) =>
        int.TryParse(Text(element, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
