namespace Spotify.Ffmpeg;

/// <summary>Limits of the work on a file, because a small file can declare hours of audio or a huge picture.</summary>
public sealed record FfmpegLimits
{
    /// <summary>The maximum duration of the audio. Longer files are rejected. Default: 24 hours.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The maximum size of each encoding in bytes. Files with a larger encoding are rejected. Default: 4 GiB.</summary>
    public long EncodingBytes { get; init; } = 4L << 30;

    /// <summary>The maximum number of pixels of a picture. Larger pictures are rejected. Default: 25 million.</summary>
    public int Pixels { get; init; } = 25_000_000;

    /// <summary>The maximum duration of a run of ffmpeg or ffprobe, which is then killed. Default: 4 hours.</summary>
    public TimeSpan Run { get; init; } = TimeSpan.FromHours(4);
}
