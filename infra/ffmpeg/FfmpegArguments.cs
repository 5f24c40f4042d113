using System.Globalization;
using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>The command lines of ffmpeg. File names have the prefix <c>file:</c>, so that none is parsed as an option or a URL.</summary>
internal static class FfmpegArguments
{
    // Restricts sources to the imported containers, because a disguised playlist could refer to any other file.
    private const string Containers = "ogg,flac,mp3,wav,mov";

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
    /// Returns the arguments that decode a source once, encode all rungs and measure the audio. The encodings have no metadata of the
    /// source, and no timestamps or version of ffmpeg, so that they are reproducible.
    /// </summary>
    public static IEnumerable<string> Encode(
        string path, SourceAudio source, IReadOnlyList<Rung> rungs, string directory, FfmpegLimits limits) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-y", "-v", "level+info", "-filter_threads", "1", "-threads", "1",
        // One second more than the limit, so that the measured duration shows that the audio is too long.
        "-t", Text((long)limits.Duration.TotalSeconds + 1), .. Input(path),
        .. rungs.SelectMany(rung => (string[])
        [
            .. Output(rung, source), "-fs", Text(limits.EncodingBytes), "file:" + Path.Combine(directory, rung.FileName),
        ]),
        "-map", "0:a:0", "-af",
        // Explicit resampling after the sample count, because ffmpeg would insert an implicit conversion before it.
        "astats=measure_perchannel=none:measure_overall=Number_of_samples,"
            + "aresample=44100,aformat=channel_layouts=stereo,ebur128=peak=true:framelog=verbose",
        "-f", "null", "-",
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

    private static IEnumerable<string> Output(Rung rung, SourceAudio source)
    {
        IEnumerable<string> codec = rung.Codec switch
        {
            Codec.Vorbis => ["-c:a", "libvorbis", .. BitRate(rung), "-f", "ogg"],

            // An empty "moov" at the start would have no edit list, so players would play the encoder's 1024 priming samples as silence.
            Codec.Aac =>
            [
                "-c:a", "aac", "-profile:a", "aac_low", .. BitRate(rung),
                "-f", "mp4", "-movflags", "+frag_keyframe+delay_moov+default_base_moof", "-frag_duration", "1000000",
            ],
            Codec.Flac => ["-c:a", "flac", "-compression_level", "5", .. Precision(source), "-f", "flac"],
            _ => throw new ArgumentOutOfRangeException(nameof(rung), rung.Codec, "Unknown codec."),
        };
        return
        [
            "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
            "-fflags", "+bitexact", "-flags:a", "+bitexact", "-threads", "1", "-af", Filter(rung), .. codec,
        ];
    }

    // Recalculates timestamps from the sample count, because those of Ogg sources jump by the length of a block, which encoders would treat
    // as gaps. Rounded, because the quotient is not always an integer.
    private static string Filter(Rung rung)
    {
        const string timestamps = "asetpts=round(N/SR/TB)";
        return rung.Quality == AudioQuality.Lossless
            ? timestamps
            : $"aformat=sample_rates={Text(rung.SampleRate)}:channel_layouts={(rung.Channels == 1 ? "mono" : "stereo")},{timestamps}";
    }

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
