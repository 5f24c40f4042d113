namespace Spotify.Local.Edge;

/// <summary>The media types of what the edge serves.</summary>
public static class MediaTypes
{
    /// <summary>The type that a name's extension stands for.</summary>
    public static string Of(string name) => Path.GetExtension(name.AsSpan()) switch
    {
        ".ogg" => "audio/ogg",
        ".m4a" => "audio/mp4",
        ".flac" => "audio/flac",
        ".mp3" => "audio/mpeg",
        ".json" => "application/json",
        _ => "application/octet-stream",
    };
}
