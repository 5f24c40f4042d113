namespace Spotify.Audio.Tags;

/// <summary>What is too large to be read; it is left out, and the reason told in <see cref="AudioTags.Ignored"/>.</summary>
public sealed record TagLimits
{
    /// <summary>The largest block of tags, in bytes: an ID3v2 tag, or the comments of an Ogg stream. 64 MiB unless told.</summary>
    public int BlockBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The largest picture, in bytes. 16 MiB unless told.</summary>
    public int PictureBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest text of one tag, in bytes. 64 KiB unless told.</summary>
    public int TextBytes { get; init; } = 64 * 1024;
}
