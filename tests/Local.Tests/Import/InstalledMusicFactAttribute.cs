using Spotify.Fixtures;

namespace Spotify.Local.Tests.Import;

/// <summary>A test that requires ffmpeg and the music of a Debian package. It is skipped if one of them is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class InstalledMusicFactAttribute : FactAttribute
{
    /// <param name="folder">The folder of the music.</param>
    /// <param name="package">The name of the package.</param>
    public InstalledMusicFactAttribute(string folder, string package) => Skip =
        !Directory.Exists(folder) ? $"needs the package {package}, which is not installed"
        : Tools.Find("ffmpeg") is null ? "needs ffmpeg, which is not installed"
        : null;
}
