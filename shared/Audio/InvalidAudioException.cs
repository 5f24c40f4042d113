namespace Spotify.Audio;

/// <summary>The bytes are not the audio file they should be: malformed, cut short, or of an unknown kind.</summary>
/// <param name="reason">What is wrong, as a sentence without its full stop.</param>
/// <param name="offset">Where, in bytes from the start of the file.</param>
public sealed class InvalidAudioException(string reason, long offset) : Exception($"{reason} (at byte {offset}).")
{
    /// <summary>Where the fault was noticed, in bytes from the start of the file.</summary>
    public long Offset => offset;
}
