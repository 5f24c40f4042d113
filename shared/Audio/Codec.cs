namespace Spotify.Audio;

/// <summary>The audio codecs. Each is served in one container only.</summary>
public enum Codec
{
    /// <summary>Vorbis I in Ogg.</summary>
    Vorbis,

    /// <summary>AAC (MPEG-4 audio, low complexity) in fragmented MP4.</summary>
    Aac,

    /// <summary>Native FLAC, RFC 9639.</summary>
    Flac,
}

/// <summary>Wire names, file extensions and media types of <see cref="Codec"/>.</summary>
public static class Codecs
{
    extension(Codec codec)
    {
        /// <summary>The name in URLs and documents: <c>vorbis</c>, <c>aac</c> or <c>flac</c>.</summary>
        public string WireName => codec switch
        {
            Codec.Vorbis => "vorbis",
            Codec.Aac => "aac",
            Codec.Flac => "flac",
            _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Unknown codec."),
        };

        /// <summary>The file extension without the dot: <c>ogg</c>, <c>m4a</c> or <c>flac</c>.</summary>
        public string FileExtension => codec switch
        {
            Codec.Vorbis => "ogg",
            Codec.Aac => "m4a",
            Codec.Flac => "flac",
            _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Unknown codec."),
        };

        /// <summary>
        /// The media type: <c>audio/ogg</c> (RFC 5334), <c>audio/mp4</c> (RFC 4337) or <c>audio/flac</c> (RFC 9639).
        /// </summary>
        public string ContentType => codec switch
        {
            Codec.Vorbis => "audio/ogg",
            Codec.Aac => "audio/mp4",
            Codec.Flac => "audio/flac",
            _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Unknown codec."),
        };
    }

    /// <summary>Parses a wire name. Case-sensitive.</summary>
    /// <returns>Whether <paramref name="wireName"/> is a known codec.</returns>
    public static bool TryParse(ReadOnlySpan<char> wireName, out Codec codec)
    {
        (var known, codec) = wireName switch
        {
            "vorbis" => (true, Codec.Vorbis),
            "aac" => (true, Codec.Aac),
            "flac" => (true, Codec.Flac),
            _ => (false, default(Codec)),
        };
        return known;
    }
}
