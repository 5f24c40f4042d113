namespace Spotify.Web.Files;

/// <summary>The media types of audio files and seek indexes.</summary>
public static class MediaTypes
{
    /// <summary>Returns the media type for a name's extension.</summary>
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
