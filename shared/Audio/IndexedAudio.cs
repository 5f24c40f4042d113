namespace Spotify.Audio;

/// <summary>The seek index and properties of an encoded file.</summary>
/// <param name="Index">The seek index.</param>
/// <param name="Duration">The exact duration.</param>
/// <param name="Channels">Number of channels, at least 1.</param>
public sealed record IndexedAudio(SeekIndex Index, AudioDuration Duration, int Channels)
{
    /// <summary>
    /// Reads a file in one pass from its start, regardless of the stream's position. Memory use is constant except for the points.
    /// </summary>
    /// <param name="codec">The file's codec.</param>
    /// <param name="stream">The file. Must be seekable; not closed.</param>
    /// <param name="resolution">
    /// Target distance between points, greater than zero. Default: 1 second. Points are at the start of the file's pages, frames or
    /// fragments, so the actual distance can be larger.
    /// </param>
    /// <param name="cancellationToken">Cancels the read; observed whenever the read buffer is refilled.</param>
    /// <exception cref="InvalidAudioException">The file is malformed, truncated or in another codec.</exception>
    public static IndexedAudio Read(
        Codec codec, Stream stream, TimeSpan? resolution = null, CancellationToken cancellationToken = default) => codec switch
    {
        Codec.Vorbis => OggVorbisIndex.Read(stream, resolution, cancellationToken),
        Codec.Aac or Codec.Flac => FragmentedMp4Index.Read(stream, resolution, cancellationToken) is var audio && audio.Index.Codec == codec
            ? audio
            : throw new InvalidAudioException($"The MP4 file's codec is {audio.Index.Codec}, not {codec}", 0),
        Codec.NativeFlac => FlacIndex.Read(stream, resolution, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Unknown codec."),
    };
}
