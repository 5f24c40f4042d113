namespace Spotify.Audio;

/// <summary>The audio codecs, each in the container that it is served in.</summary>
public enum Codec
{
    /// <summary>Vorbis I in Ogg.</summary>
    Vorbis,

    /// <summary>AAC (MPEG-4 audio, low complexity) in fragmented MP4.</summary>
    Aac,

    /// <summary>FLAC in fragmented MP4, which browsers' Media Source Extensions accept.</summary>
    Flac,

    /// <summary>FLAC without another container, RFC 9639, for clients that cannot read MP4.</summary>
    NativeFlac,
}

/// <summary>Wire names, file extensions and media types of <see cref="Codec"/>.</summary>
public static class Codecs
{
    extension(Codec codec)
    {
        /// <summary>The name in URLs and documents: <c>vorbis</c>, <c>aac</c>, <c>flac</c> or <c>flac_native</c>.</summary>
        public string WireName => codec switch
        {
            Codec.Vorbis => "vorbis",
            Codec.Aac => "aac",
            Codec.Flac => "flac",
            Codec.NativeFlac => "flac_native",
            _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Unknown codec."),
        };

        /// <summary>The file extension without the dot: <c>ogg</c>, <c>m4a</c> or <c>flac</c>.</summary>
        public string FileExtension => codec switch
        {
            Codec.Vorbis => "ogg",
            Codec.Aac or Codec.Flac => "m4a",
            Codec.NativeFlac => "flac",
            _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "Unknown codec."),
        };

        /// <summary>
        /// The media type: <c>audio/ogg</c> (RFC 5334), <c>audio/mp4</c> (RFC 4337) or <c>audio/flac</c> (RFC 9639).
        /// </summary>
        public string ContentType => codec switch
        {
            Codec.Vorbis => "audio/ogg",
            Codec.Aac or Codec.Flac => "audio/mp4",
            Codec.NativeFlac => "audio/flac",
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
            "flac_native" => (true, Codec.NativeFlac),
            _ => (false, default(Codec)),
        };
        return known;
    }
}
