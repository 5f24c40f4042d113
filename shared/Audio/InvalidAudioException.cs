namespace Spotify.Audio;

/// <summary>The error for an audio file that is malformed, truncated or of an unknown format.</summary>
/// <param name="reason">The problem, as a sentence without its period.</param>
/// <param name="offset">The offset of the problem, in bytes from the start of the file.</param>
public sealed class InvalidAudioException(string reason, long offset) : Exception($"{reason} (at byte {offset}).")
{
    /// <summary>The offset at which the problem was detected, in bytes from the start of the file.</summary>
    public long Offset => offset;
}
