namespace Spotify.Audio.Tests;

/// <summary>A test of real files, which only ffmpeg can make; skipped where it is not on PATH.</summary>
public sealed class FfmpegFactAttribute : FactAttribute
{
    public FfmpegFactAttribute()
    {
        if (!Ffmpeg.IsInstalled) Skip = "ffmpeg is not on PATH.";
    }
}
