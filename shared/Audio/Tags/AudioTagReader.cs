namespace Spotify.Audio.Tags;

/// <summary>
/// Reader of the tags of FLAC, Ogg (Vorbis, Opus), MP3, WAV and MP4 files. The container is detected from the content, not from a file
/// name.
/// </summary>
public static class AudioTagReader
{
    /// <summary>Reads the tags from the start of the file, regardless of the stream's position. Audio data is skipped.</summary>
    /// <param name="stream">The file. Must be seekable; not closed.</param>
    /// <param name="limits">Size limits.</param>
    /// <param name="cancellationToken">Cancels the read; observed whenever the read buffer is refilled and before each tag.</param>
    /// <returns>The tags. Damaged and oversized tags are skipped and reported in <see cref="AudioTags.Ignored"/>.</returns>
    /// <exception cref="InvalidAudioException">
    /// The container is not supported, or its structure before the tags is malformed or truncated.
    /// </exception>
    public static AudioTags Read(Stream stream, TagLimits? limits = null, CancellationToken cancellationToken = default)
    {
        var reader = new ByteReader(stream, cancellationToken);
        var tags = new TagCollector(new TagBudget(limits ?? new TagLimits(), cancellationToken));
        var start = reader.Peek(12);
        if (Id3v2Tag.IsAt(reader)) ReadAfterId3v2(reader, tags);
        else if (start.StartsWith("fLaC"u8)) FlacTags.Read(reader, tags);
        else if (start.StartsWith("OggS"u8)) OggTags.Read(reader, tags);
        else if (start.StartsWith("RIFF"u8) && start.EndsWith("WAVE"u8)) WavTags.Read(reader, tags);
        else if (start.Length >= 8 && start[4..8].SequenceEqual("ftyp"u8)) Mp4Tags.Read(reader, tags);
        else if (MpegAudio.IsAt(reader)) Id3v1Tag.Read(reader, tags);
        else throw reader.Invalid("The file has no known audio container (FLAC, Ogg, MP3, WAV or MP4)");

        return tags.ToTags();
    }

    /// <summary>Returns the tags that another program has read.</summary>
    /// <param name="comments">The names, which are those of Vorbis comments and of ffmpeg, and the values.</param>
    public static AudioTags OfComments(IEnumerable<(string Name, string Value)> comments)
    {
        var tags = new TagCollector(new TagBudget(new TagLimits(), CancellationToken.None));
        foreach (var (name, value) in comments) VorbisComments.Add(name, value, tags);
        return tags.ToTags();
    }

    // An ID3v2 tag can precede FLAC as well as MP3. FLAC's own comments take precedence over it.
    private static void ReadAfterId3v2(ByteReader reader, TagCollector tags)
    {
        var leading = new TagCollector(tags.Budget);
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
