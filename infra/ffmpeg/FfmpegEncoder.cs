using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spotify.Audio;
using Spotify.Audio.Tags;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>An <see cref="IMediaEncoder"/> that runs one single-threaded ffmpeg process per file.</summary>
/// <param name="tools">The programs.</param>
/// <param name="priority">The priority of the processes.</param>
/// <param name="limits">The limits; null for the defaults.</param>
public sealed class FfmpegEncoder(
    FfmpegTools tools, ProcessPriorityClass priority = ProcessPriorityClass.Normal, FfmpegLimits? limits = null)
    : IMediaEncoder
{
    // The score of a format that has to be guessed from few bytes. ffmpeg gives 1 to noise with the name of an audio file.
    private const int MinimumScore = 25;

    // The maximum number of priming and padding samples of an MP3 stream: those of the usual encoders, and one more frame.
    private const int Mp3PaddingSamples = 3 * 1152;

    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(50);

    private readonly FfmpegLimits limits = limits ?? new FfmpegLimits();

    /// <inheritdoc/>
    public async Task<AudioIdentity> IdentifyAsync(string path, CancellationToken ct)
    {
        var result = await RunAsync(tools.Ffmpeg, FfmpegArguments.Identify(path), ct);
        if (result.ExitCode != 0) throw Failed(result, "ffmpeg cannot read the file.");
        return AudioHash.Parse(result.Output) ?? throw new IngestException("The file has no audio.");
    }

    /// <inheritdoc/>
    public async Task<SourceAudio> ProbeAsync(string path, CancellationToken ct)
    {
        // Only the end of the output is kept, so it cannot be parsed if the tags are very large.
        var result = await ProbeAsync(path, withTags: true, ct);
        using var document = Parse(result) ?? Parse(result = await ProbeAsync(path, withTags: false, ct));
        if (document?.RootElement.TryGetProperty("streams", out var streams) != true || streams.GetArrayLength() == 0)
            throw new IngestException("The file has no audio.");
        var (stream, format) = (streams[0], document.RootElement.GetProperty("format"));
        if (Number(format, "probe_score") < MinimumScore) throw new IngestException("The file has no known audio format.");

        var codec = Text(stream, "codec_name") ?? throw new IngestException("The audio has a codec that ffmpeg does not support.");
        var (sampleRate, channels) = (Number(stream, "sample_rate"), Number(stream, "channels"));
        if (sampleRate <= 0 || channels <= 0) throw new IngestException("The audio has no sample rate or no channels.");

        // ffprobe estimates the duration of files without an index from their first frames.
        var isEstimate = result.Log.Contains("Estimating duration from bitrate", StringComparison.Ordinal);
        var duration = Duration(Text(stream, "duration") ?? Text(format, "duration"));
        var declared = isEstimate ? null : duration;
        if (declared > limits.Duration) throw TooLong();
        var slack = Text(format, "format_name") == "mp3" ? Slack + TimeSpan.FromSeconds((double)Mp3PaddingSamples / sampleRate) : Slack;
        return new SourceAudio(AudioHash.IsLossless(codec), sampleRate, channels, BitsPerSample(stream), declared, slack)
        {
            IsNativeFlac = codec == "flac" && Text(format, "format_name") == "flac",
            Estimate = isEstimate ? duration : null,
            Tags = AudioTagReader.OfComments([.. Comments(stream), .. Comments(format)]),
        };
    }

    /// <inheritdoc/>
    public async Task<DecodedAudio> EncodeAsync(
        string path, SourceAudio source, IReadOnlyList<Rung> rungs, string directory, bool withSamples, CancellationToken ct)
    {
        var result = await RunAsync(tools.Ffmpeg, FfmpegArguments.Encode(path, source, rungs, directory, withSamples, limits), ct);
        if (result.ExitCode != 0) throw Failed(result, "ffmpeg cannot encode the file.");

        var decoded = FfmpegLog.Measurements(result.Log, source.SampleRate);
        if (decoded.Duration.ToTimeSpan() > limits.Duration) throw TooLong();
        if (rungs.Any(rung => new FileInfo(Path.Combine(directory, rung.FileName)).Length >= limits.EncodingBytes))
            throw new IngestException($"An encoding is larger than {limits.EncodingBytes} bytes.");
        return decoded;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<long>> CountSamplesAsync(IReadOnlyList<string> paths, CancellationToken ct)
    {
        var result = await RunAsync(tools.Ffmpeg, FfmpegArguments.Count(paths), ct);
        if (result.ExitCode != 0 || FfmpegLog.Reason(result.Log) is not null) throw Failed(result, "ffmpeg cannot decode an encoding.");
        return [.. paths.Select((_, i) => FfmpegLog.Count(result.Log, i.ToString(CultureInfo.InvariantCulture)))];
    }

    /// <inheritdoc/>
    public async Task ScaleAsync(
        ReadOnlyMemory<byte> picture, string mimeType, IReadOnlyList<int> sizes, string directory, CancellationToken ct)
    {
        var path = Path.Combine(directory, "picture");
        await File.WriteAllBytesAsync(path, picture, ct);
        var result = await RunAsync(tools.Ffmpeg, FfmpegArguments.Scale(path, mimeType, sizes, directory, limits), ct);
        if (result.ExitCode != 0 || sizes.Any(size => !File.Exists(FfmpegArguments.PicturePath(directory, size))))
            throw new IngestException(FfmpegLog.Reason(result.Log) ?? "ffmpeg cannot decode the picture.");
    }

    private async Task<ToolResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(limits.Run);
        try
        {
            return await FfmpegTools.RunAsync(program, arguments, timeout.Token, priority);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new IngestException($"{Path.GetFileName(program)} took longer than {limits.Run}.", e);
        }
    }

    private IngestException TooLong() => new($"The audio is longer than {limits.Duration.TotalHours:0.#} hours.");

    private async Task<ToolResult> ProbeAsync(string path, bool withTags, CancellationToken ct)
    {
        var result = await RunAsync(tools.Ffprobe, FfmpegArguments.Probe(path, withTags), ct);
        return result.ExitCode == 0 ? result : throw Failed(result, "ffprobe cannot read the file.");
    }

    private static JsonDocument? Parse(ToolResult result)
    {
        try
        {
            return JsonDocument.Parse(result.Output);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Name, string Value)> Comments(JsonElement element) =>
        element.TryGetProperty("tags", out var tags)
            ? tags.EnumerateObject().Select(tag => (tag.Name, tag.Value.GetString() ?? ""))
            : [];

    private static IngestException Failed(ToolResult result, string defaultReason) =>
        new(FfmpegLog.Reason(result.Log) ?? defaultReason) { IsTransient = result.IsTransientFailure };

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
