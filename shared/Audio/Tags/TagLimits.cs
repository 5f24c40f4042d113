namespace Spotify.Audio.Tags;

/// <summary>Size limits of tags. Larger ones are skipped and reported in <see cref="AudioTags.Ignored"/>.</summary>
public sealed record TagLimits
{
    /// <summary>Maximum size in bytes of an ID3v2 tag or of the comments of an Ogg stream. Default: 64 MiB.</summary>
    public int BlockBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Maximum size of a picture in bytes. Default: 16 MiB.</summary>
    public int PictureBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Maximum size of a text in bytes. Default: 64 KiB.</summary>
    public int TextBytes { get; init; } = 64 * 1024;
}
