using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>A test in a browser, skipped with the reason where there is none, or no ffmpeg to make the audio with.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        Skip = Tools.Find("ffmpeg") is null ? "needs ffmpeg, which is not installed" : Chromium.Problem;
    }
}
