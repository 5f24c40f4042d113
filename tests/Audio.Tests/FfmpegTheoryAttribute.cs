namespace Spotify.Audio.Tests;

/// <summary>Like <see cref="FfmpegFactAttribute"/>, with rows of data.</summary>
public sealed class FfmpegTheoryAttribute : TheoryAttribute
{
    public FfmpegTheoryAttribute()
    {
        if (!Ffmpeg.IsInstalled) Skip = "ffmpeg is not on PATH.";
    }
}
