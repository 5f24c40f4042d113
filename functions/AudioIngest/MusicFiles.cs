namespace Spotify.Functions.AudioIngest;

/// <summary>The file names that are imported.</summary>
public static class MusicFiles
{
    private static readonly HashSet<string> Extensions =
        new([".ogg", ".oga", ".flac", ".mp3", ".m4a", ".mp4", ".opus", ".wav"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns whether a file name has an audio extension.</summary>
    public static bool IsAudio(string name) => Extensions.Contains(Path.GetExtension(name));
}
