using System.Globalization;
using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>The command lines of ffmpeg. File names have the prefix <c>file:</c>, so that none is parsed as an option or a URL.</summary>
internal static class FfmpegArguments
{
    // Restricts sources to the imported containers, because a disguised playlist could refer to any other file.
    private const string Containers = "ogg,flac,mp3,wav,mov";

    // An empty "moov" at the start would have no edit list, so players would play the encoder's 1024 priming samples as silence. ffmpeg 5
    // regards FLAC in MP4 as experimental. The segment index is for players that seek without our seek index, such as audio elements.
    private static readonly string[] FragmentedMp4 =
    [
        "-strict", "-2", "-f", "mp4", "-movflags", "+frag_keyframe+delay_moov+default_base_moof+global_sidx", "-frag_duration", "1000000",
    ];

    /// <summary>Returns the input options.</summary>
    public static string[] Input(string path) =>
        ["-protocol_whitelist", "file,pipe", "-format_whitelist", Containers, "-i", "file:" + path];

    /// <summary>Returns the arguments that print the properties of a source as JSON.</summary>
    public static IEnumerable<string> Probe(string path, bool withTags) =>
    [
        "-v", "level+warning", "-print_format", "json", "-select_streams", "a:0",
        "-show_entries",
        "format=format_name,duration,probe_score:"
            + "stream=codec_name,sample_rate,channels,channel_layout,sample_fmt,bits_per_sample,bits_per_raw_sample,duration"
            + (withTags ? ":format_tags:stream_tags" : ""),
        .. Input(path),
    ];

    /// <summary>
    /// Returns the arguments that write the hash of the encoded audio without its container, and the parameters of the codec. The second
    /// output is only needed for its header.
    /// </summary>
    public static IEnumerable<string> Identify(string path) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-v", "level+error", .. Input(path),
        "-map", "0:a:0", "-c", "copy", "-f", "hash", "-hash", "sha256", "pipe:1",
        "-map", "0:a:0", "-c", "copy", "-frames:a", "1", "-f", "framehash", "-hash", "sha256", "pipe:1",
    ];

    /// <summary>
    /// Returns the arguments that decode a source once, encode all rungs, write samples and measure the audio. The encodings have no
    /// metadata of the source, and no timestamps or version of ffmpeg, so that they are reproducible.
    /// </summary>
    public static IEnumerable<string> Encode(
        string path, SourceAudio source, IReadOnlyList<Rung> rungs, string directory, bool withSamples, FfmpegLimits limits) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-y", "-v", "level+info",
        "-filter_threads", "1", "-filter_complex_threads", "1", "-threads", "1",
        // One second more than the limit, so that the measured duration shows that the audio is too long.
        "-t", Text((long)limits.Duration.TotalSeconds + 1), .. Input(path), "-filter_complex", FfmpegGraph.Of(source, rungs, withSamples),
        .. rungs.SelectMany(rung => (string[])
        [
            .. Output(rung, source), "-fs", Text(limits.EncodingBytes), "file:" + Path.Combine(directory, rung.FileName),
        ]),
        .. withSamples
            ? (string[])
            [
                "-map", $"[{FfmpegGraph.Samples}]", "-c:a", "pcm_f32le", "-f", "f32le",
                "file:" + Path.Combine(directory, DecodedAudio.SamplesFileName),
            ]
            : [],
        "-map", $"[{FfmpegGraph.Meter}]", "-f", "null", "-",
    ];

    /// <summary>Returns the arguments that decode files completely and count the samples of each.</summary>
    public static IEnumerable<string> Count(IReadOnlyList<string> paths) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-v", "level+info", "-xerror", "-filter_threads", "1",
        .. paths.SelectMany(path => (string[])["-threads", "1", "-err_detect", "crccheck+explode", "-i", "file:" + path]),
        .. paths.SelectMany((_, i) => (string[])["-map", $"{Text(i)}:a:0", "-af", FfmpegGraph.Count(Text(i)), "-f", "null", "-"]),
    ];

    /// <summary>Returns the arguments that scale a picture and crop it to centered squares.</summary>
    public static IEnumerable<string> Scale(
        string path, string mimeType, IReadOnlyList<int> sizes, string directory, FfmpegLimits limits) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-y", "-v", "level+error", "-filter_threads", "1", "-threads", "1",
        "-max_pixels", Text(limits.Pixels), "-protocol_whitelist", "file,pipe", "-f", Demuxer(mimeType), "-i", "file:" + path,
        .. sizes.SelectMany(size => (string[])
        [
            "-map", "0:v:0", "-frames:v", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-threads", "1",
            "-vf", $"scale={Text(size)}:{Text(size)}:force_original_aspect_ratio=increase:flags=lanczos,"
                + $"crop={Text(size)}:{Text(size)},format=yuvj420p",
            "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg", "file:" + PicturePath(directory, size),
        ]),
    ];

    /// <summary>Returns the path of a picture written by <see cref="Scale"/>.</summary>
    public static string PicturePath(string directory, int size) => Path.Combine(directory, $"{Text(size)}.jpg");

    private static IEnumerable<string> Output(Rung rung, SourceAudio source) =>
    [
        "-map", FfmpegGraph.Copies(rung, source) ? "0:a:0" : $"[{FfmpegGraph.Label(rung)}]",
        "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
        "-fflags", "+bitexact", "-flags:a", "+bitexact", "-threads", "1",
        .. (IEnumerable<string>)(rung.Codec switch
        {
            Codec.Vorbis => ["-c:a", "libvorbis", .. BitRate(rung), "-f", "ogg"],

            // Without the filter, the last frame would have the duration of its part of the audio, which shifts the next track in browsers.
            Codec.Aac => ["-c:a", "aac", "-profile:a", "aac_low", .. BitRate(rung), "-bsf:a", "setts=duration=1024", .. FragmentedMp4],
            Codec.Flac when FfmpegGraph.Copies(rung, source) => ["-c:a", "copy", .. FragmentedMp4],
            Codec.Flac => ["-c:a", "flac", "-compression_level", "5", .. Precision(source), .. FragmentedMp4],
            _ => throw new ArgumentOutOfRangeException(nameof(rung), rung.Codec, "Unknown codec."),
        }),
    ];

    private static string[] BitRate(Rung rung) => ["-b:a", Text(rung.BitrateKbps) + "k"];

    private static IEnumerable<string> Precision(SourceAudio source) =>
        source.LosslessBits == 16 ? ["-sample_fmt", "s16"] : ["-sample_fmt", "s32", "-bits_per_raw_sample", "24"];

    private static string Demuxer(string mimeType) => mimeType switch
    {
        "image/jpeg" => "jpeg_pipe",
        "image/png" => "png_pipe",
        "image/gif" => "gif",
        "image/webp" => "webp_pipe",
        "image/bmp" => "bmp_pipe",
        _ => throw new IngestException($"The picture has an unsupported format ({mimeType})."),
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
