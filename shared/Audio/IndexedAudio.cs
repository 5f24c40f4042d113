namespace Spotify.Audio;

/// <summary>What one pass over an encoded file finds out.</summary>
/// <param name="Index">Where to begin decoding for each time.</param>
/// <param name="Duration">The exact duration.</param>
/// <param name="Channels">Number of channels, at least 1.</param>
public sealed record IndexedAudio(SeekIndex Index, AudioDuration Duration, int Channels)
{
    /// <summary>Reads a whole file once, in constant memory (but for the points), whatever the stream's position.</summary>
    /// <param name="codec">What the file holds.</param>
    /// <param name="stream">The file; must be seekable. Left open.</param>
    /// <param name="resolution">Wanted distance between points, more than zero; 1 s unless told. Points are where the file's own pages,
    /// frames or fragments begin, so the actual distance may be larger.</param>
    /// <param name="cancellationToken">Ends the reading between two buffers.</param>
    /// <exception cref="InvalidAudioException">The file is malformed, cut short, or not of that codec.</exception>
    public static IndexedAudio Read(
        Codec codec, Stream stream, TimeSpan? resolution = null, CancellationToken cancellationToken = default) => codec switch
    {
        Codec.Vorbis => OggVorbisIndex.Read(stream, resolution, cancellationToken),
        Codec.Aac => FragmentedMp4Index.Read(stream, resolution, cancellationToken),
        Codec.Flac => FlacIndex.Read(stream, resolution, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "No such codec."),
    };
}
