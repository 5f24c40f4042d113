namespace Spotify.Audio.Tags;

/// <summary>
/// Reads tags from FLAC, Ogg (Vorbis, Opus), MP3, WAV and MP4 files. The container is told by the content, never by a name.
/// </summary>
public static class AudioTagReader
{
    /// <summary>Reads the tags, whatever the stream's position; audio is skipped.</summary>
    /// <param name="stream">The file; must be seekable. Left open.</param>
    /// <param name="limits">What is too large to be read.</param>
    /// <param name="cancellationToken">Ends the reading between two buffers.</param>
    /// <returns>The tags. A damaged or overlarge one is left out, with the reason in <see cref="AudioTags.Ignored"/>.</returns>
    /// <exception cref="InvalidAudioException">The file is of none of these containers, or the container around the tags is malformed or
    /// cut short.</exception>
    public static AudioTags Read(Stream stream, TagLimits? limits = null, CancellationToken cancellationToken = default)
    {
        var reader = new ByteReader(stream, cancellationToken);
        var tags = new TagCollector(limits ?? new TagLimits());
        var start = reader.Peek(12);
        if (Id3v2Tag.IsAt(reader)) ReadBehindId3v2(reader, tags);
        else if (start.StartsWith("fLaC"u8)) FlacTags.Read(reader, tags);
        else if (start.StartsWith("OggS"u8)) OggTags.Read(reader, tags);
        else if (start.StartsWith("RIFF"u8) && start.EndsWith("WAVE"u8)) WavTags.Read(reader, tags);
        else if (start.Length >= 8 && start[4..8].SequenceEqual("ftyp"u8)) Mp4Tags.Read(reader, tags);
        else if (MpegAudio.IsAt(reader)) Id3v1Tag.Read(reader, tags);
        else throw reader.Invalid("The file is of no known audio container (FLAC, Ogg, MP3, WAV or MP4)");

        return tags.ToTags();
    }

    // It may precede anything. FLAC has comments of its own, which are the better ones.
    private static void ReadBehindId3v2(ByteReader reader, TagCollector tags)
    {
        var leading = new TagCollector(tags.Limits);
        Id3v2Tag.Read(reader, leading);
        if (reader.Peek(4).SequenceEqual("fLaC"u8))
        {
            FlacTags.Read(reader, tags);
            tags.FillFrom(leading);
            return;
        }

        tags.FillFrom(leading);
        Id3v1Tag.Read(reader, tags);
    }
}
