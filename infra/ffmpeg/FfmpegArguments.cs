using System.Globalization;
using Spotify.Audio;
using Spotify.Domain.Ports;

namespace Spotify.Ffmpeg;

/// <summary>Command lines of ffmpeg. Names stand behind <c>file:</c>, so that none is taken for an option or an address.</summary>
internal static class FfmpegArguments
{
    // Sources keep to the containers that are imported: a playlist in disguise could name any other file.
    private const string Containers = "ogg,flac,mp3,wav,mov";

    // The largest picture that is decoded; a small file can claim to be a huge one.
    private const string MaxPixels = "100000000";

    /// <summary>The options that name the input.</summary>
    public static string[] Input(string path) => ["-protocol_whitelist", "file,pipe", "-format_whitelist", Containers, "-i", "file:" + path];

    /// <summary>
    /// Decodes once, encodes every rung and measures. Nothing of the source but its sound gets into an encoding, nor the time or the version
    /// of ffmpeg.
    /// </summary>
    public static IEnumerable<string> Encode(string path, SourceAudio source, IReadOnlyList<Rung> rungs, string directory) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-y", "-v", "level+info", "-filter_threads", "1", "-threads", "1", .. Input(path),
        .. rungs.SelectMany(rung => Output(rung, source, Path.Combine(directory, rung.FileName))),
        "-map", "0:a:0", "-af",
        // Resampled by name, after the samples are counted: ffmpeg puts a conversion that it is left to find before the count.
        "astats=measure_perchannel=none:measure_overall=Number_of_samples,"
            + "aresample=44100,aformat=channel_layouts=stereo,ebur128=peak=true:framelog=verbose",
        "-f", "null", "-",
    ];

    /// <summary>Cuts squares from the middle of a picture.</summary>
    public static IEnumerable<string> Scale(string path, string mimeType, IReadOnlyList<int> sizes, string directory) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-y", "-v", "level+error", "-filter_threads", "1", "-threads", "1",
        "-max_pixels", MaxPixels, "-protocol_whitelist", "file,pipe", "-f", Demuxer(mimeType), "-i", "file:" + path,
        .. sizes.SelectMany(size => (string[])
        [
            "-map", "0:v:0", "-frames:v", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-threads", "1",
            "-vf", string.Create(CultureInfo.InvariantCulture, $"scale={size}:{size}:force_original_aspect_ratio=increase:flags=lanczos,crop={size}:{size},format=yuvj420p"),
            "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg", "file:" + PicturePath(directory, size),
        ]),
    ];

    /// <summary>Where <see cref="Scale"/> puts a size.</summary>
    public static string PicturePath(string directory, int size) => Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{size}.jpg"));

    private static IEnumerable<string> Output(Rung rung, SourceAudio source, string path)
    {
        IEnumerable<string> codec = rung.Codec switch
        {
            Codec.Vorbis => ["-c:a", "libvorbis", .. BitRate(rung), "-f", "ogg"],

            // With an empty "moov" up front there would be no edit list, and the encoder's priming would be heard as 1024 samples of silence.
            Codec.Aac =>
            [
                "-c:a", "aac", "-profile:a", "aac_low", .. BitRate(rung),
                "-f", "mp4", "-movflags", "+frag_keyframe+delay_moov+default_base_moof", "-frag_duration", "1000000",
            ],
            Codec.Flac => ["-c:a", "flac", "-compression_level", "5", .. Precision(source), "-f", "flac"],
            _ => throw new ArgumentOutOfRangeException(nameof(rung), rung.Codec, "No such codec."),
        };
        return
        [
            "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact",
            "-threads", "1", "-af", Filter(rung), .. codec, "file:" + path,
        ];
    }

    // Timestamps are counted anew, from the samples: those of an Ogg source jump back and forth by the length of a block, and encoders
    // would take that for gaps. The quotient is not always whole.
    private static string Filter(Rung rung)
    {
        var count = "asetpts=round(N/SR/TB)";
        return rung.Quality == AudioQuality.Lossless ? count : $"aformat=sample_rates={Text(rung.SampleRate)}:channel_layouts={(rung.Channels == 1 ? "mono" : "stereo")},{count}";
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
        _ => throw new IngestException($"It is of no known format ({mimeType})."),
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
