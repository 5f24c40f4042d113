namespace Spotify.Functions.Ingest;

/// <summary>Which files are taken in, by their names.</summary>
public static class MusicFiles
{
    private static readonly HashSet<string> Extensions = new([".ogg", ".oga", ".flac", ".mp3", ".m4a", ".mp4", ".opus", ".wav"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file's extension is one of audio.</summary>
    public static bool IsAudio(string name) => Extensions.Contains(Path.GetExtension(name));
}
