namespace Spotify.Audio.Tests.Encoders;

/// <summary>A test that needs ffmpeg; skipped where there is none.</summary>
public sealed class FfmpegFactAttribute : FactAttribute
{
    public FfmpegFactAttribute()
    {
        if (!Ffmpeg.IsInstalled)
            Skip = "ffmpeg is not on the PATH.";
    }
}

/// <summary>A parameterised test that needs ffmpeg; skipped where there is none.</summary>
public sealed class FfmpegTheoryAttribute : TheoryAttribute
{
    public FfmpegTheoryAttribute()
    {
        if (!Ffmpeg.IsInstalled)
            Skip = "ffmpeg is not on the PATH.";
    }
}
