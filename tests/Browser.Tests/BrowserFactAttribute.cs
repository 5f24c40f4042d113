using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>A test that needs a browser, and ffmpeg to generate audio. Skipped with the reason if either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        Skip = Tools.Find("ffmpeg") is null ? "needs ffmpeg, which is not installed" : Chromium.Problem;
    }
}
